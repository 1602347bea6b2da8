"""Airtable's formulas: read, checked against a table, and worked out for a record."""
