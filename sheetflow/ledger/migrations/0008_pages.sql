-- So that pages answer at once over a long ledger, and what people look at and decide there is kept.

CREATE TABLE causes (
    chapter TEXT NOT NULL,
    recipe TEXT NOT NULL,
    table_name TEXT NOT NULL,
    word VARCHAR(20) NOT NULL,
    status TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (chapter, recipe, table_name, word, status)
);

INSERT INTO causes (chapter, recipe, table_name, word, status, count)
    SELECT chapter, recipe, table_name, word, status, count(*) FROM statuses
    WHERE word IN ('Needs you', 'Not sure', 'Waiting')
    GROUP BY chapter, recipe, table_name, word, status;

CREATE TABLE addresses (
    mark VARCHAR(32) NOT NULL,
    digest VARCHAR(32) NOT NULL,
    PRIMARY KEY (mark, digest)
);

CREATE INDEX addresses_of_a_row ON addresses (digest);

-- marks are {"name":"32 digits","email":"32 digits"}, and the name may be missing
INSERT INTO addresses (mark, digest)
    SELECT substr(marks, 53, 32), digest FROM identities WHERE substr(marks, 45, 5) = 'email';

INSERT INTO addresses (mark, digest)
    SELECT substr(marks, 11, 32), digest FROM identities WHERE substr(marks, 3, 5) = 'email';

CREATE TABLE funnels (
    run VARCHAR(40) NOT NULL PRIMARY KEY,
    matched INTEGER,
    held INTEGER,
    done INTEGER
);

CREATE TABLE days (
    chapter TEXT NOT NULL,
    day VARCHAR(10) NOT NULL,
    recipe TEXT NOT NULL,
    word VARCHAR(20) NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (chapter, day, recipe, word)
);

INSERT INTO days (chapter, day, recipe, word, count)
    SELECT chapter, substr(CAST(at AS TEXT), 1, 10), recipe, word, count(*) FROM records
    WHERE step <> 'status' AND (state IN ('refused', 'not known') OR state = 'done' AND reference <> '')
    GROUP BY chapter, substr(CAST(at AS TEXT), 1, 10), recipe, word;

INSERT INTO funnels (run) SELECT id FROM runs WHERE ended_at IS NULL;

CREATE INDEX runs_without_an_end ON runs (id) WHERE ended_at IS NULL;

CREATE TABLE loads (
    digest VARCHAR(32) NOT NULL PRIMARY KEY,
    chapter TEXT NOT NULL,
    recipe TEXT NOT NULL,
    step TEXT NOT NULL,
    name TEXT NOT NULL,
    load INTEGER NOT NULL,
    room INTEGER,
    at TIMESTAMP WITH TIME ZONE NOT NULL
);

CREATE INDEX loads_of_a_recipe ON loads (chapter, recipe);

CREATE TABLE sessions (
    digest VARCHAR(64) NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    proof VARCHAR(64) NOT NULL,
    began TIMESTAMP WITH TIME ZONE NOT NULL,
    seen TIMESTAMP WITH TIME ZONE NOT NULL
);

CREATE TABLE tries (
    digest VARCHAR(64) NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL,
    latest TIMESTAMP WITH TIME ZONE NOT NULL
);

CREATE INDEX tries_by_time ON tries (latest);

CREATE TABLE answers (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    digest VARCHAR(32) NOT NULL,
    answer VARCHAR(20) NOT NULL,
    who TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL
);

CREATE INDEX answers_about_a_change ON answers (digest, at);

CREATE TABLE messages (
    digest VARCHAR(32) NOT NULL,
    run VARCHAR(40) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (digest, run)
);

CREATE INDEX messages_by_time ON messages (at);
