"""Docs v1: documents with a real body of paragraphs, tables, headers and named ranges."""
