-- What was meant for each row and what became of it, the runs, and what the sheets were told.
-- The same text serves SQLite and PostgreSQL.

CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE records (
    digest VARCHAR(32) NOT NULL PRIMARY KEY,
    chapter TEXT NOT NULL,
    recipe TEXT NOT NULL,
    step TEXT NOT NULL,
    table_name TEXT NOT NULL,
    row_id TEXT NOT NULL,
    occasion TEXT NOT NULL,
    state VARCHAR(20) NOT NULL,
    action TEXT NOT NULL,
    content VARCHAR(32) NOT NULL,
    who TEXT NOT NULL,
    word VARCHAR(20) NOT NULL,
    status TEXT NOT NULL,
    reference TEXT NOT NULL,
    gives TEXT NOT NULL,
    cells TEXT NOT NULL,
    data TEXT NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    retry_at TIMESTAMP WITH TIME ZONE,
    attempt INTEGER NOT NULL,
    told BOOLEAN NOT NULL,
    run VARCHAR(40) NOT NULL
);

CREATE INDEX records_of_a_recipe ON records (chapter, recipe);

CREATE INDEX records_of_a_run ON records (run);

CREATE INDEX records_untold ON records (chapter, recipe) WHERE NOT told;

CREATE TABLE runs (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    chapter TEXT NOT NULL,
    recipe TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    summary TEXT NOT NULL
);

CREATE TABLE statuses (
    digest VARCHAR(32) NOT NULL PRIMARY KEY,
    chapter TEXT NOT NULL,
    table_name TEXT NOT NULL,
    row_id TEXT NOT NULL,
    recipe TEXT NOT NULL,
    word VARCHAR(20) NOT NULL,
    status TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL
);

CREATE INDEX statuses_of_a_table ON statuses (chapter, table_name);

CREATE TABLE identities (
    digest VARCHAR(32) NOT NULL PRIMARY KEY,
    chapter TEXT NOT NULL,
    table_name TEXT NOT NULL,
    row_id TEXT NOT NULL,
    marks TEXT NOT NULL
);

CREATE INDEX identities_of_a_table ON identities (chapter, table_name);
