-- So that a ledger that is older than what the sheets say is noticed, and what it forgot is kept.

CREATE TABLE tellings (
    chapter TEXT NOT NULL,
    table_name TEXT NOT NULL,
    at BIGINT NOT NULL,
    wall BIGINT NOT NULL,
    PRIMARY KEY (chapter, table_name, at, wall)
);

CREATE TABLE lost (
    digest VARCHAR(32) NOT NULL PRIMARY KEY,
    chapter TEXT NOT NULL,
    recipe TEXT NOT NULL,
    table_name TEXT NOT NULL,
    row_id TEXT NOT NULL,
    is_done BOOLEAN NOT NULL,
    has_id BOOLEAN NOT NULL,
    told_at TIMESTAMP WITH TIME ZONE NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL
);

CREATE INDEX lost_of_a_recipe ON lost (chapter, recipe);

-- What sheets were told before there were these tables is not asked about.
INSERT INTO meta (name, value)
SELECT 'tellings from', CAST(at AS TEXT) FROM records ORDER BY at DESC LIMIT 1;
