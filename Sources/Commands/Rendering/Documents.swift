import Foundation
import Store
import TidegateModel

/// Prints one JSON document on standard output.
func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

/// A run as `--json` prints it.
struct RunDocument: Encodable {
    let id: String
    let dataflow: String
    let segments: [String]
    let trigger: Run.Trigger
    let state: RunState
    let reason: String?
    let snapshot: String?
    let scheduledFor: Instant
    let queuedAt: Instant
    let startedAt: Instant?
    let finishedAt: Instant?
    let attempts: Int
    let counts: RunCounts
    let files: [DeliveredFile]
    let parent: String?
    let forced: Bool

    init(_ run: Run) {
        id = run.id.text
        dataflow = run.dataflowName
        segments = run.segments.map(\.name)
        trigger = run.trigger
        state = run.state
        reason = run.reason
        snapshot = run.snapshot?.text
        scheduledFor = run.scheduledFor
        queuedAt = run.queuedAt
        startedAt = run.startedAt
        finishedAt = run.finishedAt
        attempts = run.attempts
        counts = run.counts
        files = run.files
        parent = run.parent?.text
        forced = run.isForced
    }

    private enum CodingKeys: String, CodingKey {
        case id, dataflow, segments, trigger, state, reason, snapshot, scheduledFor, queuedAt, startedAt, finishedAt
        case attempts, counts, files, parent, forced
    }

    /// Writes every key, null where there is no value, so that a reader can rely on them.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(dataflow, forKey: .dataflow)
        try container.encode(segments, forKey: .segments)
        try container.encode(trigger, forKey: .trigger)
        try container.encode(state, forKey: .state)
        try container.encode(reason, forKey: .reason)
        try container.encode(snapshot, forKey: .snapshot)
        try container.encode(scheduledFor, forKey: .scheduledFor)
        try container.encode(queuedAt, forKey: .queuedAt)
        try container.encode(startedAt, forKey: .startedAt)
        try container.encode(finishedAt, forKey: .finishedAt)
        try container.encode(attempts, forKey: .attempts)
        try container.encode(counts, forKey: .counts)
        try container.encode(files, forKey: .files)
        try container.encode(parent, forKey: .parent)
        try container.encode(forced, forKey: .forced)
    }
}

/// One step of a run as `show --json` prints it.
struct TransitionDocument: Encodable {
    let from: RunState?
    let to: RunState
    let event: String
    let at: Instant
    let actor: String
    let reason: String?

    init(_ transition: Transition) {
        from = transition.from
        to = transition.to
        event = transition.event
        at = transition.at
        actor = transition.actor
        reason = transition.reason
    }
}

/// One attempt of a run as `show --json` prints it.
struct AttemptDocument: Encodable {
    let number: Int
    let startedAt: Instant
    let finishedAt: Instant?
    let outcome: String?
    let reason: String?

    init(_ attempt: Attempt) {
        number = attempt.number
        startedAt = attempt.startedAt
        finishedAt = attempt.finishedAt
        outcome = attempt.outcome
        reason = attempt.reason
    }
}

/// One segment in one snapshot, as `segments --json` prints it.
struct SegmentDocument: Encodable {
    let name: String
    let id: String
    let snapshot: String
    let members: Int
    let joined: Int
    let left: Int

    init(_ segment: SnapshotSegment, in snapshot: Snapshot) {
        name = segment.segment.name
        id = segment.segment.id.text
        self.snapshot = snapshot.id.text
        members = segment.members
        joined = segment.joined
        left = segment.left
    }
}
