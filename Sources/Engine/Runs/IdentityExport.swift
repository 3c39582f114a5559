import AudienceManager
import Foundation
import Profiles
import Store
import TidegateModel

/// What a run exports as rows of ids, resolved: data source, segments with their numbers, templates and names.
struct IdentityExport: Sendable {
    /// What job files say besides the dataflow.
    struct Surroundings: Sendable {
        let schema: ProfileSchema
        let segments: [Segment]
        let dataSources: [DataSource]
        let traits: [Trait]

        init(_ spec: JobSpec) {
            schema = spec.profile
            segments = spec.segments
            dataSources = spec.dataSources
            traits = spec.traits
        }
    }

    private let surroundings: Surroundings
    private let dataSource: DataSource
    private let segments: [IdentityExportRequest.Segment]
    private let isFull: Bool
    private let layout: FileLayout
    private let constants: OutboundConstants
    private let header: OutboundTemplate?
    private let row: OutboundTemplate
    let names: OutboundFileName

    init(
        _ dataflow: Dataflow, as layout: AudienceManagerLayout, of segments: [SegmentReference], isFull: Bool,
        at instant: Instant, _ surroundings: Surroundings
    ) throws(RunFault) {
        let catalogue = DropOffCatalogue(dataSources: surroundings.dataSources, traits: surroundings.traits)
        guard let dataSource = catalogue.dataSource(named: layout.dataSource) else {
            throw .lasting("data source '\(layout.dataSource)' is no longer in the job files")
        }
        self.surroundings = surroundings
        self.dataSource = dataSource
        self.segments = try Self.numbered(segments, surroundings)
        self.isFull = isFull
        self.layout = dataflow.file
        constants = OutboundConstants(
            dataflow, as: layout, dpid: dataSource.dpid, syncMode: isFull ? .full : .incremental, timestamp: instant
        )
        do {
            header = try layout.header.map { try OutboundTemplate($0, for: .header) }
            row = try OutboundTemplate(layout.row, for: .row)
            names = try OutboundFileName(
                template: try OutboundTemplate(dataflow.file.name, for: .name), values: constants,
                fileExtension: dataflow.file.fileExtension
            )
        } catch let problem as TemplateProblem {
            throw .lasting(problem.message)
        } catch let error as FileNameError {
            throw .lasting(error.message)
        } catch {
            throw .lasting("\(error)")
        }
    }

    /// By number, as rows list them.
    private static func numbered(
        _ segments: [SegmentReference], _ surroundings: Surroundings
    ) throws(RunFault) -> [IdentityExportRequest.Segment] {
        var numbered: [IdentityExportRequest.Segment] = []
        for segment in segments {
            guard let sid = surroundings.segments.first(where: { $0.id == segment.id })?.sid else {
                throw .lasting("segment '\(segment.name)' has no number (sid) in the job files")
            }
            numbered.append(IdentityExportRequest.Segment(id: segment.id, sid: sid))
        }
        return numbered.sorted { $0.sid < $1.sid }
    }

    /// - Parameter baselines: for each segment the snapshot of the last delivered run; also of a full export, whose rows tell
    ///   who left.
    func request(
        run: UUID, snapshot: UUID, baselines: [UUID: UUID], folder: String
    ) -> IdentityExportRequest {
        IdentityExportRequest(
            run: run, snapshot: snapshot, segments: segments, baselines: baselines, isFull: isFull,
            schema: surroundings.schema, dataSource: dataSource, dataSources: surroundings.dataSources,
            traits: surroundings.traits, layout: layout,
            header: header, row: row, constants: constants, fileName: names, folder: folder
        )
    }

    /// What is published behind the files; nil where the dataflow wants none.
    func controlFile(of staged: [StagedFile]) -> ControlFile? {
        guard layout.audienceManager?.hasControlFile == true else { return nil }
        return ControlFile(
            names,
            files: staged.map { file in
                ControlFile.File(
                    name: file.name, byteSize: Int64(file.size), lineCount: Int64(file.check?.lines ?? 0),
                    md5: file.check?.md5 ?? ""
                )
            }
        )
    }
}
