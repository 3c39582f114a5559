import Foundation
import Store
import TidegateModel

/// What the pages about all dataflows are made of, kept between requests and brought up to date by each.
final class Overview: Sendable {
    struct Reading: Sendable {
        let now: Instant
        /// Nil before the first application of job files.
        let spec: JobSpec?
        /// Of what the job files declare, in their order.
        let dataflows: [DataflowLine]

        /// In which pages show times.
        var zone: Zone { spec.flatMap { Zone($0.segmentation.timeZone) } ?? .utc }
    }

    private let desk: Desk
    private let grid: RunGrid
    private let next: NextOccurrences

    init(_ desk: Desk) {
        self.desk = desk
        grid = RunGrid(desk.store)
        next = NextOccurrences(desk.store)
    }

    func current() throws -> Reading {
        let now = desk.clock.now()
        // Read before the objects, so that a newer application in between is worked out once more, and no old one kept.
        let application = try desk.store.applicationSequence()
        guard let spec = try desk.declared.current().spec else { return Reading(now: now, spec: nil, dataflows: []) }
        let lines = try grid.current()
        let coming = try next.current(spec, application: application, at: now)
        let paused = try desk.store.pausedDataflows()
        let connectors = Set(spec.destinations.filter(\.isConnector).map(\.name))
        return Reading(
            now: now, spec: spec,
            dataflows: spec.dataflows.map { dataflow in
                DataflowLine(
                    dataflow: dataflow, isPush: connectors.contains(dataflow.destination),
                    isPaused: paused.contains(dataflow.id), past: lines[dataflow.id] ?? RunGrid.Line(),
                    next: coming[dataflow.id]
                )
            }
        )
    }
}

/// A dataflow with its last runs and its next one.
struct DataflowLine: Sendable {
    /// Whether its schedule makes exports.
    enum Standing: String, CaseIterable, Sendable {
        case active, paused, disabled

        var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
    }

    /// What leaves by it.
    enum Kind: String, CaseIterable, Sendable {
        case full, incremental, push

        var title: String {
            switch self {
            case .full: "Full files"
            case .incremental: "Incremental files"
            case .push: "Pushes"
            }
        }
    }

    let dataflow: Dataflow
    let isPush: Bool
    let isPaused: Bool
    let past: RunGrid.Line
    /// Nil where nothing comes.
    let next: Instant?

    var last: RunMark? { past.runs.last }

    var kind: Kind { isPush ? .push : dataflow.export == .full ? .full : .incremental }

    var standing: Standing {
        !dataflow.isEnabled || dataflow.isDetached ? .disabled : isPaused ? .paused : .active
    }

    /// Nil while nothing is unusual.
    var standingMark: StateMark? {
        switch standing {
        case .active: nil
        case .paused: .paused
        case .disabled: .disabled
        }
    }
}

extension RunMark {
    /// How long it took, or has taken until now; nil where it never began.
    func duration(at now: Instant) -> Span? {
        guard let startedAt else { return nil }
        return Span(milliseconds: max(0, ((finishedAt ?? now) - startedAt).milliseconds))
    }
}
