import Foundation
import Profiles
import Store
import TidegateModel

extension Previewer {
    /// What a run for `instant` would export as rows of ids, all segments together.
    ///
    /// - Throws: ``AdHocRefusal`` where there is no snapshot to look at; an error with a sentence where the job files do not
    ///   say what is needed.
    package func previewIdentities(
        _ dataflow: Dataflow, as layout: AudienceManagerLayout, _ segments: [Segment], of spec: JobSpec,
        at instant: Instant, limit: Int
    ) throws -> ExportPreview {
        let snapshot = try latest(with: segments)
        let isFull = try dataflow.export == .full || store.isFullSyncDue(dataflow, at: instant)
        let export: IdentityExport
        do throws(RunFault) {
            export = try IdentityExport(
                dataflow, as: layout, of: segments.map(SegmentReference.init), isFull: isFull, at: instant,
                IdentityExport.Surroundings(spec)
            )
        } catch {
            throw ProfileError.rejected(error.sentence)
        }
        var baselines: [UUID: UUID] = [:]
        for segment in segments { baselines[segment.id] = try keptBaseline(of: dataflow, segment) }
        let request = export.request(run: UUID(), snapshot: snapshot, baselines: baselines, folder: "")
        return try profiles.preview(request, limit: limit)
    }
}
