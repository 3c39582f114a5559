import Foundation
import Profiles
import Store
import TidegateModel

/// What a run would export now, without exporting.
package struct Previewer: Sendable {
    let store: Store
    let profiles: ProfileStore
    private let schema: ProfileSchema

    package init(store: Store, profiles: ProfileStore, schema: ProfileSchema) {
        self.store = store
        self.profiles = profiles
        self.schema = schema
    }

    /// What a run to a destination that takes files would export of one segment.
    ///
    /// - Throws: ``AdHocRefusal`` where there is no snapshot to look at.
    package func preview(_ dataflow: Dataflow, _ segment: Segment, limit: Int) throws -> ExportPreview {
        let request = ExportRequest(
            run: UUID(), snapshot: try latest(with: [segment]), segment: segment.id,
            baseline: try baseline(of: dataflow, segment),
            mode: dataflow.export, schema: schema, mapping: dataflow.mapping,
            deduplicateBy: dataflow.deduplicateBy, layout: dataflow.file, baseName: "preview", folder: ""
        )
        return try profiles.preview(request, limit: limit)
    }

    /// What a run to a connector would push of all segments together.
    ///
    /// What the receiver alone can tell is not in it: fields it does not have, addresses it does not take.
    ///
    /// - Throws: ``AdHocRefusal`` where there is no snapshot to look at.
    package func preview(_ dataflow: Dataflow, _ segments: [Segment], limit: Int) throws -> PushPreview {
        var request = PushRequest(
            snapshot: try latest(with: segments), segments: segments.map(\.id),
            baselines: try baselines(of: dataflow, segments), schema: schema, mapping: dataflow.mapping,
            deduplicateBy: dataflow.deduplicateBy
        )
        let export = try profiles.preview(request, limit: limit)
        var memberships = 0
        for segment in segments {
            request.segments = [segment.id]
            memberships += try profiles.countPushed(request)
        }
        return PushPreview(export: export, memberships: memberships)
    }

    /// The newest snapshot, which must have the segments.
    func latest(with segments: [Segment]) throws -> UUID {
        guard let latest = try profiles.latestSnapshot() else { throw AdHocRefusal.noSnapshot }
        let known = Set(latest.segments.map(\.segment.id))
        let missing = segments.filter { !known.contains($0.id) }
        guard missing.isEmpty else { throw AdHocRefusal.segmentsNotInSnapshot(missing.map(\.name)) }
        return latest.id
    }

    private func baselines(of dataflow: Dataflow, _ segments: [Segment]) throws -> [UUID: UUID]? {
        guard dataflow.export == .incremental else { return nil }
        var baselines: [UUID: UUID] = [:]
        for segment in segments { baselines[segment.id] = try baseline(of: dataflow, segment) }
        return baselines
    }

    /// Nil for a full export, before the first delivery, and where the snapshot went with a lost profile store.
    private func baseline(of dataflow: Dataflow, _ segment: Segment) throws -> UUID? {
        guard dataflow.export == .incremental else { return nil }
        return try keptBaseline(of: dataflow, segment)
    }

    /// Nil before the first delivery, and where the snapshot went with a lost profile store.
    func keptBaseline(of dataflow: Dataflow, _ segment: Segment) throws -> UUID? {
        try store.baseline(dataflow: dataflow.id, segment: segment.id).flatMap { try profiles.snapshot(id: $0)?.id }
    }
}

/// The first rows of a push and what all of it would count, each profile once.
package struct PushPreview: Hashable, Sendable {
    package var export: ExportPreview
    /// What the segments select by themselves, added up: who is in two of them counts twice.
    package var memberships: Int

    /// What the cap of connectors counts.
    package var distinct: Int { export.counts.selected }
}
