import TidegateModel

/// The leavers whose profiles are not in the store any more; a receiver has to hear of them all the same.
///
/// The statements call `selected(id)` and `exited(id)`, see `Connection.define`.
struct RemovedLeavers {
    private let connection: Connection

    init(on connection: Connection) {
        self.connection = connection
    }

    /// Whether there are any among those that are `exited`.
    func exist() throws(ProfileError) -> Bool {
        try connection.prepare("SELECT 1 FROM removed_profile WHERE exited(id) LIMIT 1").step()
    }

    /// How many are not told of, because their customer came back under a new id that is selected itself.
    func superseded() throws(ProfileError) -> Int {
        let statement = try connection.prepare("SELECT count(*) FROM \(Self.leavers) AND (\(Self.isSuperseded))")
        guard try statement.step() else { return 0 }
        return Int(statement.integer(at: 0))
    }

    /// The selected profiles, and with them the removed leavers to tell of, as a table with the columns of `profile`.
    ///
    /// A removed leaver has its key and otherwise NULLs, unless its customer came back: then what is known of them now.
    static func besideProfiles(_ columns: [String]) -> String {
        let stored = columns.map(ProfileColumns.quoted).joined(separator: ", ")
        let kept = columns.map { ["key", "id"].contains($0) ? "r.\($0)" : "q.\(ProfileColumns.quoted($0))" }
        return """
            (SELECT \(stored) FROM profile WHERE selected(id)
            UNION ALL
            SELECT \(kept.joined(separator: ", ")) FROM \(leavers) AND NOT (\(isSuperseded)))
            """
    }

    /// A key that came back has a profile again: `q`.
    private static let leavers = "removed_profile AS r LEFT JOIN profile AS q ON q.key = r.key WHERE exited(r.id)"

    /// The new profile is a member and tells so itself; or it was one in the snapshot and is removed as well, which
    /// the next export tells.
    private static let isSuperseded = """
        q.id IS NOT NULL AND selected(q.id)
        OR r.key IN (SELECT key FROM removed_profile WHERE selected(id) AND NOT exited(id))
        """
}
