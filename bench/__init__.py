"""How fast Sheetflow is, held against the shortest script that does the same without any care.

    python -m bench            (or: make bench; about twenty minutes)
    python -m bench --quick    small tables, two rounds

Each job is done by several contenders in turn, so that a machine that slows down slows them all,
and each run is a process of its own, measured by the operating system from outside.
"""
