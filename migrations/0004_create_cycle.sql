-- One row per 24-hour cycle: ingest of every source, segmentation, publication of the snapshot.
CREATE TABLE cycle (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    nominal INTEGER NOT NULL,
    "trigger" TEXT NOT NULL CONSTRAINT cycle_trigger CHECK ("trigger" IN ('scheduled', 'first-start', 'on-demand')),
    state TEXT NOT NULL CONSTRAINT cycle_state CHECK (state IN ('processing', 'retrying', 'completed', 'failed')),
    attempts INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    retry_at INTEGER,
    -- NULL until published.
    snapshot TEXT,
    reason TEXT,
    CONSTRAINT cycle_finished CHECK ((state IN ('completed', 'failed')) = (finished_at IS NOT NULL)),
    CONSTRAINT cycle_waiting CHECK ((state = 'retrying') = (retry_at IS NOT NULL)),
    CONSTRAINT cycle_published CHECK ((state = 'completed') = (snapshot IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX cycle_scheduled ON cycle (nominal) WHERE "trigger" = 'scheduled';

-- The process that last held the data folder: one row.
CREATE TABLE instance (
    one INTEGER PRIMARY KEY CONSTRAINT instance_one CHECK (one = 1),
    id TEXT NOT NULL,
    process INTEGER NOT NULL,
    host TEXT NOT NULL,
    duty TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    heartbeat_at INTEGER NOT NULL,
    -- NULL while it runs, or where it was killed.
    stopped_at INTEGER
) STRICT;
