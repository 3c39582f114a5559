-- Data sources and traits are declared too. A constraint cannot be changed in place, so the table is made anew.
CREATE TABLE object_with_kinds (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL
        CONSTRAINT object_kind CHECK (kind IN ('Profile', 'Source', 'DataSource', 'Trait', 'Segmentation', 'Segment', 'Destination', 'Dataflow')),
    name TEXT NOT NULL,
    -- Where the object stands among its kind in the job files.
    position INTEGER NOT NULL,
    revision INTEGER NOT NULL CONSTRAINT object_revision_counts CHECK (revision >= 1),
    digest TEXT NOT NULL,
    -- NULL while the job files declare the object.
    removed_at INTEGER
) STRICT;
INSERT INTO object_with_kinds SELECT id, kind, name, position, revision, digest, removed_at FROM object;
DROP TABLE object;
ALTER TABLE object_with_kinds RENAME TO object;
