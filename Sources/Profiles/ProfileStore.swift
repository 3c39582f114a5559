import TidegateModel

/// The profile store: what Tidegate knows about customers, and which of them were in which segment when.
///
/// Lives in one SQLite file. Customers can be read again from their sources; what drop-offs brought cannot, where their
/// files are removed, and is on the disk when a call that takes it returns. Calls block the calling thread. One call
/// writes at a time (a lock sees to it within the process); any number may read beside it, each on one consistent state.
package final class ProfileStore: Sendable {
    package let path: String
    private let writing = Locked(())

    /// Opens the store at `path`, making it where there is none.
    package init(path: String) throws(ProfileError) {
        self.path = path
        let connection = try Connection(path: path, .readWrite)
        try connection.execute(ProfileTables.pragmas)
        try ProfileTables.create(on: connection)
    }

    /// Where the store is, and what it needs for a while may be.
    var folder: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Lends the one writer. The body opens its own transactions.
    func withWriter<Value>(_ body: (Connection) throws(ProfileError) -> Value) throws(ProfileError) -> Value {
        let outcome: Result<Value, ProfileError> = writing.withLock { _ in
            do throws(ProfileError) {
                let connection = try Connection(path: path, .readWrite)
                try connection.execute(ProfileTables.pragmas)
                return .success(try body(connection))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// Lends a reader, inside one read transaction.
    func withReader<Value>(_ body: (Connection) throws(ProfileError) -> Value) throws(ProfileError) -> Value {
        let connection = try Connection(path: path, .readOnly)
        try connection.execute(ProfileTables.readerPragmas)
        return try connection.read { () throws(ProfileError) in try body(connection) }
    }
}

/// Why the profile store could not do its work, sorted by what the caller does next.
package enum ProfileError: Error, Equatable {
    /// Trying again may help; nothing was changed.
    case transient(String)
    /// A person must act first; nothing was changed.
    case rejected(String)
    case cancelled
}

extension ProfileError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .transient(let reason), .rejected(let reason): reason
        case .cancelled: "work was cancelled"
        }
    }
}
