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

extension Batch {
    /// For people, one line.
    var line: String {
        var parts = ["\(number)", kind.rawValue, state.rawValue, "\(contacts) contacts", Words.bytes(bytes)]
        if rejected > 0 { parts.append("\(rejected) rejected") }
        if let job { parts.append("job \(job)") }
        if !figures.isEmpty {
            parts.append(figures.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
        }
        return "  " + parts.joined(separator: "  ") + (message.map { ": \($0)" } ?? "")
    }
}
