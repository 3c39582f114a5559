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

    /// An end of a kind of links, with its class as a number.
    private struct End {
        let counted: Int
        let cap: Int
    }

    private let table: LinkTable
    private let classes: [LinkClass]
    private let ends: [(master: End, other: End?)]
    private let connection: Connection
    private var queues: LinkQueues
    /// In the order of their keys.
    private var pairs: [Pair] = []
    /// Indices of those that may be pending.
    private var pending: [Int] = []
    private var next: Int64

    private(set) var added = 0
    private(set) var known = 0
    private(set) var evicted = 0

    /// Remembered counts and queue entries.
    private static let memory = 1 << 18

    init(_ kinds: [LinkKind], _ table: LinkTable, on connection: Connection) throws(ProfileError) {
        self.table = table
        self.connection = connection
        let counted = kinds.flatMap { [$0.master.counted, $0.other?.counted].compactMap { $0 } }
        let classes = Array(Set(counted))
        let end: (LinkKind.End) -> End = { end in
            End(counted: classes.firstIndex(of: end.counted) ?? 0, cap: end.cap)
        }
        ends = kinds.map { (end($0.master), $0.other.map(end)) }
        self.classes = classes
        queues = LinkQueues(classes: classes.count)
        let counter = try connection.prepare("SELECT value FROM counter WHERE name = 'next_link'")
        guard try counter.step() else { throw .rejected("profile store has lost its counter of links") }
        next = counter.integer(at: 0)
    }

    /// Links masters with others, in this order. No link of the `new` identities is in the tables.
    func link(_ links: [NewLink], new: Range<UInt32>) throws(ProfileError) {
        queues.begin(new: new, limit: Self.memory)
        let places = try gather(links, new: new)
        for (link, place) in zip(links, places) {
            if pairs[Int(place)].isThere { known += 1 } else { try add(link, at: Int(place)) }
        }
        try flush()
        pairs.removeAll(keepingCapacity: true)
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

    /// Answers the index of each link's pair.
    private func gather(_ links: [NewLink], new: Range<UInt32>) throws(ProfileError) -> [Int32] {
        var order: [(key: UInt64, link: Int)] = []
        order.reserveCapacity(links.count)
        for (index, link) in links.enumerated() { order.append((Self.key(link.master, link.other), index)) }
        order.withUnsafeMutableBufferPointer { RadixSort.sort($0) { $0.key } }
        var places = [Int32](repeating: 0, count: links.count)
        for (key, link) in order {
            if pairs.last?.key != key {
                let greater = UInt32(truncatingIfNeeded: key)
                let isThere = greater < new.lowerBound ? try table.contains(UInt32(key >> 32), greater) : false
                pairs.append(Pair(key: key, isThere: isThere))
            }
            places[link] = Int32(pairs.count - 1)
        }
        return places
    }

    private func add(_ link: NewLink, at index: Int) throws(ProfileError) {
        let (end, opposite) = ends[link.kind]
        let master = LinkQueues.Key(link.master, counted: end.counted)
        let other = opposite.map { LinkQueues.Key(link.other, counted: $0.counted) }
        // Both before the link is there, which may be written while the first end makes room.
        try learn(master)
        if let other { try learn(other) }
        pairs[index].isThere = true
        pairs[index].pending = next
        pending.append(index)
        next += 1
        added += 1
        if queues.append(link.other, to: master) > end.cap { try makeRoom(master, end, opposite) }
        guard let other, let opposite else { return }
        if queues.append(link.master, to: other) > opposite.cap { try makeRoom(other, opposite, end) }
    }

    private func learn(_ key: LinkQueues.Key) throws(ProfileError) {
        if !queues.isKnown(key) { queues.learn(key, count: try table.count(of: key.identity)) }
    }

    private func makeRoom(_ key: LinkQueues.Key, _ end: End, _ opposite: End?) throws(ProfileError) {
        if !queues.hasQueue(key) {
            try flush()
            queues.learn(key, queue: try table.neighbours(of: key.identity, in: classes[key.counted]))
        }
        while queues.count(key) > end.cap, let oldest = queues.removeOldest(of: key) {
            if let opposite { queues.remove(key.identity, from: LinkQueues.Key(oldest, counted: opposite.counted)) }
            try remove(key.identity, oldest)
            evicted += 1
        }
    }

    private func remove(_ one: UInt32, _ other: UInt32) throws(ProfileError) {
        let key = Self.key(one, other)
        var (low, high) = (0, pairs.count)
        while low < high {
            let middle = (low + high) / 2
            if pairs[middle].key < key { low = middle + 1 } else { high = middle }
        }
        guard low < pairs.count, pairs[low].key == key else { return try table.delete(one, other) }
        if pairs[low].pending == 0 { try table.delete(one, other) }
        pairs[low].isThere = false
        pairs[low].pending = 0
    }

    /// Writes what is pending, in the order of the tables.
    private func flush() throws(ProfileError) {
        var sides: [(key: UInt64, sequence: Int64)] = []
        sides.reserveCapacity(pending.count * 2)
        for index in pending where pairs[index].pending != 0 {
            let pair = pairs[index]
            sides.append((pair.key, pair.pending))
            sides.append((UInt64(pair.greater) << 32 | UInt64(pair.lesser), pair.pending))
            pairs[index].pending = 0
        }
        pending.removeAll(keepingCapacity: true)
        sides.withUnsafeMutableBufferPointer { RadixSort.sort($0) { $0.key } }
        for side in sides {
            try table.insert(UInt32(side.key >> 32), UInt32(truncatingIfNeeded: side.key), sequence: side.sequence)
        }
    }
}
