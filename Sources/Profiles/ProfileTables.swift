import TidegateModel

/// The tables of the profile store.
///
/// The attributes are columns of `profile`, named after attribute and type (`orders:integer`), so that a new
/// attribute, or one whose type changed, is a new column and never a rebuild.
enum ProfileTables {
    /// Larger pages hold wide profiles better; WAL lets exports read while an ingest writes. The store can be rebuilt
    /// from its sources, so a commit need not wait for the disk.
    static let pragmas = """
        PRAGMA page_size = 16384;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA secure_delete = OFF;
        PRAGMA cache_size = -32768;
        """

    static let readerPragmas = "PRAGMA cache_size = -8192; PRAGMA temp_store = FILE;"

    /// The version of the tables below, kept in `user_version`.
    static let version: Int64 = 1

    /// Makes the tables where they are missing; refuses a store that a newer Tidegate wrote.
    static func create(on connection: Connection) throws(ProfileError) {
        let found = try userVersion(of: connection)
        guard found <= version else {
            throw .rejected("profile store has version \(found), newer than this program's \(version)")
        }
        guard found == 0 else { return }
        try connection.write { () throws(ProfileError) in try connection.execute(tables) }
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

        PRAGMA user_version = 1;
        """
}
