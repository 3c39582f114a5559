import Foundation
import Store
import TidegateModel

/// One run with everything that is known of it, read before anything is written.
struct RunSight {
    let run: Run
    let transitions: [Transition]
    let attempts: [Attempt]
    /// Empty for a run to a destination that takes files.
    let batches: [Batch]
    /// The runs that try it again.
    let retries: [UUID]
    let snapshot: Snapshot?
    /// Of a run that goes on in this process.
    let work: [WorkProgress]
    /// Why it cannot be tried again; nil where it can.
    let retryRefusal: String?

    init(_ run: Run, at desk: Desk) throws {
        self.run = run
        transitions = try desk.store.transitions(of: run.id)
        attempts = try desk.store.attempts(of: run.id)
        batches = try desk.store.batches(of: run.id)
        retries = try desk.store.retries(of: run)
        snapshot = try run.snapshot.flatMap { try desk.sights.snapshot($0) }
        work = desk.sights.work().filter { $0.run == run.id }
        retryRefusal = try Self.refusal(of: run, in: desk.store)
    }

    private static func refusal(of run: Run, in store: Store) throws -> String? {
        do {
            _ = try store.retryBasis(of: run)
            return nil
        } catch let refusal as RetryRefusal {
            return refusal.description
        } catch let refusal as AdHocRefusal {
            return refusal.description
        }
    }

    var canBeCancelled: Bool { !run.state.isTerminal && run.state != .cancelling }
}

/// A run as the pages give it to programs.
struct RunDownload: Encodable {
    private let sight: RunSight

    init(_ sight: RunSight) {
        self.sight = sight
    }

    private enum CodingKeys: String, CodingKey {
        case id, dataflow, revision, segments, trigger, state, reason, snapshot, scheduledFor, queuedAt, startedAt
        case finishedAt, retryAt, attempts, counts, files, parent, forced, transitions, tries, batches
    }

    func encode(to encoder: any Encoder) throws {
        var document = encoder.container(keyedBy: CodingKeys.self)
        let run = sight.run
        try document.encode(run.id.text, forKey: .id)
        try document.encode(run.dataflowName, forKey: .dataflow)
        try document.encode(run.revision, forKey: .revision)
        try document.encode(run.segments.map(\.name), forKey: .segments)
        try document.encode(run.trigger, forKey: .trigger)
        try document.encode(run.state, forKey: .state)
        try document.encode(run.reason, forKey: .reason)
        try document.encode(run.snapshot?.text, forKey: .snapshot)
        try document.encode(run.scheduledFor, forKey: .scheduledFor)
        try document.encode(run.queuedAt, forKey: .queuedAt)
        try document.encode(run.startedAt, forKey: .startedAt)
        try document.encode(run.finishedAt, forKey: .finishedAt)
        try document.encode(run.retryAt, forKey: .retryAt)
        try document.encode(run.attempts, forKey: .attempts)
        try document.encode(run.counts, forKey: .counts)
        try document.encode(run.files, forKey: .files)
        try document.encode(run.parent?.text, forKey: .parent)
        try document.encode(run.isForced, forKey: .forced)
        try document.encode(sight.transitions.map(Step.init), forKey: .transitions)
        try document.encode(sight.attempts.map(Try.init), forKey: .tries)
        try document.encode(sight.batches.map(Call.init), forKey: .batches)
    }

    private struct Step: Encodable {
        let from: RunState?
        let to: RunState
        let event: String
        let at: Instant
        let actor: String
        let reason: String?

        init(_ step: Transition) {
            (from, to, event) = (step.from, step.to, step.event)
            (at, actor, reason) = (step.at, step.actor, step.reason)
        }
    }

    private struct Try: Encodable {
        let number: Int
        let startedAt: Instant
        let finishedAt: Instant?
        let outcome: String?
        let reason: String?

        init(_ attempt: Attempt) {
            (number, startedAt, finishedAt) = (attempt.number, attempt.startedAt, attempt.finishedAt)
            (outcome, reason) = (attempt.outcome, attempt.reason)
        }
    }

    private struct Call: Encodable {
        let number: Int
        let kind: BatchKind
        let state: BatchState
        let attempt: Int
        let contacts: Int
        let rejected: Int
        let bytes: Int
        let job: String?
        let figures: [String: Int]
        let sentAt: Instant?
        let settledAt: Instant?
        let message: String?

        init(_ batch: Batch) {
            (number, kind, state, attempt) = (batch.number, batch.kind, batch.state, batch.attempt)
            (contacts, rejected, bytes, job) = (batch.contacts, batch.rejected, batch.bytes, batch.job)
            (figures, sentAt, settledAt, message) = (batch.figures, batch.sentAt, batch.settledAt, batch.message)
        }
    }
}
