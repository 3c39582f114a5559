import Foundation

/// Full exports asked for now, outside of any schedule: they start all or not at all.
package struct AdHocOrder: Hashable, Sendable {
    package struct Item: Hashable, Sendable {
        package var dataflow: UUID
        /// Each counts once; all of the dataflow's where empty.
        package var segments: [UUID]

        package init(dataflow: UUID, segments: [UUID] = []) {
            self.dataflow = dataflow
            self.segments = segments
        }
    }

    /// A dataflow once each.
    package var items: [Item]
    /// Passes the one-time delay, nothing else.
    package var isForced: Bool
    /// The snapshot to export; nil for the latest.
    package var snapshot: UUID?

    package init(items: [Item], isForced: Bool = false, snapshot: UUID? = nil) {
        self.items = items
        self.isForced = isForced
        self.snapshot = snapshot
    }
}

/// What one guardrail says to an order that was not given yet.
package struct GuardrailAnswer: Hashable, Sendable {
    /// What it watches, in a few words.
    package var rule: String
    /// Nil where it lets the order through.
    package var refusal: String?

    package init(rule: String, refusal: String?) {
        self.rule = rule
        self.refusal = refusal
    }
}
