import GRDBSQLite
import TidegateModel

/// The rows of links, inside a write transaction. Each link is there from both sides.
final class LinkTable {
    private let lookup: Statement
    private let insertion: Statement
    private let deletion: Statement
    private let neighbours: Statement
    private let connection: Connection
    private let devices: Set<Int64>
    private let linkedAt: Instant

    /// `devices` are the numbers of all data sources of devices.
    init(devices: Set<Int64>, linkedAt: Instant, on connection: Connection) throws(ProfileError) {
        self.connection = connection
        self.devices = devices
        self.linkedAt = linkedAt
        lookup = try connection.prepare("SELECT 1 FROM identity_link WHERE identity = ?1 AND other = ?2")
        insertion = try connection.prepare(
            "INSERT INTO identity_link (identity, other, sequence, linked_at) VALUES (?1, ?2, ?3, ?4)"
        )
        insertion.bind(linkedAt.milliseconds, at: 4)
        deletion = try connection.prepare("DELETE FROM identity_link WHERE identity = ?1 AND other = ?2")
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

    /// What is linked to `identity` in each class that has any, the oldest first.
    func neighbours(of identity: UInt32) throws(ProfileError) -> [LinkClass: [UInt32]] {
        var rows: [LinkClass: [(sequence: Int64, other: UInt32)]] = [:]
        neighbours.bind(Int64(identity), at: 1)
        while try neighbours.step() {
            let row = (neighbours.integer(at: 1), UInt32(truncatingIfNeeded: neighbours.integer(at: 0)))
            let source = neighbours.integer(at: 2)
            if devices.contains(source) {
                rows[.devices, default: []].append(row)
            } else {
                rows[.people(source), default: []].append(row)
                rows[.addresses, default: []].append(row)
            }
        }
        return rows.mapValues { $0.sorted { $0 < $1 }.map(\.other) }
    }
}
