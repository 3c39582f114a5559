import Destinations
import Foundation
import Logging
import Profiles
import Store
import TidegateModel

/// Takes one claimed run to its end and records how it ended.
struct RunDriver: Sendable {
    let place: Workplace
    let spec: JobSpec
    let run: Run
    let stop: StopSignal

    private var work: ClaimedRun { ClaimedRun(place: place, run: run, stop: stop) }

    /// Drives the run. Never throws: whatever happens becomes a state of the run.
    func drive() async {
        record(await outcome())
        try? FileManager.default.removeItem(atPath: work.stagingFolder)
    }

    private func outcome() async -> RunOutcome {
        do throws(RunFault) {
            let subject = try RunSubject(run, spec: spec, store: place.store)
            try work.checkSnapshot(subject.snapshot)
            guard subject.destination.isConnector else { return await outcome(of: try FileDelivery(work, subject)) }
            let push = PushDelivery(work, subject)
            do throws(RunFault) {
                return try await onConversationThread(run.dataflowName) { () throws(RunFault) in try await push.run() }
            } catch {
                return after(error, counts: push.countsSoFar())
            }
        } catch {
            return after(error)
        }
    }

    private func outcome(of delivery: FileDelivery) async -> RunOutcome {
        do throws(RunFault) {
            return try await delivery.run()
        } catch {
            let outcome = after(error)
            if [.gaveUp, .cancelConfirmed].contains(outcome.event) { await delivery.abandon() }
            return outcome
        }
    }

    /// - Parameter counts: what was sent until then; of a run that waits too, which may be cancelled while it does.
    private func after(_ fault: RunFault, counts: RunCounts? = nil) -> RunOutcome {
        switch fault {
        case .stopped where stop.wish == .cancel:
            let asked = (try? place.store.run(run.id))?.reason
            return RunOutcome(
                .cancelConfirmed, attempt: "cancelled", reason: asked ?? "cancelled while exporting", counts: counts
            )
        case .stopped:
            return RunOutcome(.released, attempt: "parked", reason: "process stopped", counts: counts)
        case .passing(let reason, let retryAfter):
            let failures = ((try? place.store.failures(of: run.id)) ?? 0) + 1
            guard failures < place.limits.attempts else {
                return RunOutcome(
                    .gaveUp, attempt: "gave-up", reason: "\(reason) (after \(failures) attempts)", counts: counts
                )
            }
            let wait = Backoff.delay(afterFailures: failures, key: run.id, asked: retryAfter)
            return RunOutcome(
                .deferred, attempt: "deferred", reason: reason, counts: counts, retryAt: place.clock.now() + wait
            )
        case .lasting(let reason):
            return RunOutcome(.gaveUp, attempt: "gave-up", reason: reason, counts: counts)
        case .forbidden(let code, let sentence):
            return RunOutcome(.refused, attempt: "refused", reason: "\(code.rawValue): \(sentence)", counts: counts)
        case .claimLost:
            return RunOutcome(.released, attempt: "lost", reason: "another process took the run")
        }
    }

    private func record(_ outcome: RunOutcome) {
        let facts: Logger.Metadata = [
            "run": "\(run.id.text)", "dataflow": "\(run.dataflowName)",
            "segments": "\(run.segments.map(\.name).joined(separator: ","))",
            "exported": "\(outcome.counts?.exported ?? 0)", "reason": "\(outcome.reason ?? "-")",
        ]
        do {
            let state = try place.store.finish(work.claim, outcome, at: place.clock.now(), actor: place.owner)
            place.logger.log(
                level: state == .completed ? .info : .warning, "run \(state?.rawValue ?? "lost")", metadata: facts
            )
        } catch {
            place.logger.error("run outcome not recorded: \(error)", metadata: facts)
        }
    }
}

/// A run that this process holds, and what it works with.
struct ClaimedRun: Sendable {
    let place: Workplace
    let run: Run
    let stop: StopSignal

    var claim: Claim { Claim(run: run.id, owner: place.owner, attempt: run.attempts) }
    var fence: Fence { Fence(run: run.id, attempt: run.attempts) }
    var stagingFolder: String { place.folder.staging(for: run.id, attempt: run.attempts) }

    func checkSnapshot(_ snapshot: UUID) throws(RunFault) {
        guard try RunFault.catching({ try place.profiles.snapshot(id: snapshot) }) != nil else {
            throw .lasting("snapshot \(snapshot.text) is no longer kept")
        }
    }

    /// Whether a baseline is still there to count from. Baselines are never pruned, so one that is not there went with
    /// a profile store that was lost.
    func isKept(baseline: UUID) throws(RunFault) -> Bool {
        guard try RunFault.catching({ try place.profiles.snapshot(id: baseline) }) == nil else { return true }
        place.logger.warning(
            "baseline lost",
            metadata: ["run": "\(run.id.text)", "dataflow": "\(run.dataflowName)", "snapshot": "\(baseline.text)"]
        )
        return false
    }

    func makeStagingFolder() throws(ProfileError) {
        do {
            try FileManager.default.createDirectory(
                atPath: stagingFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw .transient("staging folder '\(stagingFolder)' cannot be made: \(error.localizedDescription)")
        }
    }
}
