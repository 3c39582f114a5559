import Destinations
import Foundation
import Profiles
import Store
import TidegateModel

/// What a run exports, resolved: dataflow, place, segment, snapshot, baseline and the file's name.
struct Export: Sendable {
    let run: Run
    let dataflow: Dataflow
    let schema: ProfileSchema
    let place: any FileDestination
    let segment: SegmentReference
    let snapshot: UUID
    /// The snapshot that an incremental export counts from; nil where there is none, and everyone is exported.
    private(set) var baseline: UUID?
    /// Outside the schedule: an ad-hoc run, or a retry of one. It is full whatever the dataflow says and moves no baseline.
    let isAdHoc: Bool
    let names: ExportedNames

    init(_ run: Run, spec: JobSpec, store: Store, means: DeliveryMeans) throws {
        guard let dataflow = try store.dataflow(run.dataflow, revision: run.revision) else {
            throw RunFault.lasting("revision \(run.revision) of dataflow '\(run.dataflowName)' is not known")
        }
        guard let declared = spec.destination(named: dataflow.destination) else {
            throw RunFault.lasting("destination '\(dataflow.destination)' is no longer in the job files")
        }
        let destination: Destination
        do throws(UnresolvedText) {
            destination = try declared.resolved()
        } catch {
            throw RunFault.lasting(error.description)
        }
        guard let segment = run.segments.first, let snapshot = run.snapshot else {
            throw RunFault.lasting("run has no segment or no snapshot")
        }
        self.run = run
        self.dataflow = dataflow
        self.schema = spec.profile
        self.segment = segment
        self.snapshot = snapshot
        guard case .files(let place) = destination.open(means) else {
            throw RunFault.lasting("destination '\(destination.name)' takes no files")
        }
        self.place = place
        baseline = try store.baseline(dataflow: dataflow.id, segment: segment.id)
        isAdHoc = try store.originalTrigger(of: run) == .adHoc
        let isFull = isAdHoc || dataflow.export == .full
        names = try FileName(template: dataflow.file.name).render(
            FileName.Subject(destination: destination, dataflow: dataflow, segment: segment),
            FileName.Moment(
                run: run.id, snapshot: snapshot, export: isFull ? .full : .incremental, scheduledFor: run.scheduledFor
            ),
            fileExtension: dataflow.file.fileExtension
        )
    }

    private var isFull: Bool { isAdHoc || dataflow.export == .full }

    /// Counts from the beginning again: everyone is exported, as by the first run.
    mutating func forgetBaseline() {
        baseline = nil
    }

    func request(staging folder: String) -> ExportRequest {
        ExportRequest(
            run: run.id, snapshot: snapshot, segment: segment.id, baseline: isFull ? nil : baseline,
            mode: isFull ? .full : .incremental,
            schema: schema, mapping: dataflow.mapping, deduplicateBy: dataflow.deduplicateBy, layout: dataflow.file,
            baseName: names.stem, folder: folder
        )
    }

    /// Whether `name` is what this export would call its part of that number, counted from 1.
    func isPart(_ name: String, number: Int) -> Bool {
        name == names.part(number)
    }
}
