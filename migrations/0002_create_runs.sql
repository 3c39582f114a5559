-- One row per export. `attempts` is the fence: a write that carries an older number changes nothing.
CREATE TABLE run (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    dataflow TEXT NOT NULL REFERENCES object (id),
    dataflow_name TEXT NOT NULL,
    revision INTEGER NOT NULL,
    "trigger" TEXT NOT NULL
        CONSTRAINT run_trigger CHECK ("trigger" IN ('scheduled', 'after-segmentation', 'ad-hoc', 'retry')),
    state TEXT NOT NULL
        CONSTRAINT run_state CHECK (state IN (
            'queued', 'processing', 'retrying', 'cancelling',
            'completed', 'partial', 'failed', 'cancelled', 'skipped', 'missed'
        )),
    -- NULL where the state needs no explanation.
    reason TEXT,
    -- NULL only for a run that never could start because there was no snapshot.
    snapshot TEXT,
    scheduled_for INTEGER NOT NULL,
    queued_at INTEGER NOT NULL,
    -- NULL until first claimed.
    started_at INTEGER,
    finished_at INTEGER,
    -- NULL unless retrying.
    retry_at INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    -- The process that holds the run and until when; NULL unless somebody does.
    owner TEXT,
    lease_expires_at INTEGER,
    selected INTEGER NOT NULL DEFAULT 0,
    exported INTEGER NOT NULL DEFAULT 0,
    -- The run that this one tries again.
    parent TEXT REFERENCES run (id),
    forced INTEGER NOT NULL DEFAULT 0 CONSTRAINT run_forced CHECK (forced IN (0, 1)),

    CONSTRAINT run_finished CHECK (
        (state IN ('completed', 'partial', 'failed', 'cancelled', 'skipped', 'missed')) = (finished_at IS NOT NULL)
    ),
    CONSTRAINT run_owned CHECK ((state IN ('processing', 'cancelling')) = (owner IS NOT NULL)),
    CONSTRAINT run_waiting CHECK ((state = 'retrying') = (retry_at IS NOT NULL))
) STRICT;

CREATE INDEX run_live ON run (state, sequence) WHERE state IN ('queued', 'processing', 'retrying', 'cancelling');
CREATE INDEX run_of_dataflow ON run (dataflow, sequence);

-- The segments a run exports: one for a batch destination, all of the dataflow's for a connector.
CREATE TABLE run_segment (
    run TEXT NOT NULL REFERENCES run (id),
    position INTEGER NOT NULL,
    segment TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;

-- Profiles that were selected and not exported, by reason.
CREATE TABLE run_count (
    run TEXT NOT NULL REFERENCES run (id),
    kind TEXT NOT NULL CONSTRAINT run_count_kind CHECK (kind IN ('skipped', 'rejected')),
    code TEXT NOT NULL,
    profiles INTEGER NOT NULL,
    PRIMARY KEY (run, kind, code)
) STRICT, WITHOUT ROWID;

-- Files that reached the destination, in order of delivery.
CREATE TABLE run_file (
    run TEXT NOT NULL REFERENCES run (id),
    name TEXT NOT NULL,
    position INTEGER NOT NULL,
    path TEXT NOT NULL,
    rows INTEGER NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;

-- Every step of every run, for ever.
CREATE TABLE run_transition (
    run TEXT NOT NULL REFERENCES run (id),
    sequence INTEGER NOT NULL,
    event TEXT NOT NULL,
    -- NULL for the step that made the run.
    from_state TEXT,
    to_state TEXT NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT,
    fence INTEGER NOT NULL,
    PRIMARY KEY (run, sequence)
) STRICT, WITHOUT ROWID;

-- One row per try of a run. `outcome` is NULL while it goes on.
CREATE TABLE attempt (
    run TEXT NOT NULL REFERENCES run (id),
    number INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    outcome TEXT CONSTRAINT attempt_outcome CHECK (outcome IN (
        'delivered', 'delivered-in-part', 'refused', 'deferred', 'gave-up', 'cancelled', 'parked', 'lost'
    )),
    reason TEXT,
    PRIMARY KEY (run, number)
) STRICT, WITHOUT ROWID;

-- The snapshot that the last delivered run of a dataflow and segment exported: what incremental files count from.
CREATE TABLE baseline (
    dataflow TEXT NOT NULL REFERENCES object (id),
    segment TEXT NOT NULL,
    snapshot TEXT NOT NULL,
    run TEXT NOT NULL REFERENCES run (id),
    moved_at INTEGER NOT NULL,
    PRIMARY KEY (dataflow, segment)
) STRICT, WITHOUT ROWID;
