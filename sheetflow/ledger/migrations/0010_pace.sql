-- What was asked of services lately and this month, by all processes that share this ledger.

CREATE TABLE pace (
    name TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL
);
