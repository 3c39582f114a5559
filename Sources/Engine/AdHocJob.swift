import Foundation
import Store
import TidegateModel

/// Full exports asked for now, outside the schedule.
package struct AdHocJob: Sendable {
    /// What is asked of one dataflow.
    struct Part: Sendable {
        let dataflow: Dataflow
        /// Each once; all of the dataflow's where the caller named none.
        let asked: [String]
        private let namesNone: Bool
        /// What is exported for them: of files whose rows list a person's segments always all, because a full row that
        /// lists some of them says that the person is in no other.
        var segments: [String] { hasAll ? dataflow.segments : asked }
        /// What the most segments of a job are counted by: of such files, which come as one, only what the caller named.
        var counted: [String] { hasAll && namesNone ? [] : asked }

        private var hasAll: Bool { dataflow.file.audienceManager != nil }

        /// - Parameter segments: all of the dataflow's where empty.
        init(_ dataflow: Dataflow, _ segments: [String]) {
            var seen: Set<String> = []
            self.dataflow = dataflow
            namesNone = segments.isEmpty
            asked = (segments.isEmpty ? dataflow.segments : segments).filter { seen.insert($0).inserted }
        }
    }

    private let parts: [Part]
    private let isForced: Bool
    private let request: ClientRequest?

    package init(dataflow: Dataflow, segments: [String], isForced: Bool) {
        parts = [Part(dataflow, segments)]
        self.isForced = isForced
        request = nil
    }

    /// - Throws: ``AdHocRefusal`` where the job files have no such dataflow or segment.
    package init(_ order: AdHocOrder, spec: JobSpec) throws(AdHocRefusal) {
        var parts: [Part] = []
        for item in order.items {
            guard let dataflow = spec.dataflows.first(where: { $0.id == item.dataflow }) else {
                throw .unknownDataflow(item.dataflow)
            }
            var names: [String] = []
            for id in item.segments {
                guard let segment = spec.segments.first(where: { $0.id == id }) else { throw .unknownSegment(id) }
                names.append(segment.name)
            }
            parts.append(Part(dataflow, names))
        }
        self.parts = parts
        isForced = order.isForced
        request = order.request
    }

    /// Checks every guardrail and then queues the runs, whole or not at all.
    ///
    /// - Parameter snapshot: what is to be exported.
    /// - Throws: ``AdHocRefusal``; ``RepeatedRequest`` where the order's request has started its runs before.
    /// - Returns: the runs as queued, in the order of the job.
    package func queue(
        in store: Store, spec: JobSpec, snapshot: Snapshot?, at now: Instant, actor: String
    ) throws -> [Run] {
        try check(in: store, spec: spec, snapshot: snapshot, at: now)
        guard let snapshot else { throw AdHocRefusal.noSnapshot }
        var runs: [Run] = []
        for part in parts {
            let revision = try store.revision(ofDataflow: part.dataflow.id) ?? 1
            let references = part.segments.compactMap(spec.segment(named:)).map(SegmentReference.init)
            for segments in spec.takesSegmentsTogether(part.dataflow) ? [references] : references.map({ [$0] }) {
                let run = Run(
                    id: UUID(), dataflow: part.dataflow.id, dataflowName: part.dataflow.name, revision: revision,
                    segments: segments, trigger: .adHoc, state: .queued, snapshot: snapshot.id,
                    scheduledFor: now.flooredToSecond, queuedAt: now, isForced: isForced
                )
                runs.append(run)
            }
        }
        try store.queueAdHoc(runs, for: request, at: now, actor: actor)
        return runs
    }

    /// Checks every guardrail without queueing anything.
    ///
    /// - Throws: ``AdHocRefusal``.
    package func check(in store: Store, spec: JobSpec, snapshot: Snapshot?, at now: Instant) throws {
        let guardrails = AdHocGuardrails(
            parts: parts, isForced: isForced, store: store, spec: spec, snapshot: snapshot, now: now
        )
        for rule in AdHocRule.allCases {
            if let refusal = try guardrails.refusal(by: rule) { throw refusal }
        }
    }

    /// What each guardrail says, in the order in which they are asked.
    package func answers(in store: Store, spec: JobSpec, snapshot: Snapshot?, at now: Instant) throws
        -> [GuardrailAnswer]
    {
        let guardrails = AdHocGuardrails(
            parts: parts, isForced: isForced, store: store, spec: spec, snapshot: snapshot, now: now
        )
        return try AdHocRule.allCases.map {
            GuardrailAnswer(rule: $0, refusal: try guardrails.refusal(by: $0)?.description)
        }
    }
}
