"""`python -m sheetflow` is the program `sheetflow`."""

from sheetflow.cli import main

if __name__ == "__main__":
    main()
