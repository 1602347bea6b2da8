"""Gmail v1: mailboxes, mail between them, search, threads, labels, drafts, history, settings."""
