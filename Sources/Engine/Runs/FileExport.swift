import AudienceManager
import Destinations
import Foundation
import Profiles
import Store
import TidegateModel

/// What a run to a batch destination exports, resolved: place, baselines, and the files' names.
struct FileExport: Sendable {
    /// What rows are of.
    private enum Content: Sendable {
        /// Profiles of one segment.
        case profiles(SegmentReference, ExportedNames)
        /// Ids, with all segments of the dataflow.
        case identities(IdentityExport)
    }

    let subject: RunSubject
    let place: any FileDestination
    private let content: Content
    /// For each segment the snapshot that it counts from; a segment without one is new, and everyone in it has joined.
    private var baselines: [UUID: UUID] = [:]

    init(_ subject: RunSubject, in workplace: Workplace, uploads: UploadJournal) throws {
        guard let segment = subject.run.segments.first else { throw RunFault.lasting("run has no segment") }
        let fileSubject = FileName.Subject(
            destination: subject.destination, dataflow: subject.dataflow, segment: segment
        )
        let moment = FileName.Moment(
            run: subject.run.id, snapshot: subject.snapshot, export: subject.isFull ? .full : .incremental,
            scheduledFor: subject.run.scheduledFor
        )
        guard let path = subject.destination.path else {
            throw RunFault.lasting("destination '\(subject.destination.name)' takes no files")
        }
        let folder = try FolderPath(template: path).render(fileSubject, moment)
        guard case .files(let place) = workplace.opening(subject.destination.placed(at: folder), uploads) else {
            throw RunFault.lasting("destination '\(subject.destination.name)' takes no files")
        }
        self.subject = subject
        self.place = place
        let file = subject.dataflow.file
        if let layout = file.audienceManager {
            content = .identities(
                try IdentityExport(
                    subject.dataflow, as: layout, of: subject.run.segments, isFull: subject.isFull,
                    at: subject.run.scheduledFor, subject.surroundings
                )
            )
        } else {
            let names = try FileName(template: file.name).render(
                fileSubject, moment, fileExtension: file.fileExtension
            )
            content = .profiles(segment, names)
        }
        for segment in subject.run.segments {
            baselines[segment.id] = try workplace.store.baseline(dataflow: subject.dataflow.id, segment: segment.id)
        }
    }

    /// Forgets the baselines that are not kept any more: of their segments everyone is exported, as by the first run.
    mutating func forgetBaselines(except isKept: (UUID) throws(RunFault) -> Bool) throws(RunFault) {
        for (segment, baseline) in baselines where try !isKept(baseline) { baselines[segment] = nil }
    }

    /// What the run does, for people.
    var title: String {
        switch content {
        case .profiles(let segment, _): "\(subject.run.dataflowName) / \(segment.name)"
        case .identities: subject.run.dataflowName
        }
    }

    /// Whether `name` is what this export would call its part of that number, counted from 1.
    func isPart(_ name: String, number: Int) -> Bool {
        switch content {
        case .profiles(_, let names): name == names.part(number)
        case .identities(let export): name == export.names.part(number)
        }
    }

    /// Writes the files into a folder that is there.
    func stage(
        into folder: String, by profiles: ProfileStore, progress: (_ done: Int, _ total: Int) -> Void,
        isCancelled: @escaping () -> Bool
    ) throws(ProfileError) -> StagedExport {
        switch content {
        case .profiles(let segment, let names):
            try profiles.stage(
                request(for: segment, names, staging: folder), progress: progress, isCancelled: isCancelled
            )
        case .identities(let export):
            try profiles.stage(
                export.request(run: subject.run.id, snapshot: subject.snapshot, baselines: baselines, folder: folder),
                progress: progress, isCancelled: isCancelled
            )
        }
    }

    /// What is published behind the files and before the manifest; nil where nothing is.
    func controlFile(of files: [StagedFile]) -> ControlFile? {
        switch content {
        case .profiles: nil
        case .identities(let export): export.controlFile(of: files)
        }
    }

    private func request(
        for segment: SegmentReference, _ names: ExportedNames, staging folder: String
    ) -> ExportRequest {
        let dataflow = subject.dataflow
        return ExportRequest(
            run: subject.run.id, snapshot: subject.snapshot, segment: segment.id,
            baseline: subject.isFull ? nil : baselines[segment.id], mode: subject.isFull ? .full : .incremental,
            schema: subject.schema, mapping: dataflow.mapping, deduplicateBy: dataflow.deduplicateBy,
            layout: dataflow.file, baseName: names.stem, folder: folder
        )
    }
}
