import Foundation
import Store
import TidegateModel

/// A run as `--json` prints it.
package struct RunDocument: Encodable {
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

    package init(_ run: Run) {
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
package struct TransitionDocument: Encodable {
    @Nullable var from: RunState?
    let to: RunState
    let event: String
    let at: Instant
    let actor: String
    @Nullable var reason: String?

    package init(_ transition: Transition) {
        from = transition.from
        to = transition.to
        event = transition.event
        at = transition.at
        actor = transition.actor
        reason = transition.reason
    }
}

/// One attempt of a run as `show --json` prints it.
package struct AttemptDocument: Encodable {
    let number: Int
    let startedAt: Instant
    @Nullable var finishedAt: Instant?
    @Nullable var outcome: String?
    @Nullable var reason: String?

    package init(_ attempt: Attempt) {
        number = attempt.number
        startedAt = attempt.startedAt
        finishedAt = attempt.finishedAt
        outcome = attempt.outcome
        reason = attempt.reason
    }
}
