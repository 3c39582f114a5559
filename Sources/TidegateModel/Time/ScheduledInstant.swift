/// One instant at which a schedule says "export", and what the clocks had to do with it.
package struct ScheduledInstant: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case plain
        /// The wanted time does not exist on its date.
        case gap(ClockChange, wanted: LocalTime)
        /// The wanted time comes twice, and this is the first.
        case first(ClockChange)
        /// The wanted time comes twice, and this is the last.
        case last(ClockChange)
    }

    package let scheduledFor: Instant
    package let kind: Kind

    package init(_ scheduledFor: Instant, _ kind: Kind = .plain) {
        self.scheduledFor = scheduledFor
        self.kind = kind
    }

    /// What a reader of the plan should know, or nil where nothing is unusual.
    package var note: String? {
        switch kind {
        case .plain: nil
        case .gap(let change, let wanted): "\(wanted) does not exist on this date, \(change)"
        case .first(let change): "first of two, \(change)"
        case .last(let change): "last of two, \(change)"
        }
    }
}
