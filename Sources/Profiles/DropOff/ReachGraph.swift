import GRDBSQLite
import TidegateModel

/// The identities of production and the links between them, for walks.
final class ReachGraph {
    /// The declared data sources and the global ones; an identity of another one is as good as not there.
    let sources: [DataSource]
    /// How far from an own id a profile reaches.
    static let links = 4

    /// By the identity's number: one more than its data source's index, or zero; the high bit is set for devices.
    private let kinds: ReachArray<UInt16>
    /// By the identity's number: where its neighbours begin in `others`.
    private let starts: ReachArray<UInt32>
    private let others: ReachArray<UInt32>
    /// One more than the greatest number.
    var limit: Int { kinds.count }

    private static let device: UInt16 = 0x8000

    init(_ sources: [DataSource], in folder: String, on connection: Connection) throws(ProfileError) {
        self.sources = sources
        kinds = try ReachArray(in: folder)
        starts = try ReachArray(in: folder)
        others = try ReachArray(in: folder)
        try readIdentities(on: connection)
        try readLinks(on: connection)
    }

    /// The index of the identity's data source; nil where it is none of production or of no known data source.
    @inline(__always)
    func source(of identity: UInt32) -> Int? {
        guard Int(identity) < limit, kinds[Int(identity)] != 0 else { return nil }
        return Int(kinds[Int(identity)] & ~Self.device) - 1
    }

    @inline(__always)
    func isDevice(_ identity: UInt32) -> Bool { kinds[Int(identity)] & Self.device != 0 }

    @inline(__always)
    func forEachNeighbour(of identity: UInt32, _ body: (UInt32) -> Void) {
        for index in Int(starts[Int(identity)])..<Int(starts[Int(identity) + 1]) { body(others[index]) }
    }

    /// Whatever is at most four links away from any of `start`, without `start`, through devices only.
    ///
    /// Being within reach goes both ways: so from what has a trait to own ids, too.
    func surroundings(of start: ReachBits) -> ReachBits {
        var seen = start
        var reached = ReachBits(limit: limit)
        var frontier = start
        for step in 1...Self.links {
            var next = ReachBits(limit: limit)
            var isEmpty = true
            frontier.forEach { identity in
                guard step == 1 || isDevice(identity) else { return }
                forEachNeighbour(of: identity) { other in
                    guard seen.insert(other) else { return }
                    _ = next.insert(other)
                    _ = reached.insert(other)
                    isEmpty = false
                }
            }
            guard !isEmpty else { break }
            frontier = next
        }
        return reached
    }

    private func readIdentities(on connection: Connection) throws(ProfileError) {
        let last = try connection.prepare("SELECT max(number) FROM identity")
        _ = try last.step()
        try kinds.grow(to: Int(last.integer(at: 0)) + 1)
        var known: [Int64: UInt16] = [:]
        for (index, source) in sources.prefix(Int(Self.device) - 1).enumerated() {
            known[source.dpid] = UInt16(index + 1) | (source.kind == .device ? Self.device : 0)
        }
        let rows = try connection.prepare("SELECT number, source FROM identity WHERE environment = 0")
        var (dpid, kind): (Int64, UInt16) = (-1, 0)
        while try rows.step() {
            let source = sqlite3_column_int64(rows.handle, 1)
            if source != dpid { (dpid, kind) = (source, known[source] ?? 0) }
            kinds[Int(sqlite3_column_int64(rows.handle, 0))] = kind
        }
    }

    private func readLinks(on connection: Connection) throws(ProfileError) {
        let rows = try connection.prepare("SELECT identity, other FROM identity_link ORDER BY identity, other")
        while try rows.step() {
            let (identity, other) = (
                Int(sqlite3_column_int64(rows.handle, 0)), Int(sqlite3_column_int64(rows.handle, 1))
            )
            guard identity < limit, other < limit, kinds[identity] != 0, kinds[other] != 0 else { continue }
            while starts.count <= identity { try starts.append(UInt32(others.count)) }
            guard others.count < Int(UInt32.max) else {
                throw .rejected("profile store has more links than can be walked")
            }
            try others.append(UInt32(other))
        }
        while starts.count <= limit { try starts.append(UInt32(others.count)) }
    }
}
