/// What is linked to ids, for each class of links that was asked for, the oldest first.
///
/// Counting is enough as long as no cap is reached, and the whole queue is needed from then on.
struct LinkQueues {
    struct Key: Hashable {
        var identity: UInt32
        var counted: LinkClass
    }

    private var counts: [Key: Int] = [:]
    private var queues: [Key: [UInt32]] = [:]
    /// Entries in all queues together.
    private var queued = 0

    func isKnown(_ key: Key) -> Bool { counts[key] != nil }

    mutating func count(_ key: Key) -> Int { counts[key] ?? 0 }

    mutating func learn(_ key: Key, count: Int) { counts[key] = count }

    /// Answers how many there are now.
    mutating func append(_ other: UInt32, to key: Key) -> Int {
        let count = (counts[key] ?? 0) + 1
        counts[key] = count
        if queues[key] != nil {
            queues[key]?.append(other)
            queued += 1
        }
        return count
    }

    func hasQueue(_ key: Key) -> Bool { queues[key] != nil }

    mutating func learn(_ key: Key, queue: [UInt32]) {
        queued += queue.count
        queues[key] = queue
        counts[key] = queue.count
    }

    /// Takes out the oldest of a queue that is known.
    mutating func removeOldest(of key: Key) -> UInt32? {
        guard let oldest = queues[key]?.first else { return nil }
        remove(oldest, from: key)
        return oldest
    }

    /// Does nothing where the key is not known.
    mutating func remove(_ other: UInt32, from key: Key) {
        guard let count = counts[key] else { return }
        counts[key] = count - 1
        guard let index = queues[key]?.firstIndex(of: other) else { return }
        queues[key]?.remove(at: index)
        queued -= 1
    }

    /// Forgets everything where it has become more than is good; only when every link is in the tables.
    mutating func trim(to limit: Int) {
        guard counts.count + queued > limit else { return }
        counts.removeAll(keepingCapacity: true)
        queues.removeAll()
        queued = 0
    }
}
