"""What each connector must be allowed, as Google names it; the least that does its work."""

DOCS = "https://www.googleapis.com/auth/documents"
DOCS_READ_ONLY = "https://www.googleapis.com/auth/documents.readonly"
DRIVE_METADATA = "https://www.googleapis.com/auth/drive.metadata.readonly"
FORMS_QUESTIONS = "https://www.googleapis.com/auth/forms.body.readonly"
FORMS_RESPONSES = "https://www.googleapis.com/auth/forms.responses.readonly"
SPREADSHEETS = "https://www.googleapis.com/auth/spreadsheets"
