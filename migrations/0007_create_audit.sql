-- Every action that somebody took, or was refused, for ever.
CREATE TABLE audit (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    -- `cli`, `api:trigger`, `page:admin`, …
    actor TEXT NOT NULL,
    -- `run-now`, `cancel`, `retry`, `pause`, `resume`, `start-cycle`, …
    action TEXT NOT NULL,
    -- A dataflow's or a run's name or id.
    subject TEXT NOT NULL,
    -- NULL where it was done, else why not.
    refusal TEXT
) STRICT;

-- Dataflows that somebody paused: occurrences that come due meanwhile are skipped. The job file knows nothing of it.
CREATE TABLE pause (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    dataflow TEXT NOT NULL REFERENCES object (id),
    paused_at INTEGER NOT NULL,
    paused_by TEXT NOT NULL,
    -- NULL while it holds.
    resumed_at INTEGER,
    resumed_by TEXT,
    CONSTRAINT pause_resumed CHECK ((resumed_at IS NULL) = (resumed_by IS NULL))
) STRICT;

CREATE UNIQUE INDEX pause_holding ON pause (dataflow) WHERE resumed_at IS NULL;
CREATE INDEX pause_of_dataflow ON pause (dataflow, sequence);
