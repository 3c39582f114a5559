import AudienceManager

/// Takes together what a data file's rows say of each of some users, rows of one user being next to each other.
///
/// Of a user's rows the first ones up to the limit count; of what they say about a trait, the last word.
final class DataUsers {
    /// One user: counts of rows and of what they say.
    struct User {
        var rows = 0
        var excluded = 0
        var withoutTrait = 0
        var stored = 0
        var signals = 0
        var unused = 0
        var failed = 0
        var realized = 0
        var removed = 0
        /// Where the user's changes begin; they end where those of the next one do.
        fileprivate(set) var firstChange = 0

        /// Whether the row counted last, which has the fault, may be shown: rows come in the order of the file.
        fileprivate func isOneOfFirst(_ fault: RowFault) -> Bool {
            switch fault {
            case .userLineLimit: excluded <= RowSamples.limit
            case .noTraitRealized: withoutTrait <= RowSamples.limit
            default: rows <= RowSamples.limit
            }
        }
    }

    /// A row that may be one of the first that were not taken for a reason.
    struct Sample {
        var user: Int
        var fault: RowFault
        var line: Int64
    }

    let ids = IdentityBatch()
    private(set) var users: [User] = []
    private(set) var samples: [Sample] = []
    private let limit: Int
    /// By trait: the user whose last word about it is kept, counted from 1 over all batches, and where.
    private let words: UnsafeMutablePointer<Word>
    private var userNumber: UInt64 = 0
    private var changes: [UInt32] = []

    private struct Word {
        var user: UInt64 = 0
        var change = 0
    }

    init(linesPerUser limit: Int, traits: Int) {
        self.limit = limit
        words = .allocate(capacity: max(traits, 1))
        words.initialize(repeating: Word(), count: max(traits, 1))
    }

    deinit {
        words.deallocate()
    }

    var count: Int { users.count }
    /// How much is held, in changes; ids may be as long as lines.
    var weight: Int { changes.count + samples.count + ids.byteCount / 8 }

    func removeAll() {
        ids.removeAll()
        users.removeAll(keepingCapacity: true)
        samples.removeAll(keepingCapacity: true)
        changes.removeAll(keepingCapacity: true)
    }

    /// The user's last words, as `DataRecord` has them.
    func forEachChange(of user: Int, _ body: (UInt32) throws(ProfileError) -> Void) throws(ProfileError) {
        let end = user + 1 < users.count ? users[user + 1].firstChange : changes.count
        for index in users[user].firstChange..<end { try body(changes[index]) }
    }

    /// Adds the user whose rows are next. `tally` says which rows are worth keeping as samples; rows of users that may
    /// turn out to be unknown are.
    func take(from rows: DataRecordMerge, tally: DataTally, mayBeUnknown: Bool) throws(ProfileError) {
        ids.append(rows.id)
        userNumber += 1
        var user = User()
        user.firstChange = changes.count
        let index = users.count
        while let record = rows.current {
            let id = ids[index]
            let next = rows.id
            guard next.count == id.count, IdentityBatch.order(next, id) == 0 else { break }
            let body = DataRecord.Body(record)
            let fault = add(body, to: &user)
            if let fault, user.isOneOfFirst(fault) { note(fault, body.line, of: index, tally) }
            if mayBeUnknown, user.isOneOfFirst(.noMatchingID) { note(.noMatchingID, body.line, of: index, tally) }
            try rows.advance()
        }
        users.append(user)
    }

    private func note(_ fault: RowFault, _ line: Int64, of user: Int, _ tally: DataTally) {
        guard tally.samples.wants(fault, line) else { return }
        samples.append(Sample(user: user, fault: fault, line: line))
    }

    /// Why the row is not stored.
    private func add(_ row: DataRecord.Body, to user: inout User) -> RowFault? {
        user.rows += 1
        guard user.rows <= limit else {
            user.excluded += 1
            return .userLineLimit
        }
        let counts = row.counts
        user.signals += Int(counts.signals)
        user.unused += Int(counts.unused)
        user.failed += Int(counts.failed)
        guard row.changeCount > 0 else {
            user.withoutTrait += 1
            return .noTraitRealized
        }
        user.stored += 1
        user.realized += Int(counts.realized)
        user.removed += Int(counts.removed)
        for index in 0..<row.changeCount { keep(row.change(index)) }
        return nil
    }

    private func keep(_ change: UInt32) {
        let trait = Int(change >> 1)
        if words[trait].user != userNumber {
            words[trait] = Word(user: userNumber, change: changes.count)
            changes.append(change)
        } else {
            changes[words[trait].change] = change
        }
    }
}
