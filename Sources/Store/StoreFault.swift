import GRDB

/// What SQLite complained of, without the statement that it was asked.
package enum StoreFault: Hashable, Sendable {
    /// The file is no store, or no longer a whole one.
    case damaged(String)
    /// The disk, the file's permissions, or another process is in the way.
    case unavailable(String)

    init(_ error: DatabaseError) {
        let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged(reason)
        default: self = .unavailable(reason)
        }
    }

    /// Nil for an error that does not come from the store's database.
    package init?(_ error: any Error) {
        guard let error = error as? DatabaseError else { return nil }
        self.init(error)
    }
}

extension StoreFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .damaged(let reason), .unavailable(let reason): reason
        }
    }
}
