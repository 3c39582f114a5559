-- The job files that the declared objects came from, so that a start from the same files need not read them again.
-- One row, or none where that is not known.
CREATE TABLE reading (
    one INTEGER PRIMARY KEY CONSTRAINT reading_one CHECK (one = 1),
    -- SHA-256 over the program's version, the folder, and the name and bytes of every file.
    digest TEXT NOT NULL
) STRICT;
