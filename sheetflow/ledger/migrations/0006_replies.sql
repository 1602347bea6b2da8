-- What people answer by the links in their messages, and whether the sheet says so yet.

CREATE TABLE replies (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    digest VARCHAR(32) NOT NULL,
    mark VARCHAR(16) NOT NULL,
    chapter TEXT NOT NULL,
    recipe TEXT NOT NULL,
    table_name TEXT NOT NULL,
    row_id TEXT NOT NULL,
    column_name TEXT NOT NULL,
    label TEXT NOT NULL,
    value TEXT NOT NULL,
    was TEXT NOT NULL,
    who TEXT NOT NULL,
    whom VARCHAR(64) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    state VARCHAR(20) NOT NULL,
    says TEXT NOT NULL,
    tries INTEGER NOT NULL,
    try_at TIMESTAMP WITH TIME ZONE,
    done_at TIMESTAMP WITH TIME ZONE
);

CREATE INDEX replies_open ON replies (chapter, try_at) WHERE state IN ('noted', 'kept back');

CREATE INDEX replies_to_a_message ON replies (digest, at);

CREATE INDEX replies_of_a_row ON replies (table_name, row_id);

CREATE INDEX replies_of_somebody ON replies (whom);
