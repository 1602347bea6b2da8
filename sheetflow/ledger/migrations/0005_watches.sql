-- What tells of changes: how far it was heard, what may have changed since, and the calls of services.

CREATE TABLE watches (
    digest VARCHAR(32) NOT NULL PRIMARY KEY,
    chapter TEXT NOT NULL,
    connection TEXT NOT NULL,
    token TEXT NOT NULL,
    looked_at TIMESTAMP WITH TIME ZONE,
    swept_at TIMESTAMP WITH TIME ZONE,
    subscription TEXT NOT NULL,
    subscribed_until TIMESTAMP WITH TIME ZONE
);

CREATE TABLE marks (
    digest VARCHAR(32) NOT NULL PRIMARY KEY,
    chapter TEXT NOT NULL,
    connection TEXT NOT NULL,
    place TEXT NOT NULL,
    mark TEXT NOT NULL
);

CREATE TABLE calls (
    digest VARCHAR(32) NOT NULL PRIMARY KEY,
    chapter TEXT NOT NULL,
    connection TEXT NOT NULL,
    about TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    waits BOOLEAN NOT NULL
);

CREATE INDEX calls_by_time ON calls (at);
CREATE INDEX calls_that_wait ON calls (at) WHERE waits;
