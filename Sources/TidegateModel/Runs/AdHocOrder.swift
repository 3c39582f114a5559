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
    /// What the order came with, where it may come again and must then start nothing.
    package var request: ClientRequest?

    package init(items: [Item], isForced: Bool = false, snapshot: UUID? = nil, request: ClientRequest? = nil) {
        self.items = items
        self.isForced = isForced
        self.snapshot = snapshot
        self.request = request
    }
}

/// What an ad-hoc order has to pass, in the order in which it is asked: the first that refuses is the one that is told.
package enum AdHocRule: String, CaseIterable, Sendable {
    case size = "at most 80 distinct segments in one job"
    case scope = "the segments belong to the dataflow"
    case standing = "the dataflow is neither switched off, detached nor paused"
    case window = "the schedule's window contains now"
    case idle = "no run of the same dataflow and segment goes on"
    case snapshot = "there is a snapshot to export"
    case delay = "the one-time delay after a segment's first activation is over"
    case evaluated = "the snapshot has the segments"

    /// Whether other segments of the same dataflow may pass where these do not.
    package var dependsOnSegments: Bool {
        switch self {
        case .size, .scope, .idle, .delay, .evaluated: true
        case .standing, .window, .snapshot: false
        }
    }
}

/// What one guardrail says to an order that was not given yet.
package struct GuardrailAnswer: Hashable, Sendable {
    package var rule: AdHocRule
    /// Nil where it lets the order through.
    package var refusal: String?

    package init(rule: AdHocRule, refusal: String?) {
        self.rule = rule
        self.refusal = refusal
    }
}
