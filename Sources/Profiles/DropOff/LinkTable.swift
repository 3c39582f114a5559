import GRDBSQLite
import TidegateModel

/// The rows of links, inside a write transaction. Each link is there from both sides.
final class LinkTable {
    private let lookup: Statement
    private let insertion: Statement
    private let deletion: Statement
    private let counting: Statement
    private let neighbours: Statement
    private let devices: Set<Int64>

    /// `devices` are the numbers of all data sources of devices.
    init(devices: Set<Int64>, linkedAt: Instant, on connection: Connection) throws(ProfileError) {
        self.devices = devices
        lookup = try connection.prepare("SELECT 1 FROM identity_link WHERE identity = ?1 AND other = ?2")
        insertion = try connection.prepare(
            "INSERT INTO identity_link (identity, other, sequence, linked_at) VALUES (?1, ?2, ?3, ?4)"
        )
        insertion.bind(linkedAt.milliseconds, at: 4)
        deletion = try connection.prepare("DELETE FROM identity_link WHERE identity = ?1 AND other = ?2")
        counting = try connection.prepare("SELECT count(*) FROM identity_link WHERE identity = ?1")
        neighbours = try connection.prepare(
            """
            SELECT l.other, l.sequence, i.source FROM identity_link AS l
            JOIN identity AS i ON i.number = l.other WHERE l.identity = ?1
            """
        )
    }

    func contains(_ one: UInt32, _ other: UInt32) throws(ProfileError) -> Bool {
        lookup.bind(Int64(one), at: 1)
        lookup.bind(Int64(other), at: 2)
        let isThere = try lookup.step()
        if isThere { sqlite3_reset(lookup.handle) }
        return isThere
    }

    /// One side.
    func insert(_ one: UInt32, _ other: UInt32, sequence: Int64) throws(ProfileError) {
        insertion.bind(Int64(one), at: 1)
        insertion.bind(Int64(other), at: 2)
        insertion.bind(sequence, at: 3)
        try insertion.run()
    }

    /// Both sides.
    func delete(_ one: UInt32, _ other: UInt32) throws(ProfileError) {
        for (left, right) in [(one, other), (other, one)] {
            deletion.bind(Int64(left), at: 1)
            deletion.bind(Int64(right), at: 2)
            try deletion.run()
        }
    }

    /// Of all classes together.
    func count(of identity: UInt32) throws(ProfileError) -> Int {
        counting.bind(Int64(identity), at: 1)
        guard try counting.step() else { return 0 }
        defer { sqlite3_reset(counting.handle) }
        return Int(counting.integer(at: 0))
    }

    /// What is linked to `identity` and counted in the class, the oldest first.
    func neighbours(of identity: UInt32, in counted: LinkClass) throws(ProfileError) -> [UInt32] {
        var rows: [(sequence: Int64, other: UInt32)] = []
        neighbours.bind(Int64(identity), at: 1)
        while try neighbours.step() {
            let source = neighbours.integer(at: 2)
            let isCounted =
                switch counted {
                case .devices: devices.contains(source)
                case .people(let dpid): source == dpid
                case .addresses: !devices.contains(source)
                }
            guard isCounted else { continue }
            rows.append((neighbours.integer(at: 1), UInt32(truncatingIfNeeded: neighbours.integer(at: 0))))
        }
        return rows.sorted { $0 < $1 }.map(\.other)
    }
}
