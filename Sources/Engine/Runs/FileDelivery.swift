import AudienceManager
import Destinations
import Digests
import Foundation
import Profiles
import Store
import TidegateModel

/// A run to a batch destination: stage, deliver, manifest.
struct FileDelivery: Sendable {
    private let work: ClaimedRun
    private let export: FileExport

    private var place: Workplace { work.place }
    private var run: Run { work.run }

    init(_ work: ClaimedRun, _ subject: RunSubject) throws(RunFault) {
        self.work = work
        var export = try RunFault.catching {
            try FileExport(subject, in: work.place, uploads: work.uploads)
        }
        try export.forgetBaselines(except: work.isKept(baseline:))
        self.export = export
    }

    func run() async throws(RunFault) -> RunOutcome {
        if run.attempts > 1 { try await sweep() }
        let staged = try await stage()
        let delivered = try await deliver(staged)
        try await publishControlFile(of: staged)
        try await publishManifest(of: delivered)
        try await removeStale(delivered)
        return RunOutcome(
            .delivered, attempt: "delivered", counts: staged.counts, movesBaseline: !export.subject.isAdHoc,
            movesFullSync: export.subject.isFullSync
        )
    }

    private func stage() async throws(RunFault) -> StagedExport {
        let title = export.title
        defer { place.progress.clear(title) }
        do throws(ProfileError) {
            return try await onThread(title) { [work, export] () throws(ProfileError) in
                try work.makeStagingFolder()
                return try export.stage(
                    into: work.stagingFolder, by: work.place.profiles,
                    progress: { work.place.progress.show(title, done: $0, of: $1, unit: "rows", run: work.run.id) },
                    isCancelled: { work.stop.isRaised }
                )
            }
        } catch {
            throw RunFault(error)
        }
    }

    /// Clears away what earlier attempts of this run wrote and did not publish.
    private func sweep() async throws(RunFault) {
        do throws(DeliveryError) {
            try await export.place.sweep(before: work.fence)
        } catch {
            throw RunFault(error)
        }
    }

    /// Takes away what is not published, after a fault that nobody will try again.
    func abandon() async {
        let (place, run) = (export.place, run.id)
        // In a task of its own: this one may have been cancelled.
        await Task.detached { _ = try? await place.sweep(before: .end(of: run)) }.value
    }

    private func deliver(_ staged: StagedExport) async throws(RunFault) -> [DeliveredFile] {
        var delivered: [DeliveredFile] = []
        for (position, file) in staged.files.enumerated() {
            let arrived = file.delivered(try await deliver(file))
            let isRecorded = try RunFault.catching {
                try place.store.recordDelivery(of: arrived, position: position, work.claim)
            }
            guard isRecorded else { throw .claimLost }
            delivered.append(arrived)
        }
        return delivered
    }

    /// Delivers one file; where the destination did not say whether it has it, asks for the receipt.
    private func deliver(_ file: StagedFile) async throws(RunFault) -> Receipt {
        do throws(DeliveryError) {
            return try await export.place.deliver(file, fence: work.fence)
        } catch {
            guard case .uncertain(let reason) = error else { throw RunFault(error) }
            let since = run.startedAt ?? run.queuedAt
            guard let found = try await receipt(of: file), found.size == file.size,
                found.modifiedAt.map({ $0 >= since }) ?? false
            else { throw .passing(reason, retryAfter: nil) }
            return found
        }
    }

    private func receipt(of file: StagedFile) async throws(RunFault) -> Receipt? {
        do throws(DeliveryError) {
            return try await export.place.receipt(for: file.name)
        } catch {
            throw RunFault(error)
        }
    }

    /// The manifest goes last: whoever sees it sees every file that it names.
    private func publishManifest(of files: [DeliveredFile]) async throws(RunFault) {
        let manifest = Manifest(
            dataflow: run.dataflow, run: run.id, scheduledTime: run.scheduledFor, snapshot: export.subject.snapshot,
            files: files
        )
        try await publish(manifest.encoded(), as: manifest.name)
    }

    /// Whoever sees it may rely on the data: it is published behind all of them.
    private func publishControlFile(of staged: StagedExport) async throws(RunFault) {
        guard let control = export.controlFile(of: staged.files) else { return }
        try await publish(control.encoded(), as: control.name)
    }

    /// Delivers what says something about files and is none of them.
    private func publish(_ bytes: [UInt8], as name: String) async throws(RunFault) {
        let path = "\(work.stagingFolder)/\(name)"
        try RunFault.catching { try Data(bytes).write(to: URL(filePath: path)) }
        _ = try await deliver(
            StagedFile(path: path, name: name, rows: 0, size: bytes.count, sha256: sha256(of: bytes))
        )
    }

    /// Removes the parts that an earlier export under the same name had and this one has not.
    private func removeStale(_ files: [DeliveredFile]) async throws(RunFault) {
        let present = Set(files.map(\.name))
        let earlier = try RunFault.catching {
            let own = try place.store.run(run.id)?.files ?? []
            // Not the last delivery of all: full and incremental files may take turns under names of their own.
            let last = try files.first.flatMap {
                try place.store.lastDelivery(of: $0.name, at: $0.path, dataflow: run.dataflow, before: run.id)
            }
            return (own, last?.files ?? [])
        }
        for file in earlier.0 where !present.contains(file.name) {
            try await remove(file.name)
            try RunFault.catching { try place.store.forgetDelivery(of: file.name, work.claim) }
        }
        for (index, file) in earlier.1.enumerated() where file.path == files.first?.path {
            guard !present.contains(file.name), export.isPart(file.name, number: index + 1) else { continue }
            try await remove(file.name)
        }
    }

    private func remove(_ name: String) async throws(RunFault) {
        do throws(DeliveryError) {
            try await export.place.remove(name)
        } catch {
            throw RunFault(error)
        }
    }
}

extension ClaimedRun {
    /// What this run remembers of unfinished uploads, kept in the store.
    var uploads: UploadJournal {
        let (store, claim) = (place.store, claim)
        return UploadJournal(
            noted: { (name) throws(DeliveryError) in
                try Self.journaling { try store.noteOfUpload(name, of: claim.run) }
            },
            note: { (name, text) throws(DeliveryError) in
                guard try Self.journaling({ try store.noteUpload(name, text, claim) }) else { throw .cancelled }
            },
            forget: { (name) throws(DeliveryError) in
                try Self.journaling { try store.forgetUpload(name, of: claim.run) }
            },
            names: { () throws(DeliveryError) in try Self.journaling { try store.uploads(of: claim.run) } }
        )
    }

    private static func journaling<Value>(_ body: () throws -> Value) throws(DeliveryError) -> Value {
        do {
            return try body()
        } catch {
            throw .transient(StoreFault(error).map { "store cannot be used: \($0)" } ?? "\(error)")
        }
    }
}
