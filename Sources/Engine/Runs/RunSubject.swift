import Foundation
import Profiles
import Store
import TidegateModel

/// What a run is about, from the job files' revision that it was made by and the environment as it is now.
struct RunSubject: Sendable {
    let run: Run
    let dataflow: Dataflow
    /// References are filled in; the macros of its path are not.
    let destination: Destination
    let schema: ProfileSchema
    let surroundings: IdentityExport.Surroundings
    let guardrails: Guardrails
    let snapshot: UUID
    /// Outside the schedule: an ad-hoc run, or a retry of one. It is full whatever the dataflow says and moves no baseline.
    let isAdHoc: Bool
    /// Exports everyone, also by a dataflow that is incremental where its full sync is due. The same for every attempt:
    /// only runs for later instants, which wait for this one, would change it.
    let isFull: Bool
    /// The other dataflows that put people on the same list.
    let sharers: Set<UUID>
    /// Somebody takes members off the list that this dataflow puts them on: it does itself, or one of the sharers.
    let isListKept: Bool

    init(_ run: Run, spec: JobSpec, store: Store) throws(RunFault) {
        let found = try RunFault.catching { try store.dataflow(run.dataflow, revision: run.revision) }
        guard let dataflow = found else {
            throw .lasting("revision \(run.revision) of dataflow '\(run.dataflowName)' is not known")
        }
        guard let declared = spec.destination(named: dataflow.destination) else {
            throw .lasting("destination '\(dataflow.destination)' is no longer in the job files")
        }
        guard let snapshot = run.snapshot else { throw .lasting("run has no snapshot") }
        do throws(UnresolvedText) {
            destination = try declared.resolved()
        } catch {
            throw .lasting(error.description)
        }
        self.run = run
        self.dataflow = dataflow
        self.snapshot = snapshot
        schema = spec.profile
        surroundings = IdentityExport.Surroundings(spec)
        let sharing = spec.dataflows.filter {
            $0.id != dataflow.id && $0.destination == dataflow.destination && $0.push?.list == dataflow.push?.list
        }
        sharers = Set(sharing.map(\.id))
        isListKept = dataflow.push?.onLeave == .remove || sharing.contains { $0.push?.onLeave == .remove }
        guardrails = spec.segmentation.guardrails
        isAdHoc = try RunFault.catching { try store.originalTrigger(of: run) == .adHoc }
        let isDue = try RunFault.catching { try store.isFullSyncDue(dataflow, at: run.scheduledFor) }
        isFull = isAdHoc || dataflow.export == .full || isDue
    }

    /// Whether the days to the dataflow's next full sync count from this run, once it has delivered.
    var isFullSync: Bool { isFull && !isAdHoc && dataflow.file.audienceManager != nil }
}

extension Store {
    /// Whether an incremental dataflow exports everyone by its run for `instant`.
    func isFullSyncDue(_ dataflow: Dataflow, at instant: Instant) throws -> Bool {
        guard dataflow.export == .incremental, let days = dataflow.file.audienceManager?.fullEvery.days else {
            return false
        }
        return FullSync.isDue(at: instant, every: days, last: try fullSync(of: dataflow.id))
    }
}
