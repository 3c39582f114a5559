import Foundation
import Profiles
import Store
import TidegateModel

/// What a run would export now, without exporting.
package struct Previewer: Sendable {
    private let store: Store
    private let profiles: ProfileStore
    private let schema: ProfileSchema

    package init(store: Store, profiles: ProfileStore, schema: ProfileSchema) {
        self.store = store
        self.profiles = profiles
        self.schema = schema
    }

    /// - Throws: ``AdHocRefusal`` where there is no snapshot to look at.
    package func preview(_ dataflow: Dataflow, _ segment: Segment, limit: Int) throws -> ExportPreview {
        guard let latest = try profiles.latestSnapshot() else { throw AdHocRefusal.noSnapshot }
        guard latest.segments.contains(where: { $0.segment.id == segment.id }) else {
            throw AdHocRefusal.segmentsNotInSnapshot([segment.name])
        }
        let request = ExportRequest(
            run: UUID(), snapshot: latest.id, segment: segment.id,
            baseline: try baseline(of: dataflow, segment),
            mode: dataflow.export, schema: schema, mapping: dataflow.mapping,
            deduplicateBy: dataflow.deduplicateBy, layout: dataflow.file, baseName: "preview", folder: ""
        )
        return try profiles.preview(request, limit: limit)
    }

    /// Nil for a full export, before the first delivery, and where the snapshot went with a lost profile store.
    private func baseline(of dataflow: Dataflow, _ segment: Segment) throws -> UUID? {
        guard dataflow.export == .incremental else { return nil }
        return try store.baseline(dataflow: dataflow.id, segment: segment.id).flatMap {
            try profiles.snapshot(id: $0)?.id
        }
    }
}
