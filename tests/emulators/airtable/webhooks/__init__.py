"""Webhooks: what is watched, and the log of changes that can be asked for."""
