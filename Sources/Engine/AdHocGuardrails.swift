import Foundation
import Store
import TidegateModel

/// The rules that an ad-hoc job must pass, each by itself.
struct AdHocGuardrails {
    let parts: [AdHocJob.Part]
    let isForced: Bool
    let store: Store
    let spec: JobSpec
    let snapshot: Snapshot?
    let now: Instant

    /// Nil where the rule lets the job through.
    func refusal(by rule: AdHocRule) throws -> AdHocRefusal? {
        switch rule {
        case .size: tooMany()
        case .scope: outOfScope()
        case .standing: try standing()
        case .window: outOfSchedule()
        case .idle: try running()
        case .snapshot: snapshot == nil ? .noSnapshot : nil
        case .delay: isForced ? nil : try tooEarly()
        case .evaluated: notEvaluated()
        }
    }

    private func tooMany() -> AdHocRefusal? {
        let count = Set(parts.flatMap(\.counted)).count
        return count > Guardrails.segmentsPerAdHocJob ? .tooManySegments(count) : nil
    }

    private func outOfScope() -> AdHocRefusal? {
        for part in parts {
            let foreign = part.asked.filter { !part.dataflow.segments.contains($0) }
            if !foreign.isEmpty { return .outOfScope(segments: foreign, .notInDataflow) }
        }
        return nil
    }

    private func standing() throws -> AdHocRefusal? {
        let paused = try store.pausedDataflows()
        for part in parts {
            if part.dataflow.isDetached { return .outOfScope(segments: part.asked, .dataflowDetached) }
            if !part.dataflow.isEnabled { return .outOfScope(segments: part.asked, .dataflowDisabled) }
            if paused.contains(part.dataflow.id) { return .outOfScope(segments: part.asked, .dataflowPaused) }
        }
        return nil
    }

    private func outOfSchedule() -> AdHocRefusal? {
        parts.first { !$0.dataflow.schedule.windowContains(now) }
            .map { .outOfScope(segments: $0.asked, .outOfSchedule) }
    }

    private func running() throws -> AdHocRefusal? {
        for part in parts {
            do {
                try store.checkNothingRuns(part.dataflow, part.segments.compactMap(spec.segment(named:)))
            } catch let refusal as AdHocRefusal {
                return refusal
            }
        }
        return nil
    }

    private func tooEarly() throws -> AdHocRefusal? {
        for part in parts {
            for segment in part.segments.compactMap(spec.segment(named:)) {
                guard let activated = try store.activation(of: segment.id, in: part.dataflow.id) else { continue }
                let allowed = activated + spec.segmentation.guardrails.adHocDelay
                if now < allowed { return .tooEarly(segment: segment.name, until: allowed) }
            }
        }
        return nil
    }

    private func notEvaluated() -> AdHocRefusal? {
        guard let snapshot else { return nil }
        let evaluated = Set(snapshot.segments.map(\.segment.id))
        let missing = parts.flatMap(\.segments).compactMap(spec.segment(named:)).filter { !evaluated.contains($0.id) }
        return missing.isEmpty ? nil : .segmentsNotInSnapshot(missing.map(\.name))
    }
}
