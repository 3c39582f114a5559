import TidegateModel

/// One call of a connector run as `show --json` prints it.
package struct BatchDocument: Encodable {
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

    package init(_ batch: Batch) {
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
package struct BatchReceiptDocument: Encodable {
    let batch: Int
    let state: BatchState
    @Nullable var job: String?
    /// The receiver's own numbers.
    let figures: [String: Int]
    @Nullable var settledAt: Instant?

    package init(_ batch: Batch) {
        self.batch = batch.number
        state = batch.state
        job = batch.job
        figures = batch.figures
        settledAt = batch.settledAt
    }
}

/// Batches that follow each other and say the same, for people: a line for all of them hides nothing.
package struct BatchGroups {
    /// Fewer than this are shown one by one.
    private static let many = 4

    /// None is empty.
    package let groups: [[Batch]]

    package init(_ batches: [Batch]) {
        var groups: [[Batch]] = []
        for batch in batches {
            if let last = groups.last?.last, last.saysAsMuch(as: batch) {
                groups[groups.count - 1].append(batch)
            } else {
                groups.append([batch])
            }
        }
        self.groups = groups.flatMap { $0.count < Self.many ? $0.map { [$0] } : [$0] }
    }
}

extension Batch {
    /// Whether a line for both hides nothing that only one of them has.
    fileprivate func saysAsMuch(as other: Batch) -> Bool {
        let isPlain = [self, other].allSatisfy { $0.job == nil && $0.figures.isEmpty && $0.rejected == 0 }
        return isPlain && (kind, state, message) == (other.kind, other.state, other.message)
    }
}
