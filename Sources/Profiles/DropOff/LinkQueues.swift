/// How much is linked to ids, for each class of links that was asked for, and what, the oldest first, where a cap is near.
///
/// A count that may be too great is enough as long as no cap is reached; the queue is needed from then on.
struct LinkQueues {
    struct Key: Hashable {
        fileprivate let word: UInt64

        var identity: UInt32 { UInt32(word >> 32) }
        /// The number of the class.
        var counted: Int { Int(word & 0xFFFF_FFFF) }

        init(_ identity: UInt32, counted: Int) {
            word = UInt64(identity) << 32 | UInt64(counted)
        }
    }

    private let classes: Int
    /// Of ids that are new since the last time that everything was in the tables, by class.
    private var fresh: [Int32] = []
    private var firstNew: UInt32 = .max
    private var counts: [Key: Int] = [:]
    private var queues: [Key: [UInt32]] = [:]
    /// Entries in all queues together.
    private var queued = 0

    /// - Parameter classes: how many there are.
    init(classes: Int) {
        self.classes = classes
    }

    /// To be called when every link is in the tables; ids from `firstNew` up to `end` have none yet. Forgets the others
    /// where they have become more than is good.
    mutating func begin(new: Range<UInt32>, limit: Int) {
        if counts.count + queued > limit {
            counts.removeAll(keepingCapacity: true)
            queues.removeAll()
            queued = 0
        }
        for (key, queue) in queues where key.identity >= firstNew { counts[key] = queue.count }
        firstNew = new.lowerBound
        fresh.removeAll(keepingCapacity: true)
        fresh.append(contentsOf: repeatElement(0, count: new.count * classes))
    }

    @inline(__always)
    func isKnown(_ key: Key) -> Bool { key.identity >= firstNew || counts[key] != nil }

    /// At least as many as there are; exact where there is a queue.
    func count(_ key: Key) -> Int {
        key.identity >= firstNew ? Int(fresh[place(key)]) : counts[key] ?? 0
    }

    mutating func learn(_ key: Key, count: Int) { set(key, count) }

    /// Answers how many there are now.
    @inline(__always)
    mutating func append(_ other: UInt32, to key: Key) -> Int {
        let count: Int
        if key.identity >= firstNew {
            let place = place(key)
            fresh[place] += 1
            count = Int(fresh[place])
        } else {
            count = (counts[key] ?? 0) + 1
            counts[key] = count
        }
        if !queues.isEmpty, queues[key] != nil {
            queues[key]?.append(other)
            queued += 1
        }
        return count
    }

    func hasQueue(_ key: Key) -> Bool { queues[key] != nil }

    mutating func learn(_ key: Key, queue: [UInt32]) {
        queued += queue.count
        queues[key] = queue
        set(key, queue.count)
    }

    /// Takes out the oldest of a queue that is known.
    mutating func removeOldest(of key: Key) -> UInt32? {
        guard let oldest = queues[key]?.first else { return nil }
        remove(oldest, from: key)
        return oldest
    }

    /// Does nothing where the key is not known.
    mutating func remove(_ other: UInt32, from key: Key) {
        guard isKnown(key) else { return }
        set(key, count(key) - 1)
        guard let index = queues[key]?.firstIndex(of: other) else { return }
        queues[key]?.remove(at: index)
        queued -= 1
    }

    private mutating func set(_ key: Key, _ count: Int) {
        if key.identity >= firstNew { fresh[place(key)] = Int32(clamping: count) } else { counts[key] = count }
    }

    @inline(__always)
    private func place(_ key: Key) -> Int { Int(key.identity - firstNew) * classes + key.counted }
}
