import Foundation
import Store
import TidegateModel

/// What the job files declare, decoded once per application: with ten thousand dataflows that takes longer than an
/// answer may.
final class DeclaredObjects: Sendable {
    /// One application's objects, and how to find them.
    struct Reading: Sendable {
        /// Nil before the first application.
        let spec: JobSpec?
        /// By id; a dataflow that was applied a moment ago may have none yet.
        let records: [UUID: DataflowRecord]
        let segments: [String: Segment]
        let destinations: [String: Destination]
        /// Where each dataflow's name stands among all their names, from A to Z; in the order of the job files.
        let nameRanks: [Int]
        /// In the order of the job files.
        let dataflows: [Dataflow]
        private let places: [UUID: Int]

        /// Nil where the job files have no such dataflow.
        func dataflow(_ id: UUID) -> Dataflow? { places[id].map { dataflows[$0] } }

        fileprivate init(_ spec: JobSpec?, _ records: [UUID: DataflowRecord]) {
            self.spec = spec
            self.records = records
            segments = Dictionary((spec?.segments ?? []).map { ($0.name, $0) }) { first, _ in first }
            destinations = Dictionary((spec?.destinations ?? []).map { ($0.name, $0) }) { first, _ in first }
            let dataflows = spec?.dataflows ?? []
            self.dataflows = dataflows
            var ranks = [Int](repeating: 0, count: dataflows.count)
            let byName = dataflows.indices.sorted { dataflows[$0].name < dataflows[$1].name }
            for (rank, place) in byName.enumerated() { ranks[place] = rank }
            nameRanks = ranks
            places = Dictionary(dataflows.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
        }
    }

    private let store: Store
    private let kept = Locked<(sequence: Int, reading: Reading)?>(nil)

    init(_ store: Store) {
        self.store = store
    }

    /// The objects applied last, at the price of one short read unless they are new.
    func current() throws -> Reading {
        try kept.withLock { kept in
            // Read before the objects: a newer application in between makes for one reading more, never for an old one.
            let sequence = try store.applicationSequence()
            if let kept, kept.sequence == sequence { return kept.reading }
            let records = try store.dataflowRecords()
            let reading = Reading(try store.appliedSpec(), records)
            kept = (sequence, reading)
            return reading
        }
    }
}
