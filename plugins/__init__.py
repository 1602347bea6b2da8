"""First-party plugins: one file a system or an action, named as it is named in a recipe."""
