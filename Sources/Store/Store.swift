import Foundation
import GRDB
import Migrations
import TidegateModel

/// Remembers dataflows, the ledger, runs and cycles in `tidegate.sqlite`.
///
/// Calls block the calling thread for one short transaction and are not undone by the cancellation of a task: what
/// was recorded stays recorded.
package struct Store: Sendable {
    /// Whether this process owns the data folder. Only the owner's writer checkpoints the write-ahead log: SQLite
    /// before 3.51.3 can corrupt a log that two connections checkpoint.
    package enum Role: Sendable { case owner, guest }

    let database: DatabasePool

    /// Opens the store at `path`, making or migrating it where needed.
    ///
    /// - Throws: ``StoreError/newerSchema(_:)`` for a store that a newer Tidegate wrote.
    package init(path: String, role: Role) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 4
        configuration.label = "tidegate.store"
        do {
            database = try DatabasePool(path: path, configuration: configuration)
            try Self.prepare(database, role)
            try Self.migrate(database, path: path)
        } catch let error as DatabaseError {
            throw StoreError.fault(StoreFault(error), path: path)
        }
    }

    private static func prepare(_ database: DatabasePool, _ role: Role) throws {
        try database.writeWithoutTransaction { db in
            // GRDB lowers a pool to NORMAL, with which a power cut can take back a run that was reported as completed.
            try db.execute(sql: "PRAGMA synchronous = FULL")
            if role == .guest { try db.execute(sql: "PRAGMA wal_autocheckpoint = 0") }
        }
    }

    private static func migrate(_ database: DatabasePool, path: String) throws {
        var migrator = DatabaseMigrator()
        for migration in Migrations.all {
            migrator.registerMigration(migration.identifier) { db in try db.execute(sql: migration.sql) }
        }
        if try database.read(migrator.hasBeenSuperseded) { throw StoreError.newerSchema(path) }
        try migrator.migrate(database)
    }

    /// The digest of the job files applied last to the store at `path`; nil where there is no store, or it does not say.
    ///
    /// For a look before the store is opened for work.
    package static func appliedFiles(at path: String) -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(1)
        return try? DatabaseQueue(path: path, configuration: configuration).read { db in
            try String.fetchOne(db, sql: "SELECT digest FROM reading")
        }
    }

    /// Whether SQLite finds the file whole, and every row that a row names.
    package func problems() throws -> [String] {
        try database.read { db in
            let integrity = try String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
            let orphans = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map { row in
                "a row of '\(row[0] as String? ?? "?")' names a row of '\(row[2] as String? ?? "?")' that is not there"
            }
            return integrity + orphans
        }
    }

    /// Writes a consistent copy of the state to `path`, which must not exist, and reads it back.
    package func backup(to path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else { throw StoreError.backupExists(path) }
        do {
            try database.writeWithoutTransaction { db in try db.execute(sql: "VACUUM INTO ?", arguments: [path]) }
        } catch let error as DatabaseError {
            throw StoreError.backupNotWritten(path, StoreFault(error))
        }
        let copy = try DatabaseQueue(path: path)
        let answer = try copy.read { db in try String.fetchOne(db, sql: "PRAGMA integrity_check") }
        guard answer == "ok" else { throw StoreError.backupDamaged(path) }
    }

    /// Lets go of the file.
    package func close() throws {
        try database.close()
    }
}

/// Why the store does not answer, where SQLite is not the one to say so.
package enum StoreError: Error, Equatable {
    case newerSchema(String)
    case backupExists(String)
    case backupDamaged(String)
    case backupNotWritten(String, StoreFault)
    case fault(StoreFault, path: String)
    case unknownRun(UUID)
    case illegal(run: UUID, state: RunState, event: RunEvent)
    case illegalBatch(run: UUID, number: Int, event: BatchEvent)
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .newerSchema(let path): "store '\(path)' was written by a newer tidegate; upgrade this one"
        case .backupExists(let path): "file '\(path)' exists already; a backup never overwrites"
        case .backupDamaged(let path): "backup '\(path)' does not read back whole"
        case .backupNotWritten(let path, let fault): "backup '\(path)' cannot be written: \(fault)"
        case .fault(let fault, let path): "store '\(path)' cannot be used: \(fault)"
        case .unknownRun(let id): "run \(id.text) is not known"
        case .illegal(let run, let state, let event):
            "run \(run.text) is \(state.rawValue) and cannot take '\(event.rawValue)'"
        case .illegalBatch(let run, let number, let event):
            "batch \(number) of run \(run.text) cannot take '\(event.rawValue)'"
        }
    }
}

extension UUID {
    /// As the store, the command line and the files spell it: in lower case.
    package var text: String {
        // `uuidString` goes through printf, and every statement about a run asks for this.
        withUnsafeBytes(of: uuid) { bytes in
            String(unsafeUninitializedCapacity: 36) { text in
                var place = 0
                for index in 0..<16 {
                    if index == 4 || index == 6 || index == 8 || index == 10 {
                        text[place] = UInt8(ascii: "-")
                        place += 1
                    }
                    text[place] = Self.hexadecimal(bytes[index] >> 4)
                    text[place + 1] = Self.hexadecimal(bytes[index] & 15)
                    place += 2
                }
                return 36
            }
        }
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }

    /// Reads either spelling, some ten times faster than `uuidString` does.
    init?(stored text: String) {
        var text = text
        let bytes: UUID? = text.withUTF8 { text in
            guard text.count == 36 else { return nil }
            var bytes: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
            let isRead = withUnsafeMutableBytes(of: &bytes) { bytes in
                var place = 0
                for index in 0..<16 {
                    if index == 4 || index == 6 || index == 8 || index == 10 {
                        guard text[place] == UInt8(ascii: "-") else { return false }
                        place += 1
                    }
                    guard let high = Self.digit(text[place]), let low = Self.digit(text[place + 1]) else {
                        return false
                    }
                    bytes[index] = high << 4 | low
                    place += 2
                }
                return true
            }
            return isRead ? UUID(uuid: bytes) : nil
        }
        guard let bytes else { return nil }
        self = bytes
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
