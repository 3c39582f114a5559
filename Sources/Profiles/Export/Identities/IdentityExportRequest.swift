import AudienceManager
import Foundation
import TidegateModel

/// What one run exports as rows of ids, and into which staging folder.
package struct IdentityExportRequest: Sendable {
    package struct Segment: Hashable, Sendable {
        package var id: UUID
        /// The segment's number in rows.
        package var sid: Int64

        package init(id: UUID, sid: Int64) {
            self.id = id
            self.sid = sid
        }
    }

    package var run: UUID
    package var snapshot: UUID
    /// In the order in which rows list them.
    package var segments: [Segment]
    /// For each segment the snapshot of the last delivered run; nobody was in a segment that has none.
    package var baselines: [UUID: UUID]
    /// Whether rows list all segments of their ids, and not only those that they have come into.
    package var isFull: Bool
    package var schema: ProfileSchema
    /// Whose ids the rows are of.
    package var dataSource: DataSource
    /// All that are declared.
    package var dataSources: [DataSource]
    package var traits: [Trait]
    /// Says how files are compressed and split.
    package var layout: FileLayout
    package var header: OutboundTemplate?
    package var row: OutboundTemplate
    package var constants: OutboundConstants
    package var fileName: OutboundFileName
    /// An absolute path of a folder that exists.
    package var folder: String

    package init(
        run: UUID, snapshot: UUID, segments: [Segment], baselines: [UUID: UUID] = [:], isFull: Bool,
        schema: ProfileSchema, dataSource: DataSource, dataSources: [DataSource] = [],
        traits: [Trait] = [], layout: FileLayout, header: OutboundTemplate? = nil, row: OutboundTemplate,
        constants: OutboundConstants,
        fileName: OutboundFileName, folder: String
    ) {
        self.run = run
        self.snapshot = snapshot
        self.segments = segments
        self.baselines = baselines
        self.isFull = isFull
        self.schema = schema
        self.dataSource = dataSource
        self.dataSources = dataSources
        self.traits = traits
        self.layout = layout
        self.header = header
        self.row = row
        self.constants = constants
        self.fileName = fileName
        self.folder = folder
    }
}
