-- Requests that started runs, so that the same one is known again when a client repeats it. Kept for a day.
CREATE TABLE request (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Who made it, as the audit names actors.
    caller TEXT NOT NULL,
    -- What the client calls it; NULL where it does not say.
    key TEXT,
    -- SHA-256 of what was asked.
    digest TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX request_key ON request (caller, key) WHERE key IS NOT NULL;
CREATE INDEX request_keyless ON request (caller, digest, at) WHERE key IS NULL;
CREATE INDEX request_at ON request (at);

CREATE TABLE request_run (
    request INTEGER NOT NULL REFERENCES request (sequence) ON DELETE CASCADE,
    run TEXT NOT NULL REFERENCES run (id),
    PRIMARY KEY (request, run)
) STRICT, WITHOUT ROWID;
