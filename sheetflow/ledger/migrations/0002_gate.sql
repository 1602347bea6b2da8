-- What the gate remembers: whom we reached, who asked not to be, and what people decided.

ALTER TABLE runs ADD COLUMN reached INTEGER DEFAULT 0 NOT NULL;

CREATE TABLE contacts (
    digest VARCHAR(32) NOT NULL,
    whom VARCHAR(64) NOT NULL,
    channel TEXT NOT NULL,
    kind VARCHAR(20) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (digest, whom)
);

CREATE INDEX contacts_by_time ON contacts (at);

CREATE TABLE suppressions (
    whom VARCHAR(64) NOT NULL PRIMARY KEY,
    channel TEXT NOT NULL,
    why TEXT NOT NULL,
    who TEXT NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL
);

CREATE TABLE switches (
    digest VARCHAR(32) NOT NULL PRIMARY KEY,
    chapter TEXT NOT NULL,
    recipe TEXT NOT NULL,
    is_on BOOLEAN NOT NULL,
    why TEXT NOT NULL,
    who TEXT NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL
);

CREATE TABLE baselines (
    digest VARCHAR(32) NOT NULL PRIMARY KEY,
    chapter TEXT NOT NULL,
    recipe TEXT NOT NULL,
    table_name TEXT NOT NULL,
    row_id TEXT NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL
);

CREATE INDEX baselines_of_a_recipe ON baselines (chapter, recipe);

CREATE TABLE approvals (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    chapter TEXT NOT NULL,
    recipe TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    plan VARCHAR(32) NOT NULL,
    who TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    changes TEXT NOT NULL
);

CREATE INDEX approvals_of_a_recipe ON approvals (chapter, recipe);
