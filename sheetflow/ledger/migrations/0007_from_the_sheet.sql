-- What is asked and answered in the sheet: ticks for rows, ticks for recipes, and who is told when.

CREATE TABLE asks (
    digest VARCHAR(32) NOT NULL PRIMARY KEY,
    chapter TEXT NOT NULL,
    recipe TEXT NOT NULL,
    table_name TEXT NOT NULL,
    row_id TEXT NOT NULL,
    sentence TEXT NOT NULL,
    changes TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE
);

CREATE INDEX asks_of_a_table ON asks (chapter, table_name);

CREATE TABLE controls (
    digest VARCHAR(32) NOT NULL PRIMARY KEY,
    chapter TEXT NOT NULL,
    place TEXT NOT NULL,
    recipe TEXT NOT NULL,
    ticked BOOLEAN NOT NULL,
    said TEXT NOT NULL,
    remark TEXT NOT NULL
);

CREATE INDEX controls_of_a_place ON controls (chapter, place);

CREATE TABLE errands (
    digest VARCHAR(32) NOT NULL PRIMARY KEY,
    chapter TEXT NOT NULL,
    name TEXT NOT NULL,
    schedule TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE
);
