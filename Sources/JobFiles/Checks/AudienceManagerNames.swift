import AudienceManager
import Foundation
import TidegateModel

extension FileNameCollisions {
    /// Adds all names of a dataflow in Audience Manager's layout, or reports why they are of no use.
    mutating func addAudienceManager(
        _ dataflow: Dataflow, _ index: Int, to target: Target, _ dpids: [String: Int64]
    ) {
        guard let layout = dataflow.file.audienceManager, let dpid = dpids[layout.dataSource],
            let template = try? OutboundTemplate(dataflow.file.name, for: .name)
        else { return }
        let draft = drafts[index]
        guard !target.folder.differsBySegment else {
            context.problems.error(
                "destination '\(dataflow.destination)' has a folder for each segment, and layout audience-manager "
                    + "writes all segments into one file",
                at: draft.destination?.position ?? draft.identity.position
            )
            return
        }
        // The folder is that of any segment.
        let segment = SegmentReference(id: dataflow.id, name: "")
        let subject = FileName.Subject(destination: target.destination, dataflow: dataflow, segment: segment)
        do throws(FileNameError) {
            if !target.folder.isFixed { _ = try target.folder.render(subject, Self.moment(subject)) }
            var names: [[FileNameShape.Place]] = []
            for mode in OutboundConstants.SyncMode.allCases where mode == .full || dataflow.export == .incremental {
                // A time's digits are of no account.
                let values = OutboundConstants(
                    dataflow, as: layout, dpid: dpid, syncMode: mode,
                    timestamp: Instant(milliseconds: 1_486_140_844_000)
                )
                _ = try OutboundFileName(
                    template: template, values: values, fileExtension: dataflow.file.fileExtension
                )
                names +=
                    OutboundNameShape(
                        template, values, fileExtension: dataflow.file.fileExtension,
                        hasControlFile: layout.hasControlFile
                    ).names
            }
            let folder = FileNameShape(of: target.folder, subject)
            guard !folder.hasRun else { return }
            let name = RepeatedOutboundName(dataflow, layout, dpid, template, target.folder, subject)
            if let warning = name.warning, let position = draft.file?.name?.position {
                context.problems.warning(warning, at: position)
            }
            add(paths: folder.stems.flatMap { folder in names.map { folder + $0 } }, of: index, to: target)
        } catch {
            context.problems.error(error.message, at: draft.file?.name?.position ?? draft.identity.position)
        }
    }
}
