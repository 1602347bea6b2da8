"""The dashboard: what an organizer sees, agrees to and stops in a browser."""
