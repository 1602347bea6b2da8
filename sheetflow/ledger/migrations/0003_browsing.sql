-- So that a page shows a few lines of a long ledger without reading the rest.

CREATE INDEX runs_by_time ON runs (begun_at, id);
CREATE INDEX runs_of_a_recipe ON runs (recipe, begun_at, id);

DROP INDEX records_of_a_run;
CREATE INDEX records_of_a_run ON records (run, word, at, digest);
CREATE INDEX records_of_a_row ON records (table_name, row_id);

CREATE INDEX contacts_of_somebody ON contacts (whom);

CREATE INDEX statuses_that_stop ON statuses (chapter, word, recipe, status, table_name, row_id)
    WHERE word IN ('Needs you', 'Not sure', 'Waiting');
