import Foundation
import Store
import TidegateModel

/// What a list of runs can be narrowed to.
enum RunProperty: String, CaseIterable {
    case id, flowId, createdAt, updatedAt
    case status = "metrics.statusSummary.status"
    case state = "metrics.statusSummary.extensions.state"
    case start = "metrics.durationSummary.startedAtUTC"
    case end = "metrics.durationSummary.completedAtUTC"
    case source = "metrics.recordSummary.sourceSummaries[].id"
    case sourceEntity = "metrics.recordSummary.sourceSummaries[].entitySummaries[].id"
    case target = "metrics.recordSummary.targetSummaries[].id"
    case targetEntity = "metrics.recordSummary.targetSummaries[].entitySummaries[].id"

    var kind: PropertyKind {
        switch self {
        case .createdAt, .updatedAt, .start, .end: .instant
        default: .word
        }
    }

    /// The condition on runs as the store keeps them; nil where it holds of all.
    func condition(
        _ asked: PropertyFilter.Condition, _ reading: DeclaredObjects.Reading
    ) throws(Fault) -> RunQuery.Condition? {
        let values = try asked.read(as: kind)
        let texts = asked.values.map { $0.lowercased() }
        func of(_ field: RunQuery.Field, _ values: [RunQuery.Value]) -> RunQuery.Condition {
            RunQuery.Condition(field, asked.comparison, values)
        }
        switch self {
        case .createdAt: return of(.queuedAt, values)
        case .updatedAt: return of(.changedAt, values)
        case .start: return of(.startedAt, values)
        case .end: return of(.finishedAt, values)
        case .id: return of(.id, texts.map(RunQuery.Value.text))
        case .flowId: return of(.dataflow, texts.map(RunQuery.Value.text))
        case .state: return of(.state, texts.map(RunQuery.Value.text))
        case .status:
            let states = texts.compactMap(RunWord.init(rawValue:)).flatMap(\.states)
            return of(.state, states.map { .text($0.rawValue) })
        case .target: return of(.dataflow, flows(to: texts, reading))
        case .source where texts.contains(FlowSurroundings.sourceConnection):
            // Every run has this source.
            return asked.comparison == .equal ? nil : RunQuery.Condition(.id, .equal, [])
        case .source, .sourceEntity, .targetEntity:
            return of(.segment, texts.map { .text($0.hasPrefix("segment:") ? String($0.dropFirst(8)) : $0) })
        }
    }

    /// The dataflows to these destinations. A run whose dataflow is not declared has the dataflow's id for its target.
    private func flows(to targets: [String], _ reading: DeclaredObjects.Reading) -> [RunQuery.Value] {
        let wanted = Set(targets)
        let declared = reading.dataflows.filter {
            wanted.contains(FlowSurroundings.targetConnection(of: $0, reading))
        }
        let removed = wanted.filter { id in UUID(uuidString: id).map { reading.dataflow($0) == nil } ?? false }
        return (declared.map(\.id.text) + removed).map(RunQuery.Value.text)
    }
}
