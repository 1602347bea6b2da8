"""Emulators: in-memory services behind the real routes, for tests and for trying things out."""
