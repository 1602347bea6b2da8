"""Google Sheets: the model in model.py, what can happen to it in operations.py, the API around it."""
