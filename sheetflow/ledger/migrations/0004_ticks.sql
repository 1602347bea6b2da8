-- When recipes are due, who takes care of it, and of what somebody was alerted.

CREATE TABLE ticks (
    digest VARCHAR(32) NOT NULL PRIMARY KEY,
    chapter TEXT NOT NULL,
    recipe TEXT NOT NULL,
    schedule TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    owed_since TIMESTAMP WITH TIME ZONE,
    taken_at TIMESTAMP WITH TIME ZONE,
    taken_by TEXT NOT NULL,
    tries INTEGER NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE,
    outcome TEXT NOT NULL,
    seen TEXT NOT NULL
);

CREATE TABLE incidents (
    name VARCHAR(32) NOT NULL PRIMARY KEY,
    what TEXT NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL
);
