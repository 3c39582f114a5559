import TidegateModel

/// Two identities that a row says belong together.
struct NewLink {
    let master: UInt32
    let other: UInt32
    /// The index of its kind.
    let kind: Int
}

/// Links identities, oldest out where a cap is reached, inside a write transaction.
///
/// What links bring one after the other is the same as if each were written at once; they are written in the order of
/// the tables, some at a time, because that costs several times less.
final class LinkWriter {
    /// A link of the batch, however often it comes in it.
    private struct Pair {
        /// The lesser number above the greater.
        let key: UInt64
        var isThere: Bool
        /// Of one that is not in the tables yet; zero otherwise.
        var pending: Int64 = 0

        var lesser: UInt32 { UInt32(key >> 32) }
        var greater: UInt32 { UInt32(truncatingIfNeeded: key) }
    }

    private let table: LinkTable
    private let kinds: [LinkKind]
    private let connection: Connection
    private var queues = LinkQueues()
    private var pairs: [Pair] = []
    private var pending: [Int] = []
    private var next: Int64

    private(set) var added = 0
    private(set) var known = 0
    private(set) var evicted = 0

    /// Remembered counts and queue entries.
    private static let memory = 1 << 20

    init(_ kinds: [LinkKind], _ table: LinkTable, on connection: Connection) throws(ProfileError) {
        self.kinds = kinds
        self.table = table
        self.connection = connection
        let counter = try connection.prepare("SELECT value FROM counter WHERE name = 'next_link'")
        guard try counter.step() else { throw .rejected("profile store has lost its counter of links") }
        next = counter.integer(at: 0)
    }

    /// Links masters with others, in this order. Identities from `firstNew` on are not in the tables of links.
    func link(_ links: [NewLink], firstNew: UInt32) throws(ProfileError) {
        try gather(links.map { Self.key($0.master, $0.other) }, firstNew: firstNew)
        for link in links {
            let index = self.index(of: Self.key(link.master, link.other)) ?? 0
            guard !pairs[index].isThere else {
                known += 1
                continue
            }
            try add(link.master, link.other, kinds[link.kind], at: index, firstNew: firstNew)
        }
        try flush()
        pairs.removeAll(keepingCapacity: true)
        queues.trim(to: Self.memory)
    }

    /// To be called before the transaction ends.
    func finish() throws(ProfileError) {
        guard added > 0 else { return }
        let statement = try connection.prepare("UPDATE counter SET value = ?1 WHERE name = 'next_link'")
        statement.bind(next, at: 1)
        try statement.run()
    }

    private static func key(_ one: UInt32, _ other: UInt32) -> UInt64 {
        UInt64(min(one, other)) << 32 | UInt64(max(one, other))
    }

    private func gather(_ keys: [UInt64], firstNew: UInt32) throws(ProfileError) {
        var last: UInt64?
        for key in keys.sorted() where key != last {
            last = key
            let greater = UInt32(truncatingIfNeeded: key)
            let isThere = greater < firstNew ? try table.contains(UInt32(key >> 32), greater) : false
            pairs.append(Pair(key: key, isThere: isThere))
        }
    }

    private func index(of key: UInt64) -> Int? {
        var (low, high) = (0, pairs.count)
        while low < high {
            let middle = (low + high) / 2
            if pairs[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low < pairs.count && pairs[low].key == key ? low : nil
    }

    private func add(
        _ master: UInt32, _ other: UInt32, _ kind: LinkKind, at index: Int, firstNew: UInt32
    ) throws(ProfileError) {
        // Both before the link is there, which may be written while the first end makes room.
        try learn(LinkQueues.Key(identity: master, counted: kind.master.counted), firstNew)
        if let end = kind.other { try learn(LinkQueues.Key(identity: other, counted: end.counted), firstNew) }
        pairs[index].isThere = true
        pairs[index].pending = next
        pending.append(index)
        next += 1
        added += 1
        try count(other, at: master, kind.master, opposite: kind.other)
        if let end = kind.other { try count(master, at: other, end, opposite: kind.master) }
    }

    private func learn(_ key: LinkQueues.Key, _ firstNew: UInt32) throws(ProfileError) {
        guard !queues.isKnown(key) else { return }
        guard key.identity < firstNew else { return queues.learn(key, count: 0) }
        queues.learn(key, count: try table.neighbours(of: key.identity)[key.counted]?.count ?? 0)
    }

    /// Counts a link at one end, and makes room where it is one too many.
    private func count(
        _ other: UInt32, at identity: UInt32, _ end: LinkKind.End, opposite: LinkKind.End?
    ) throws(ProfileError) {
        let key = LinkQueues.Key(identity: identity, counted: end.counted)
        guard queues.append(other, to: key) > end.cap else { return }
        if !queues.hasQueue(key) {
            try flush()
            queues.learn(key, queue: try table.neighbours(of: identity)[end.counted] ?? [])
        }
        while queues.count(key) > end.cap, let oldest = queues.removeOldest(of: key) {
            if let opposite {
                queues.remove(identity, from: LinkQueues.Key(identity: oldest, counted: opposite.counted))
            }
            try remove(identity, oldest)
            evicted += 1
        }
    }

    private func remove(_ one: UInt32, _ other: UInt32) throws(ProfileError) {
        guard let index = index(of: Self.key(one, other)) else { return try table.delete(one, other) }
        if pairs[index].pending == 0 { try table.delete(one, other) }
        pairs[index].isThere = false
        pairs[index].pending = 0
    }

    /// Writes what is pending, in the order of the tables.
    private func flush() throws(ProfileError) {
        var sides: [(key: UInt64, sequence: Int64)] = []
        for index in pending where pairs[index].pending != 0 {
            let pair = pairs[index]
            sides.append((pair.key, pair.pending))
            sides.append((UInt64(pair.greater) << 32 | UInt64(pair.lesser), pair.pending))
            pairs[index].pending = 0
        }
        pending.removeAll(keepingCapacity: true)
        sides.sort { $0.key < $1.key }
        for side in sides {
            try table.insert(UInt32(side.key >> 32), UInt32(truncatingIfNeeded: side.key), sequence: side.sequence)
        }
    }
}
