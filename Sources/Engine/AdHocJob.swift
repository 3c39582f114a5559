import Foundation
import Store
import TidegateModel

/// A full export asked for now, outside the schedule.
package struct AdHocJob: Sendable {
    package let dataflow: Dataflow
    /// Each once; all of the dataflow's where the user named none.
    package let segments: [String]
    package let isForced: Bool

    package init(dataflow: Dataflow, segments: [String], isForced: Bool) {
        var seen: Set<String> = []
        self.dataflow = dataflow
        self.segments = (segments.isEmpty ? dataflow.segments : segments).filter { seen.insert($0).inserted }
        self.isForced = isForced
    }

    /// Checks every guardrail and then queues the runs, whole or not at all.
    ///
    /// - Throws: ``AdHocRefusal``.
    /// - Returns: the runs as queued, in the order of the segments.
    package func queue(
        in store: Store, spec: JobSpec, latest: Snapshot?, at now: Instant, actor: String
    ) throws -> [Run] {
        let segments = try check(in: store, spec: spec, latest: latest, at: now)
        guard let latest else { throw AdHocRefusal.noSnapshot }
        let revision = try store.revision(ofDataflow: dataflow.id) ?? 1
        let references = segments.map { SegmentReference(id: $0.id, name: $0.name) }
        let exports = spec.goesToConnector(dataflow) ? [references] : references.map { [$0] }
        let runs = exports.map { segments in
            Run(
                id: UUID(), dataflow: dataflow.id, dataflowName: dataflow.name, revision: revision,
                segments: segments, trigger: .adHoc, state: .queued, snapshot: latest.id,
                scheduledFor: now.flooredToSecond, queuedAt: now, isForced: isForced
            )
        }
        try store.queueAdHoc(runs, at: now, actor: actor)
        return runs
    }

    /// Checks every guardrail without queueing anything.
    ///
    /// - Throws: ``AdHocRefusal``.
    @discardableResult
    package func check(in store: Store, spec: JobSpec, latest: Snapshot?, at now: Instant) throws -> [Segment] {
        guard segments.count <= Guardrails.segmentsPerAdHocJob else {
            throw AdHocRefusal.tooManySegments(segments.count)
        }
        let foreign = segments.filter { !dataflow.segments.contains($0) }
        guard foreign.isEmpty else { throw AdHocRefusal.outOfScope(segments: foreign, .notInDataflow) }
        guard !dataflow.isDetached else { throw AdHocRefusal.outOfScope(segments: segments, .dataflowDetached) }
        guard dataflow.isEnabled else { throw AdHocRefusal.outOfScope(segments: segments, .dataflowDisabled) }
        guard dataflow.schedule.windowContains(now) else {
            throw AdHocRefusal.outOfScope(segments: segments, .outOfSchedule)
        }
        let found = segments.compactMap(spec.segment(named:))
        try store.checkNothingRuns(dataflow, found)
        guard let latest else { throw AdHocRefusal.noSnapshot }
        if !isForced { try checkDelay(store, spec, found, at: now) }
        let missing = found.filter { wanted in !latest.segments.contains { $0.segment.id == wanted.id } }
        guard missing.isEmpty else { throw AdHocRefusal.segmentsNotInSnapshot(missing.map(\.name)) }
        return found
    }

    private func checkDelay(_ store: Store, _ spec: JobSpec, _ segments: [Segment], at now: Instant) throws {
        for segment in segments {
            guard let activated = try store.activation(of: segment.id, in: dataflow.id) else { continue }
            let allowed = activated + spec.segmentation.guardrails.adHocDelay
            guard now >= allowed else { throw AdHocRefusal.tooEarly(segment: segment.name, until: allowed) }
        }
    }
}
