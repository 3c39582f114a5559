import Foundation
import TidegateModel

/// What one connector run pushes.
package struct PushRequest: Hashable, Sendable {
    package var snapshot: UUID
    package var segments: [UUID]
    /// For each segment the snapshot of the last delivered run; a segment that has none is pushed whole. Nil for a full
    /// push, of everyone.
    package var baselines: [UUID: UUID]?
    package var schema: ProfileSchema
    package var mapping: [MappedColumn]
    package var deduplicateBy: [String]

    package init(
        snapshot: UUID,
        segments: [UUID],
        baselines: [UUID: UUID]? = nil,
        schema: ProfileSchema,
        mapping: [MappedColumn],
        deduplicateBy: [String] = []
    ) {
        self.snapshot = snapshot
        self.segments = segments
        self.baselines = baselines
        self.schema = schema
        self.mapping = mapping
        self.deduplicateBy = deduplicateBy
    }
}

/// What a push went over.
package struct PushScan: Hashable, Sendable {
    /// Distinct profiles; as many as were lent and were removed together.
    package var selected: Int
    /// Selected, and no longer in the store.
    package var removed: Int
}
