import TidegateModel

/// One call of a connector run as `show --json` prints it.
struct BatchDocument: Encodable {
    let number: Int
    let kind: BatchKind
    let state: BatchState
    let attempt: Int
    let contacts: Int
    let rejected: Int
    /// Of the body.
    let bytes: Int
    @Nullable var job: String?
    @Nullable var sentAt: Instant?
    @Nullable var settledAt: Instant?
    @Nullable var message: String?

    init(_ batch: Batch) {
        number = batch.number
        kind = batch.kind
        state = batch.state
        attempt = batch.attempt
        contacts = batch.contacts
        rejected = batch.rejected
        bytes = batch.bytes
        job = batch.job
        sentAt = batch.sentAt
        settledAt = batch.settledAt
        message = batch.message
    }
}

/// What a receiver said to a batch, as `show --json` prints it.
struct BatchReceiptDocument: Encodable {
    let batch: Int
    let state: BatchState
    @Nullable var job: String?
    /// The receiver's own numbers.
    let figures: [String: Int]
    @Nullable var settledAt: Instant?

    init(_ batch: Batch) {
        self.batch = batch.number
        state = batch.state
        job = batch.job
        figures = batch.figures
        settledAt = batch.settledAt
    }
}

/// The batches of a run for people: one line each, and one for all that follow each other and say the same.
struct BatchLines {
    /// Fewer than this are shown one by one.
    private static let many = 4

    let texts: [String]

    init(_ batches: [Batch]) {
        var groups: [[Batch]] = []
        for batch in batches {
            if let last = groups.last?.last, last.saysAsMuch(as: batch) {
                groups[groups.count - 1].append(batch)
            } else {
                groups.append([batch])
            }
        }
        texts = groups.flatMap { group in
            guard group.count >= Self.many, let first = group.first, let last = group.last else {
                return group.map(\.line)
            }
            return [first.line(as: "\(first.number) to \(last.number)", of: group)]
        }
    }
}

extension Batch {
    /// Whether a line for both hides nothing that only one of them has.
    fileprivate func saysAsMuch(as other: Batch) -> Bool {
        let isPlain = [self, other].allSatisfy { $0.job == nil && $0.figures.isEmpty && $0.rejected == 0 }
        return isPlain && (kind, state, message) == (other.kind, other.state, other.message)
    }

    /// For people, one line.
    fileprivate var line: String { line(as: "\(number)", of: [self]) }

    fileprivate func line(as name: String, of group: [Batch]) -> String {
        let (contacts, bytes) = group.reduce((0, 0)) { ($0.0 + $1.contacts, $0.1 + $1.bytes) }
        var parts = [name, kind.rawValue, state.rawValue, Words.count(contacts, "contact"), Words.bytes(bytes)]
        if rejected > 0 { parts.append("\(rejected) rejected") }
        if let job { parts.append("job \(job)") }
        if !figures.isEmpty {
            parts.append(figures.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
        }
        return "  " + parts.joined(separator: "  ") + (message.map { ": \($0)" } ?? "")
    }
}
