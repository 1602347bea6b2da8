"""Drive v3: files, sharing, comments, revisions, shared drives and the log of changes."""
