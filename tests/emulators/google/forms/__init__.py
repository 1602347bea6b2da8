"""Forms v1: forms with their items and settings, publishing, responses and watches."""
