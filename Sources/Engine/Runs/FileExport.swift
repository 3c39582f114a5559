import Destinations
import Foundation
import Profiles
import Store
import TidegateModel

/// What a run to a batch destination exports, resolved: place, segment, baseline and the file's name.
struct FileExport: Sendable {
    let subject: RunSubject
    let place: any FileDestination
    let segment: SegmentReference
    /// The snapshot that an incremental export counts from; nil where there is none, and everyone is exported.
    private(set) var baseline: UUID?
    let names: ExportedNames

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
        self.segment = segment
        baseline = try workplace.store.baseline(dataflow: subject.dataflow.id, segment: segment.id)
        names = try FileName(template: subject.dataflow.file.name).render(
            fileSubject, moment, fileExtension: subject.dataflow.file.fileExtension
        )
    }

    /// Counts from the beginning again: everyone is exported, as by the first run.
    mutating func forgetBaseline() {
        baseline = nil
    }

    func request(staging folder: String) -> ExportRequest {
        let dataflow = subject.dataflow
        return ExportRequest(
            run: subject.run.id, snapshot: subject.snapshot, segment: segment.id,
            baseline: subject.isFull ? nil : baseline, mode: subject.isFull ? .full : .incremental,
            schema: subject.schema, mapping: dataflow.mapping, deduplicateBy: dataflow.deduplicateBy,
            layout: dataflow.file, baseName: names.stem, folder: folder
        )
    }

    /// Whether `name` is what this export would call its part of that number, counted from 1.
    func isPart(_ name: String, number: Int) -> Bool {
        name == names.part(number)
    }
}
