-- The ledger: one row per occurrence of a schedule, whatever became of it.
CREATE TABLE occurrence (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    dataflow TEXT NOT NULL REFERENCES object (id),
    -- The empty text for a connector, which exports all segments in one run.
    segment TEXT NOT NULL,
    scheduled_for INTEGER NOT NULL,
    -- The published snapshot that made the occurrence; NULL where the clock did.
    snapshot TEXT,
    outcome TEXT NOT NULL CONSTRAINT occurrence_outcome CHECK (outcome IN ('fired', 'late', 'missed', 'skipped')),
    -- NULL for an occurrence that fired in time.
    reason TEXT,
    decided_at INTEGER NOT NULL,
    run TEXT NOT NULL REFERENCES run (id)
) STRICT;

CREATE INDEX occurrence_of_dataflow ON occurrence (dataflow, sequence);
CREATE UNIQUE INDEX occurrence_by_clock ON occurrence (dataflow, segment, scheduled_for) WHERE snapshot IS NULL;
CREATE UNIQUE INDEX occurrence_by_snapshot ON occurrence (dataflow, segment, snapshot) WHERE snapshot IS NOT NULL;
