-- One row per object that the job files declare, or once declared. Instants are milliseconds since 1970 everywhere.
CREATE TABLE object (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL
        CONSTRAINT object_kind CHECK (kind IN ('Profile', 'Source', 'Segmentation', 'Segment', 'Destination', 'Dataflow')),
    name TEXT NOT NULL,
    -- Where the object stands among its kind in the job files.
    position INTEGER NOT NULL,
    revision INTEGER NOT NULL CONSTRAINT object_revision_counts CHECK (revision >= 1),
    digest TEXT NOT NULL,
    -- NULL while the job files declare the object.
    removed_at INTEGER
) STRICT;

-- What an object said, revision by revision. `spec` is the object as canonical JSON, `digest` its SHA-256.
CREATE TABLE object_revision (
    object TEXT NOT NULL REFERENCES object (id),
    revision INTEGER NOT NULL,
    digest TEXT NOT NULL,
    spec TEXT NOT NULL,
    applied_at INTEGER NOT NULL,
    PRIMARY KEY (object, revision)
    -- With rowids: a spec is mostly longer than what a page of an index holds of one row.
) STRICT;

-- One row per application of job files that changed something; a scheduler re-reads the objects when it sees a new one.
CREATE TABLE application (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    applied_at INTEGER NOT NULL,
    actor TEXT NOT NULL
) STRICT;

-- How far a dataflow's occurrences have been decided, inclusive: those that the clock makes by instant, those that
-- snapshots make by the newest snapshot looked at, which no clock can set back. NULL where there was none yet.
CREATE TABLE schedule_cursor (
    dataflow TEXT NOT NULL PRIMARY KEY REFERENCES object (id),
    planned_through INTEGER NOT NULL,
    planned_snapshot TEXT
) STRICT, WITHOUT ROWID;

-- When a segment was first applied in a dataflow. Never moves, also when the segment leaves and comes back.
CREATE TABLE activation (
    dataflow TEXT NOT NULL REFERENCES object (id),
    segment TEXT NOT NULL,
    activated_at INTEGER NOT NULL,
    PRIMARY KEY (dataflow, segment)
) STRICT, WITHOUT ROWID;
