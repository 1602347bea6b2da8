"""The commands, one file each, in the order in which one needs them."""

COMMANDS = {
    "init": "Make a small workspace that runs at once.",
    "check": "Tell all mistakes in settings, recipes and templates at once.",
    "plan": "Show what a recipe would do, for whom, and why not for the others.",
    "run": "Do what the plan shows, and tell the sheet what happened.",
    "history": "Show what was done, and what is not sure.",
    "plugins": "List the plugins, and what each adds.",
    "schema": "Print the JSON Schema of recipes, for editors.",
    "reference": "Print everything a recipe may say.",
}
