"""The shipped recipes, installed as `sheetflow_recipes`, so that `sheetflow init` finds them."""
