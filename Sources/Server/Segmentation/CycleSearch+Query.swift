import Foundation
import Store
import TidegateModel

extension CycleSearch {
    /// The cycles that a list of segment jobs asks for.
    init(_ query: Query, _ desk: Desk) throws {
        self.init()
        if let status = query.text("status") { try keep(status: status) }
        if let name = query.text("snapshot.name") { keep(snapshot: name) }
        if let property = query.text("property") {
            for condition in property.split(separator: ",") { try keep(String(condition), desk) }
        }
        guard let order = try query.order(SortKey.self)?.first else { return }
        key = order.key == .creationTime || order.key == .id ? .started : .updated
        isAscending = order.isAscending
    }

    private enum SortKey: String, CaseIterable {
        case creationTime, updateTime, updateEpoch, id
    }

    /// What `property` can be asked about.
    private enum Property: String, CaseIterable {
        case id, status, source
        case snapshot = "snapshot.name"
        case schedule = "properties.scheduleId"
        case segment = "segments~segmentId"
    }

    private mutating func keep(_ condition: String, _ desk: Desk) throws {
        let sides = condition.components(separatedBy: "==")
        guard sides.count == 2, let property = Property(rawValue: sides[0]) else {
            let known = Property.allCases.map(\.rawValue).joined(separator: ", ")
            throw Fault.badRequest("property must be written attribute==value, with one of \(known)")
        }
        let value = sides[1]
        switch property {
        case .id: keep(sequence: CycleID(value)?.sequence)
        case .status: try keep(status: value)
        case .source: keep(SegmentJobSource(rawValue: value)?.triggers ?? [])
        case .snapshot: keep(snapshot: value)
        case .schedule:
            let isSegmentation = value.lowercased() == ProfileStoreNames.segmentationSchedule
            keep(isSegmentation ? SegmentJobSource.scheduler.triggers : [])
        case .segment: try keep(segment: value, desk)
        }
    }

    private mutating func keep(status text: String) throws {
        guard let status = SegmentJobStatus(rawValue: text) else {
            let known = SegmentJobStatus.allCases.map(\.rawValue).joined(separator: ", ")
            throw Fault.badRequest("status must be one of \(known)")
        }
        states.formIntersection(status.states)
    }

    private mutating func keep(_ triggers: Set<Cycle.Trigger>) {
        self.triggers.formIntersection(triggers)
    }

    private mutating func keep(sequence wanted: Int?) {
        guard let wanted, sequence == nil || sequence == wanted else { return keep([]) }
        sequence = wanted
    }

    private mutating func keep(snapshot name: String) {
        keep(snapshots: UUID(uuidString: name).map { [$0] } ?? [], withOpen: false)
    }

    private mutating func keep(snapshots wanted: Set<UUID>, withOpen isOpenWanted: Bool) {
        withOpen = isOpenWanted && (snapshots == nil || withOpen)
        snapshots = snapshots?.intersection(wanted) ?? wanted
    }

    /// The snapshots that are kept and have the segment; what was in the others is not known any more.
    private mutating func keep(segment text: String, _ desk: Desk) throws {
        guard let id = UUID(uuidString: text) else { return keep(snapshots: [], withOpen: false) }
        let having = try desk.sights.history(id, Self.historyLength).map(\.snapshot)
        keep(snapshots: Set(having), withOpen: try !desk.store.declaredSegments(among: [id]).isEmpty)
    }

    /// Longer than any number of snapshots that are kept.
    private static let historyLength = 10_000
}
