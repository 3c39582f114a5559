import Foundation
import TidegateModel

/// What one run exports, and into which staging folder.
package struct ExportRequest: Hashable, Sendable {
    package var run: UUID
    package var snapshot: UUID
    package var segment: UUID
    /// The snapshot of the last delivered run of this dataflow and segment; nil where there is none.
    package var baseline: UUID?
    package var mode: Dataflow.ExportMode
    package var schema: ProfileSchema
    package var mapping: [MappedColumn]
    package var deduplicateBy: [String]
    package var layout: FileLayout
    /// The rendered file name, without extension.
    package var baseName: String
    /// An absolute path of a folder that exists.
    package var folder: String

    package init(
        run: UUID,
        snapshot: UUID,
        segment: UUID,
        baseline: UUID? = nil,
        mode: Dataflow.ExportMode = .full,
        schema: ProfileSchema,
        mapping: [MappedColumn],
        deduplicateBy: [String] = [],
        layout: FileLayout = FileLayout(),
        baseName: String,
        folder: String
    ) {
        self.run = run
        self.snapshot = snapshot
        self.segment = segment
        self.baseline = baseline
        self.mode = mode
        self.schema = schema
        self.mapping = mapping
        self.deduplicateBy = deduplicateBy
        self.layout = layout
        self.baseName = baseName
        self.folder = folder
    }
}

/// What an export left in the staging folder, written through to the disk.
package struct StagedExport: Hashable, Sendable {
    /// At least one, in the order of their rows.
    package var files: [StagedFile]
    /// They add up; nothing is rejected yet.
    package var counts: RunCounts
}

/// The first rows of an export and what all of it would count.
package struct ExportPreview: Hashable, Sendable {
    package var header: [String]
    /// The values as a CSV file would have them, before quoting; nil for NULL.
    package var rows: [[String?]]
    package var counts: RunCounts
}
