-- The last run of a dataflow that delivered everyone, where it is incremental otherwise. Milliseconds; moves with the
-- baseline, in the transaction that completes the run.
CREATE TABLE full_sync (
    dataflow TEXT NOT NULL PRIMARY KEY REFERENCES object (id),
    run TEXT NOT NULL,
    scheduled_for INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
