import TidegateModel

/// The tables of the profile store.
///
/// The attributes are columns of `profile`, named after attribute and type (`orders:integer`), so that a new
/// attribute, or one whose type changed, is a new column and never a rebuild.
enum ProfileTables {
    /// Larger pages hold wide profiles better; WAL lets exports read while an ingest writes. Customers can be read again
    /// from their sources, so a commit need not wait for the disk; what else must, says so (`awaitsDisk`).
    static let pragmas = """
        PRAGMA page_size = 16384;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA secure_delete = OFF;
        PRAGMA cache_size = -32768;
        """

    /// For writes that cannot be had again, such as what a file brought that is removed once it was taken: their commits
    /// return when they are on the disk. To be set outside of a transaction.
    static let awaitsDisk = "PRAGMA synchronous = FULL"

    static let readerPragmas = "PRAGMA cache_size = -8192; PRAGMA temp_store = FILE;"

    /// The version of the tables below, kept in `user_version`.
    static let version: Int64 = 2

    /// Makes the tables where they are missing; refuses a store that a newer Tidegate wrote.
    static func create(on connection: Connection) throws(ProfileError) {
        let found = try userVersion(of: connection)
        guard found <= version else {
            throw .rejected("profile store has version \(found), newer than this program's \(version)")
        }
        guard found < version else { return }
        try connection.write { () throws(ProfileError) in
            if found < 1 { try connection.execute(tables) }
            try connection.execute(dropOffTables)
        }
    }

    private static func userVersion(of connection: Connection) throws(ProfileError) -> Int64 {
        let statement = try connection.prepare("PRAGMA user_version")
        guard try statement.step() else { return 0 }
        return statement.integer(at: 0)
    }

    private static let tables = """
        -- One row per customer, in key order. `id` is the profile's number in bitmaps: given once, never reused.
        -- `updated_at` (milliseconds) is the ingest that last changed a value.
        CREATE TABLE profile (
            key TEXT NOT NULL PRIMARY KEY,
            id INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) WITHOUT ROWID;

        -- The key that a removed profile had, so that receivers can be told who left. A key that comes back gets a new
        -- id, and may be here under several old ones; rows stay for good.
        CREATE TABLE removed_profile (
            id INTEGER PRIMARY KEY,
            key TEXT NOT NULL
        ) STRICT;

        -- Numbers that only grow. `next_profile_id` is the next id to give.
        CREATE TABLE counter (
            name TEXT NOT NULL PRIMARY KEY,
            value INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        INSERT INTO counter (name, value) VALUES ('next_profile_id', 1);

        -- One row per ingest that changed the store. Times in milliseconds.
        CREATE TABLE ingest (
            id INTEGER PRIMARY KEY,
            source TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            finished_at INTEGER NOT NULL,
            rows_read INTEGER NOT NULL,
            inserted INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            unchanged INTEGER NOT NULL,
            removed INTEGER NOT NULL,
            superseded INTEGER NOT NULL
        ) STRICT;

        -- One row per file of an ingest.
        CREATE TABLE ingest_file (
            ingest INTEGER NOT NULL REFERENCES ingest (id) ON DELETE CASCADE,
            path TEXT NOT NULL,
            size INTEGER NOT NULL,
            sha256 TEXT NOT NULL
        ) STRICT;

        -- How many rows of an ingest were rejected, by reason.
        CREATE TABLE ingest_rejected (
            ingest INTEGER NOT NULL REFERENCES ingest (id) ON DELETE CASCADE,
            code TEXT NOT NULL,
            rows INTEGER NOT NULL,
            PRIMARY KEY (ingest, code)
        ) STRICT, WITHOUT ROWID;

        -- The profile ids that a source delivers, as a portable Roaring bitmap: those of its last ingest where it
        -- replaces, those of all its ingests where it upserts. `source` is the source's id, a UUID in lower case, so that
        -- a source may be renamed. Sets of sources that are declared no more stay, and count for nothing.
        CREATE TABLE source_profiles (
            source TEXT NOT NULL PRIMARY KEY,
            profiles BLOB NOT NULL
        ) STRICT;

        -- One row per published segmentation, in order of publication. `id` is a UUID; times in milliseconds.
        CREATE TABLE snapshot (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            nominal INTEGER NOT NULL,
            published_at INTEGER NOT NULL,
            profiles INTEGER NOT NULL
        ) STRICT;

        -- The members of one segment in one snapshot, as a portable Roaring bitmap of profile ids.
        CREATE TABLE snapshot_segment (
            snapshot TEXT NOT NULL REFERENCES snapshot (id) ON DELETE CASCADE,
            segment TEXT NOT NULL,
            name TEXT NOT NULL,
            members INTEGER NOT NULL,
            joined INTEGER NOT NULL,
            "left" INTEGER NOT NULL,
            profiles BLOB NOT NULL,
            PRIMARY KEY (snapshot, segment)
        ) STRICT;

        -- The profiles that a run exported, as a portable Roaring bitmap.
        CREATE TABLE delivered (
            run TEXT NOT NULL PRIMARY KEY,
            snapshot TEXT NOT NULL,
            profiles BLOB NOT NULL
        ) STRICT;
        """

    /// Added by version 2.
    private static let dropOffTables = """
        -- One row per id of somebody or of a device that drop-off files have brought. `number` is what bitmaps of traits
        -- hold: given once, never reused. `environment` is 0 for production and 1 for beta; `source` is a data source's
        -- number (DPID); ids are exact, case and all.
        CREATE TABLE identity (
            number INTEGER PRIMARY KEY,
            environment INTEGER NOT NULL,
            source INTEGER NOT NULL,
            id TEXT NOT NULL,
            UNIQUE (environment, source, id)
        ) STRICT;
        INSERT INTO counter (name, value) VALUES ('next_identity', 1);

        -- Which two ids belong together, as an ID synchronisation file said; each link is here from both sides.
        -- `sequence` grows with every new link: the least one is the first in and, where a cap is reached, the first out.
        -- `linked_at` in milliseconds.
        CREATE TABLE identity_link (
            identity INTEGER NOT NULL,
            other INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            linked_at INTEGER NOT NULL,
            PRIMARY KEY (identity, other)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO counter (name, value) VALUES ('next_link', 1);

        -- The identities that have a trait, by the trait's own number, as a portable Roaring bitmap.
        CREATE TABLE trait_identities (
            environment INTEGER NOT NULL,
            trait INTEGER NOT NULL,
            identities BLOB NOT NULL,
            PRIMARY KEY (environment, trait)
        ) STRICT;

        -- One row per file of a drop-off that was taken or rejected, in the transaction that stored what it brought.
        -- `source` is the source's id, a UUID in lower case; `environment` is the one that it was taken into, so that a
        -- source that moves to the other takes its files again; `name` is below the drop-off; `size` (bytes),
        -- `modified_at` (milliseconds, NULL where the place does not say) and `sha256` are of the file as it arrived;
        -- `receipt` is JSON.
        CREATE TABLE drop_file (
            sequence INTEGER PRIMARY KEY,
            source TEXT NOT NULL,
            environment INTEGER NOT NULL,
            name TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            size INTEGER NOT NULL,
            modified_at INTEGER,
            outcome TEXT NOT NULL CHECK (outcome IN ('taken', 'rejected')),
            -- 1 once its receipt lies beside it and it is where it belongs.
            is_settled INTEGER NOT NULL DEFAULT 0 CHECK (is_settled IN (0, 1)),
            receipt TEXT NOT NULL,
            UNIQUE (source, environment, name, sha256)
        ) STRICT;

        PRAGMA user_version = 2;
        """
}
