import GRDBSQLite
import TidegateModel

/// Whose own id each identity is.
final class ReachOwners {
    /// The identity's number and, below it, the profile's; ascending.
    private let owned: ReachArray<UInt64>
    /// By the index of a data source with an attribute: the profiles that have a value of it.
    private var having: [Int: ProfileMarks] = [:]
    private let folder: String
    /// The other way round, once somebody asks.
    private var owning: ReachArray<UInt64>?

    init(
        _ graph: ReachGraph, _ profile: ProfileExpressions, hasRemoved: Bool, in folder: String,
        on connection: Connection
    ) throws(ProfileError) {
        self.folder = folder
        owned = try ReachArray(in: folder)
        for (index, source) in graph.sources.enumerated() {
            guard let values = try ReachValues(of: source, profile, hasRemoved: hasRemoved, on: connection) else {
                continue
            }
            having[index] = try gather(values, ReachIdentities(of: source, on: connection))
        }
        var rows = owned.elements
        rows.sort()
    }

    /// Walks both in the order of their bytes.
    private func gather(_ values: ReachValues, _ identities: ReachIdentities) throws(ProfileError) -> ProfileMarks {
        let marks = ProfileMarks()
        var isThere = try identities.next()
        while try values.next() {
            marks.insert(values.profile)
            while isThere, identities.compare(with: values.text) < 0 { isThere = try identities.next() }
            guard isThere, identities.compare(with: values.text) == 0 else { continue }
            try owned.append(UInt64(identities.number) << 32 | UInt64(values.profile))
        }
        return marks
    }

    /// Nil where the data source at `index` has no attribute.
    func havingValue(of index: Int) -> ProfileMarks? { having[index] }

    func forEachProfile(owning identity: UInt32, _ body: (UInt32) -> Void) {
        var index = owned.elements.firstIndex(notBefore: UInt64(identity) << 32)
        while index < owned.count, owned[index] >> 32 == UInt64(identity) {
            body(UInt32(truncatingIfNeeded: owned[index]))
            index += 1
        }
    }

    func forEachProfile(owningAnyOf identities: ReachBits, _ body: (UInt32) -> Void) {
        // A search costs about as much as looking at thirty rows.
        guard identities.count * 32 > owned.count else {
            identities.forEach { forEachProfile(owning: $0, body) }
            return
        }
        for row in owned.elements where identities.contains(UInt32(row >> 32)) { body(UInt32(truncatingIfNeeded: row)) }
    }

    func identities(ownedBy profile: UInt32) throws(ProfileError) -> [UInt32] {
        let rows: ReachArray<UInt64>
        if let owning { rows = owning } else { rows = try turned() }
        owning = rows
        var found: [UInt32] = []
        var index = rows.elements.firstIndex(notBefore: UInt64(profile) << 32)
        while index < rows.count, rows[index] >> 32 == UInt64(profile) {
            found.append(UInt32(truncatingIfNeeded: rows[index]))
            index += 1
        }
        return found
    }

    private func turned() throws(ProfileError) -> ReachArray<UInt64> {
        let rows = try ReachArray<UInt64>(in: folder)
        for row in owned.elements { try rows.append(row << 32 | row >> 32) }
        var elements = rows.elements
        elements.sort()
        return rows
    }
}

extension UnsafeMutableBufferPointer<UInt64> {
    /// Of ascending elements.
    fileprivate func firstIndex(notBefore wanted: UInt64) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < wanted { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
