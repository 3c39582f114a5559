import Foundation
import Store
import TidegateModel

/// What a list of flows can be narrowed to.
enum FlowProperty: String, CaseIterable {
    case id, name, state, createdAt, updatedAt
    case lastRunID = "lastRunDetails.id"
    case lastRunState = "lastRunDetails.state"
    case lastRunStart = "lastRunDetails.startedAtUTC"
    case lastRunEnd = "lastRunDetails.completedAtUTC"
    case flowSpec = "flowSpec.id"
    case sourceConnection = "sourceConnectionIds[]"
    case targetConnection = "targetConnectionIds[]"
    case inheritedSource = "inheritedAttributes.sourceConnections[].id"
    case inheritedSourceSpec = "inheritedAttributes.sourceConnections[].connectionSpec.id"
    case inheritedTarget = "inheritedAttributes.targetConnections[].id"
    case inheritedTargetSpec = "inheritedAttributes.targetConnections[].connectionSpec.id"
    case isDestinationFlow = "inheritedAttributes.properties.isDestinationFlow"
    case isSourceFlow = "inheritedAttributes.properties.isSourceFlow"
    case segment = "transformations[].params.segmentSelectors.selectors[].value.id"

    var kind: PropertyKind {
        switch self {
        case .createdAt, .updatedAt, .lastRunStart, .lastRunEnd: .instant
        default: .word
        }
    }

    /// Names are what they are; ids and states are compared whatever their case.
    var isExact: Bool { self == .name }

    var needsRuns: Bool {
        switch self {
        case .lastRunID, .lastRunState, .lastRunStart, .lastRunEnd: true
        default: false
        }
    }

    /// What the flow has of it: one value, none, or as many as it has segments.
    func values(of flow: Flow, _ reading: DeclaredObjects.Reading, _ lastRun: LastRun?) -> [RunQuery.Value] {
        switch self {
        case .id: [.text(flow.dataflow.id.text)]
        case .name: [.text(flow.dataflow.name)]
        case .state: [.text(flow.state)]
        case .createdAt: [.number(flow.record.createdAt.milliseconds)]
        case .updatedAt: [.number(flow.updatedAt.milliseconds)]
        case .lastRunID: lastRun.map { [.text($0.id.text)] } ?? []
        case .lastRunState: lastRun.map { [.text(RunWord($0.state).rawValue)] } ?? []
        case .lastRunStart: lastRun?.startedAt.map { [.number($0.milliseconds)] } ?? []
        case .lastRunEnd: lastRun?.finishedAt.map { [.number($0.milliseconds)] } ?? []
        case .flowSpec: [.text(FlowSurroundings.flowSpec)]
        case .sourceConnection, .inheritedSource: [.text(FlowSurroundings.sourceConnection)]
        case .inheritedSourceSpec: [.text(FlowSurroundings.sourceConnectionSpec)]
        case .targetConnection, .inheritedTarget:
            [.text(FlowSurroundings.targetConnection(of: flow.dataflow, reading))]
        case .inheritedTargetSpec:
            [.text(FlowSurroundings.connectionSpec(of: reading.destinations[flow.dataflow.destination]))]
        // Clients ask for one kind or the other, and every flow leads to a destination.
        case .isDestinationFlow: [.text("true")]
        case .isSourceFlow: [.text("false")]
        case .segment: flow.dataflow.segments.compactMap { reading.segments[$0] }.map { .text($0.id.text) }
        }
    }
}

/// A condition on flows, ready to be asked of many.
struct FlowCondition {
    let property: FlowProperty
    private let comparison: RunQuery.Comparison
    private let wanted: [RunQuery.Value]

    /// Nil where flows have no such property.
    init?(_ condition: PropertyFilter.Condition) throws(Fault) {
        guard let property = FlowProperty(rawValue: condition.property) else { return nil }
        self.property = property
        comparison = condition.comparison
        wanted = try condition.read(as: property.kind).map { value in
            guard case .text(let text) = value, !property.isExact else { return value }
            return .text(text.lowercased())
        }
    }

    func holds(of flow: Flow, _ reading: DeclaredObjects.Reading, _ lastRun: LastRun?) -> Bool {
        let values = property.values(of: flow, reading, lastRun)
        guard comparison != .unequal else { return values.allSatisfy { !wanted.contains($0) } }
        return values.contains { value in wanted.contains { comparison.holds(value, $0) } }
    }
}

extension RunQuery.Comparison {
    /// Texts are equal or not, and neither is less.
    fileprivate func holds(_ left: RunQuery.Value, _ right: RunQuery.Value) -> Bool {
        guard case .number(let left) = left, case .number(let right) = right else {
            return self == .equal && left == right
        }
        return switch self {
        case .equal: left == right
        case .unequal: left != right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        }
    }
}
