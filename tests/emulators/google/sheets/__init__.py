"""Google Sheets: model.py holds one, operations.py changes it, the other modules are its API."""
