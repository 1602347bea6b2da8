"""The commands, one file each, in the order in which one needs them."""

COMMANDS = {
    "init": "Make a small workspace that runs at once.",
    "connect": "Connect a system, such as google or smtp, step by step.",
    "check": "Tell all mistakes in settings, recipes and templates at once.",
    "doctor": "Try each connection and table: what can be reached, and may be done.",
    "explain": "Say in plain sentences what a recipe does.",
    "plan": "Show what a recipe would do, for whom, and why not for the others.",
    "rehearse": "Run a recipe over copies of the real tables; nobody is written to.",
    "test": "Try the tests beside the recipes: they do that, and nothing else.",
    "run": "Do what the plan shows, and tell the sheet what happened.",
    "on": "Switch a recipe on, and leave those alone who match already.",
    "off": "Switch a recipe off, at once.",
    "approve": "Give your Go to a plan that waits for one.",
    "suppress": "Never write to somebody again.",
    "why": "Tell why a step happened for somebody, or did not.",
    "history": "Show what was done, and what is not sure.",
    "person": "Show all that ever happened with one person.",
    "export": "Write what the ledger knows to a file.",
    "plugins": "List the plugins, and what each adds.",
    "schema": "Print the JSON Schema of recipes, for editors.",
    "reference": "Print everything a recipe may say.",
}
