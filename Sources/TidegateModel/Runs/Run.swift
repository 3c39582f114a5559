import Foundation

/// One export: of one segment in files of its own, or of all segments of a dataflow together.
package struct Run: Hashable, Sendable {
    package enum Trigger: String, CaseIterable, Codable, Sendable {
        case scheduled
        case afterSegmentation = "after-segmentation"
        case adHoc = "ad-hoc"
        case retry
    }

    package var id: UUID
    package var dataflow: UUID
    /// The dataflow's name when the run was made.
    package var dataflowName: String
    /// The revision of the dataflow's job file that the run exports by.
    package var revision: Int
    package var segments: [SegmentReference]
    package var trigger: Trigger
    package var state: RunState
    /// Why the run is where it is: a reason code for `skipped` and `missed`, a sentence for `failed` and `retrying`.
    package var reason: String?
    /// Pinned when the run is made; nil only where there was none yet.
    package var snapshot: UUID?
    /// The nominal instant: of the occurrence, or of the request for an ad-hoc run.
    package var scheduledFor: Instant
    package var queuedAt: Instant
    package var startedAt: Instant?
    package var finishedAt: Instant?
    /// When a retrying run is due again.
    package var retryAt: Instant?
    /// Tries so far. Also the fence: a write by an earlier attempt is refused.
    package var attempts: Int
    package var counts: RunCounts
    package var files: [DeliveredFile]
    /// The run that this one tries again.
    package var parent: UUID?
    /// The request passed the one-time delay.
    package var isForced: Bool

    package init(
        id: UUID, dataflow: UUID, dataflowName: String, revision: Int, segments: [SegmentReference],
        trigger: Trigger, state: RunState, reason: String? = nil, snapshot: UUID?, scheduledFor: Instant,
        queuedAt: Instant, startedAt: Instant? = nil, finishedAt: Instant? = nil, retryAt: Instant? = nil,
        attempts: Int = 0, counts: RunCounts = RunCounts(), files: [DeliveredFile] = [], parent: UUID? = nil,
        isForced: Bool = false
    ) {
        self.id = id
        self.dataflow = dataflow
        self.dataflowName = dataflowName
        self.revision = revision
        self.segments = segments
        self.trigger = trigger
        self.state = state
        self.reason = reason
        self.snapshot = snapshot
        self.scheduledFor = scheduledFor
        self.queuedAt = queuedAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.retryAt = retryAt
        self.attempts = attempts
        self.counts = counts
        self.files = files
        self.parent = parent
        self.isForced = isForced
    }
}

/// A segment as a run knows it, also after the job file was changed.
package struct SegmentReference: Hashable, Codable, Sendable {
    package var id: UUID
    package var name: String

    package init(id: UUID, name: String) {
        self.id = id
        self.name = name
    }
}

extension SegmentReference {
    package init(_ segment: Segment) {
        self.init(id: segment.id, name: segment.name)
    }
}

/// How many profiles went where. Always: selected = exported + skipped + rejected.
package struct RunCounts: Hashable, Codable, Sendable {
    package var selected: Int
    package var exported: Int
    /// By reason code; not sent, by a rule of ours.
    package var skipped: [String: Int]
    /// By reason code; refused by the receiver.
    package var rejected: [String: Int]

    package init(selected: Int = 0, exported: Int = 0, skipped: [String: Int] = [:], rejected: [String: Int] = [:]) {
        self.selected = selected
        self.exported = exported
        self.skipped = skipped
        self.rejected = rejected
    }

    package var addUp: Bool { selected == accounted }

    /// Exported, skipped and rejected.
    package var accounted: Int {
        exported + skipped.values.reduce(0, +) + rejected.values.reduce(0, +)
    }
}

/// Why a profile was selected and not exported. The raw values are part of the contract.
package enum SkipCode {
    /// A required attribute has no value; the code names the attribute.
    package static func missing(_ attribute: String) -> String { "missing-\(attribute)" }
    package static let duplicate = "duplicate"
    /// In the snapshot, but no longer in the profile store.
    package static let removed = "profile-removed"
    /// Left and was removed, and has come back as another profile with the same key, which the file tells of.
    package static let superseded = "superseded-by-return"
    /// It has no id of the data source that is asked for.
    package static let noID = "no-id"
    /// Its id holds what rows of the file cannot, such as a blank.
    package static let unwritableID = "unwritable-id"
    /// Its id does not look like those of the data source, such as a digest.
    package static let invalidID = "invalid-id"
    /// It came into a segment or left one, and its id did not: the id stands for another profile that is in it.
    package static let unchangedID = "unchanged-id"
    /// Encoded, it is larger than what the receiver takes in one call.
    package static let tooLarge = "too-large"
    /// The run ended before it was sent.
    package static let notSent = "not-sent"
}

/// Why a profile was sent and did not arrive, besides the receivers' own codes. The raw values are part of the contract.
package enum RefusalCode {
    /// The receiver refused it without naming it.
    package static let unnamed = "refused-by-receiver"
    /// The receiver accepted it and never told what it made of it.
    package static let unknownOutcome = "outcome-unknown"
}

/// One file that reached its destination.
package struct DeliveredFile: Hashable, Codable, Sendable {
    /// The place as the destination names it, without the file's name.
    package var path: String
    package var name: String
    package var rows: Int
    /// In bytes, as delivered.
    package var size: Int
    /// Of the delivered bytes, in hexadecimal.
    package var sha256: String

    package init(path: String, name: String, rows: Int, size: Int, sha256: String) {
        self.path = path
        self.name = name
        self.rows = rows
        self.size = size
        self.sha256 = sha256
    }
}

/// One step of a run's life, kept for ever.
package struct Transition: Hashable, Sendable {
    /// Nil for the step that made the run.
    package var from: RunState?
    package var to: RunState
    package var event: String
    package var at: Instant
    /// `planner`, `scheduler`, `cli`, …
    package var actor: String
    package var reason: String?

    package init(from: RunState?, to: RunState, event: String, at: Instant, actor: String, reason: String? = nil) {
        self.from = from
        self.to = to
        self.event = event
        self.at = at
        self.actor = actor
        self.reason = reason
    }
}
