import Destinations
import Foundation
import Logging
import Profiles
import Store
import TidegateModel

/// Takes up what an earlier process left behind. Only the holder of the data folder may: then nobody else runs.
struct Recovery {
    let place: Workplace
    let spec: JobSpec

    /// Gives every run and cycle a state that somebody will act on.
    ///
    /// - Returns: the claims of processes that are gone.
    func run() throws -> [Claim] {
        let now = place.clock.now()
        let orphans = try place.store.recoverOrphans(owner: place.owner, limit: place.limits.attempts, at: now)
        for orphan in orphans {
            place.logger.warning(
                "run taken up", metadata: ["run": "\(orphan.run.text)", "attempt": "\(orphan.attempt)"])
        }
        for cycle in try place.store.openCycles() where cycle.state == .processing {
            if let published = try place.snapshot(publishedBy: cycle) {
                try place.store.completeCycle(cycle.sequence, snapshot: published.id, at: now)
            } else {
                try place.store.deferCycle(cycle.sequence, reason: "process was lost", until: now, at: now)
            }
        }
        if try place.store.rewindCursors(to: now) > 0 {
            place.logger.warning("clock stepped back", metadata: ["to": "\(now)"])
        }
        let deadlines = Dictionary(uniqueKeysWithValues: spec.dataflows.map { ($0.id, $0.schedule.deadline) })
        try place.store.expireQueued(deadlines: deadlines, at: now, actor: place.owner)
        try place.folder.emptyStaging()
        return orphans
    }

    /// Clears away the hidden files and unfinished uploads of orphans that nobody will try again, and of runs that were
    /// cancelled while they waited; the others' are cleared by their next attempt.
    func sweep(_ orphans: [Claim]) async {
        let abandoned = (try? place.store.runsWithAbandonedUploads()) ?? []
        for id in Set(orphans.map(\.run)).union(abandoned) {
            do {
                try await sweep(id)
            } catch {
                let fault = (error as? RunFault) ?? (error as? DeliveryError).map { RunFault($0) }
                place.logger.warning(
                    "hidden files not removed",
                    metadata: ["run": "\(id.text)", "reason": "\(fault?.sentence ?? "\(error)")"])
            }
        }
    }

    private func sweep(_ id: UUID) async throws {
        guard let run = try place.store.run(id), run.state.isTerminal else { return }
        let subject = try RunSubject(run, spec: spec, store: place.store)
        guard !subject.destination.isConnector else { return }
        let work = ClaimedRun(place: place, run: run, stop: StopSignal())
        let export = try FileExport(subject, in: place, uploads: work.uploads)
        try await export.place.sweep(before: .end(of: run.id))
    }
}
