-- One row per call of a connector run, journaled before it is sent.
CREATE TABLE batch (
    run TEXT NOT NULL REFERENCES run (id),
    number INTEGER NOT NULL,
    kind TEXT NOT NULL CONSTRAINT batch_kind CHECK (kind IN ('upsert', 'remove')),
    state TEXT NOT NULL CONSTRAINT batch_state CHECK (state IN (
        'planned', 'sent', 'accepted', 'confirmed', 'confirmed-in-part', 'refused', 'unknown', 'split', 'lost'
    )),
    -- The attempt that cut it.
    attempt INTEGER NOT NULL,
    page INTEGER NOT NULL,
    -- The last key that it speaks for, as bytes: it speaks for everything selected since the batch before it.
    -- NULL for a removal.
    through BLOB,
    contacts INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    -- Of the contacts as encoded: the same digest, the same contacts.
    digest TEXT NOT NULL,
    -- Contacts at the front that a receiver which takes each by itself has carried through.
    done INTEGER NOT NULL DEFAULT 0,
    -- The receiver's id of an accepted batch; kept so that a restart can ask what became of it.
    job TEXT,
    rejected INTEGER NOT NULL DEFAULT 0,
    -- The receiver's own numbers, as a JSON object.
    figures TEXT NOT NULL DEFAULT '{}',
    sent_at INTEGER,
    settled_at INTEGER,
    message TEXT,
    PRIMARY KEY (run, number)
) STRICT, WITHOUT ROWID;

-- Batches whose contacts need not be sent again.
CREATE VIEW carried_batch AS
SELECT * FROM batch WHERE state IN ('accepted', 'confirmed', 'confirmed-in-part', 'refused', 'unknown');

-- Profiles between the batch before and the end of this one that were not sent, by reason.
CREATE TABLE batch_skip (
    run TEXT NOT NULL,
    number INTEGER NOT NULL,
    code TEXT NOT NULL,
    profiles INTEGER NOT NULL,
    PRIMARY KEY (run, number, code),
    FOREIGN KEY (run, number) REFERENCES batch (run, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Profiles that the receiver refused. `profile` is their number in the profile store, NULL where it is not known.
CREATE TABLE rejected_profile (
    run TEXT NOT NULL REFERENCES run (id),
    key TEXT NOT NULL,
    profile INTEGER,
    batch INTEGER NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (run, key)
) STRICT, WITHOUT ROWID;

-- Who a dataflow has put on a receiver's list: nobody else is ever taken off it.
CREATE TABLE managed_member (
    dataflow TEXT NOT NULL REFERENCES object (id),
    destination TEXT NOT NULL,
    list TEXT NOT NULL,
    -- By which the receiver tells contacts apart.
    identity TEXT NOT NULL,
    -- The receiver's own id, where it gave one.
    receiver_id TEXT,
    -- Its number in the profile store, as it was sent last.
    profile INTEGER NOT NULL,
    -- The batch that put it there first; forgotten with it where the receiver refused that.
    added_run TEXT NOT NULL,
    added_batch INTEGER NOT NULL,
    -- The removal that is on its way; NULL while the member stays.
    leaving_run TEXT,
    leaving_batch INTEGER,
    PRIMARY KEY (dataflow, destination, list, identity)
) STRICT, WITHOUT ROWID;

CREATE INDEX managed_member_of_list ON managed_member (destination, list, identity);

CREATE INDEX managed_member_leaving ON managed_member (leaving_run, leaving_batch) WHERE leaving_run IS NOT NULL;

-- What a destination noted about uploads that are not finished: its own text, without secrets.
CREATE TABLE upload (
    run TEXT NOT NULL REFERENCES run (id),
    name TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;
