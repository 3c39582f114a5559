-- The cycle that a request was answered with: one that it started, or one that went on already.
CREATE TABLE request_cycle (
    request INTEGER NOT NULL PRIMARY KEY REFERENCES request (sequence) ON DELETE CASCADE,
    cycle INTEGER NOT NULL REFERENCES cycle (sequence)
) STRICT;
