import Destinations
import Foundation
import Logging
import Profiles
import Store
import TidegateModel

/// Takes one claimed run to its end: stage, deliver, receipts, final transition.
struct RunDriver: Sendable {
    let place: Workplace
    let spec: JobSpec
    let run: Run
    let stop: StopSignal

    private var claim: Claim { Claim(run: run.id, owner: place.owner, attempt: run.attempts) }
    private var fence: Fence { Fence(run: run.id, attempt: run.attempts) }
    private var stagingFolder: String { place.folder.staging(for: run.id, attempt: run.attempts) }

    /// Drives the run and records how it ended. Never throws: whatever happens becomes a state of the run.
    func drive() async {
        let outcome: RunOutcome
        do throws(RunFault) {
            let export = try prepare()
            if run.attempts > 1 { try await sweep(export) }
            let staged = try await stage(export)
            let delivered = try await deliver(staged, export)
            try await publishManifest(of: delivered, export)
            try await removeStale(delivered, export)
            outcome = completed(staged, export)
        } catch {
            outcome = after(error)
        }
        record(outcome)
        try? FileManager.default.removeItem(atPath: stagingFolder)
    }

    /// What the run exports, from the job files' revision that it was made by.
    private func prepare() throws(RunFault) -> Export {
        var export = try RunFault.catching { try Export(run, spec: spec, store: place.store, means: place.means) }
        guard try RunFault.catching({ try place.profiles.snapshot(id: export.snapshot) }) != nil else {
            throw .lasting("snapshot \(export.snapshot.text) is no longer kept")
        }
        // Baselines are never pruned, so this one went with a profile store that was lost.
        if let baseline = export.baseline, try RunFault.catching({ try place.profiles.snapshot(id: baseline) }) == nil {
            place.logger.warning(
                "baseline lost",
                metadata: ["run": "\(run.id.text)", "dataflow": "\(run.dataflowName)", "snapshot": "\(baseline.text)"]
            )
            export.forgetBaseline()
        }
        return export
    }

    private func stage(_ export: Export) async throws(RunFault) -> StagedExport {
        let title = "\(run.dataflowName) / \(export.segment.name)"
        defer { place.progress.clear(title) }
        let request = export.request(staging: stagingFolder)
        do throws(ProfileError) {
            return try await onThread(title) { [place, stop, stagingFolder] () throws(ProfileError) in
                try Self.makeFolder(stagingFolder)
                return try place.profiles.stage(
                    request,
                    progress: { place.progress.show(title, done: $0, of: $1, unit: "rows") },
                    isCancelled: { stop.isRaised }
                )
            }
        } catch {
            throw RunFault(error)
        }
    }

    private static func makeFolder(_ path: String) throws(ProfileError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw .transient("staging folder '\(path)' cannot be made: \(error.localizedDescription)")
        }
    }

    /// Clears away what earlier attempts of this run wrote and did not publish.
    private func sweep(_ export: Export) async throws(RunFault) {
        do throws(DeliveryError) {
            try await export.place.sweep(before: fence)
        } catch {
            throw RunFault(error)
        }
    }

    private func deliver(_ staged: StagedExport, _ export: Export) async throws(RunFault) -> [DeliveredFile] {
        var delivered: [DeliveredFile] = []
        for (position, file) in staged.files.enumerated() {
            let arrived = file.delivered(try await deliver(file, to: export.place))
            let isRecorded = try RunFault.catching {
                try place.store.recordDelivery(of: arrived, position: position, claim)
            }
            guard isRecorded else { throw .claimLost }
            delivered.append(arrived)
        }
        return delivered
    }

    /// Delivers one file; where the destination did not say whether it has it, asks for the receipt.
    private func deliver(_ file: StagedFile, to place: any FileDestination) async throws(RunFault) -> Receipt {
        do throws(DeliveryError) {
            return try await place.deliver(file, fence: fence)
        } catch {
            guard case .uncertain(let reason) = error else { throw RunFault(error) }
            let since = run.startedAt ?? run.queuedAt
            guard let found = try await receipt(of: file, at: place), found.size == file.size,
                found.modifiedAt.map({ $0 >= since }) ?? false
            else { throw .passing(reason, retryAfter: nil) }
            return found
        }
    }

    private func receipt(of file: StagedFile, at place: any FileDestination) async throws(RunFault) -> Receipt? {
        do throws(DeliveryError) {
            return try await place.receipt(for: file.name)
        } catch {
            throw RunFault(error)
        }
    }

    /// The manifest goes last: whoever sees it sees every file that it names.
    private func publishManifest(of files: [DeliveredFile], _ export: Export) async throws(RunFault) {
        let manifest = Manifest(
            dataflow: run.dataflow, run: run.id, scheduledTime: run.scheduledFor, snapshot: export.snapshot,
            files: files
        )
        let bytes = manifest.encoded()
        let path = "\(stagingFolder)/\(manifest.name)"
        try RunFault.catching { try Data(bytes).write(to: URL(filePath: path)) }
        let staged = StagedFile(path: path, name: manifest.name, rows: 0, size: bytes.count, sha256: "")
        _ = try await deliver(staged, to: export.place)
    }

    /// Removes the parts that an earlier export under the same name had and this one has not.
    private func removeStale(_ files: [DeliveredFile], _ export: Export) async throws(RunFault) {
        let present = Set(files.map(\.name))
        let earlier = try RunFault.catching {
            let own = try place.store.run(run.id)?.files ?? []
            let last = try place.store.lastDelivery(dataflow: run.dataflow, segment: export.segment.id, before: run.id)
            return (own, last?.files ?? [])
        }
        for file in earlier.0 where !present.contains(file.name) {
            try await remove(file.name, from: export.place)
            try RunFault.catching { try place.store.forgetDelivery(of: file.name, claim) }
        }
        for (index, file) in earlier.1.enumerated() {
            guard !present.contains(file.name), export.isPart(file.name, number: index + 1) else { continue }
            try await remove(file.name, from: export.place)
        }
    }

    private func remove(_ name: String, from place: any FileDestination) async throws(RunFault) {
        do throws(DeliveryError) {
            try await place.remove(name)
        } catch {
            throw RunFault(error)
        }
    }

    // MARK: How it ended

    private func completed(_ staged: StagedExport, _ export: Export) -> RunOutcome {
        RunOutcome(.delivered, attempt: "delivered", counts: staged.counts, movesBaseline: !export.isAdHoc)
    }

    private func after(_ fault: RunFault) -> RunOutcome {
        switch fault {
        case .stopped where stop.wish == .cancel:
            let asked = (try? place.store.run(run.id))?.reason
            return RunOutcome(.cancelConfirmed, attempt: "cancelled", reason: asked ?? "cancelled while exporting")
        case .stopped:
            return RunOutcome(.released, attempt: "parked", reason: "process stopped")
        case .passing(let reason, let retryAfter):
            let failures = ((try? place.store.failures(of: run.id)) ?? 0) + 1
            guard failures < place.limits.attempts else {
                return RunOutcome(.gaveUp, attempt: "gave-up", reason: "\(reason) (after \(failures) attempts)")
            }
            let wait = max(Backoff.delay(afterFailures: failures, key: run.id), retryAfter ?? .milliseconds(0))
            return RunOutcome(.deferred, attempt: "deferred", reason: reason, retryAt: place.clock.now() + wait)
        case .lasting(let reason):
            return RunOutcome(.gaveUp, attempt: "gave-up", reason: reason)
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
            let state = try place.store.finish(claim, outcome, at: place.clock.now(), actor: place.owner)
            place.logger.log(
                level: state == .completed ? .info : .warning, "run \(state?.rawValue ?? "lost")", metadata: facts
            )
        } catch {
            place.logger.error("run outcome not recorded: \(error)", metadata: facts)
        }
    }
}
