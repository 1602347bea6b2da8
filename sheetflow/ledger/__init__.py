"""The durable memory of changes and what became of them.

`store.Ledger` is the way in, and loads SQLAlchemy: import it where a ledger is opened. `records`
and `refusals` hold what others need to name, and load nothing.
"""
