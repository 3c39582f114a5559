import Foundation
import Store
import TidegateModel

/// Prints one JSON document on standard output.
func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

/// A value that a document has as null where there is none, so that a reader can rely on the key.
@propertyWrapper struct Nullable<Value: Encodable>: Encodable {
    var wrappedValue: Value?

    init(wrappedValue: Value?) {
        self.wrappedValue = wrappedValue
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let wrappedValue { try container.encode(wrappedValue) } else { try container.encodeNil() }
    }
}

/// A run as `--json` prints it.
struct RunDocument: Encodable {
    let id: String
    let dataflow: String
    let segments: [String]
    let trigger: Run.Trigger
    let state: RunState
    @Nullable var reason: String?
    @Nullable var snapshot: String?
    let scheduledFor: Instant
    let queuedAt: Instant
    @Nullable var startedAt: Instant?
    @Nullable var finishedAt: Instant?
    let attempts: Int
    let counts: RunCounts
    let files: [DeliveredFile]
    @Nullable var parent: String?
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
}

/// One step of a run as `show --json` prints it.
struct TransitionDocument: Encodable {
    @Nullable var from: RunState?
    let to: RunState
    let event: String
    let at: Instant
    let actor: String
    @Nullable var reason: String?

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
    @Nullable var finishedAt: Instant?
    @Nullable var outcome: String?
    @Nullable var reason: String?

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
