import AudienceManager
import TidegateModel

/// One file of a drop-off on its way into the store, and what taking it needs.
struct FileTaking {
    let file: ArrivedFile
    let source: Source
    let dropOff: DropOff
    let catalogue: DropOffCatalogue
    let schema: ProfileSchema
    let store: ProfileStore
    let clock: any WallClock
    /// Told how many bytes of the file, as it lies there, were read.
    let progress: (Int64) -> Void
    let isCancelled: () -> Bool
    let startedAt: Instant

    func run(
        _ tuning: DataTuning, ids idTuning: IDTuning = IDTuning(), caps: LinkCaps = LinkCaps()
    ) throws(ProfileError) -> FileReceipt {
        if let reason = catalogue.refusal(of: file.name) { return receipt(.refused, reason) }
        let sources = file.name.dpids.compactMap(catalogue.dataSource)
        switch file.name {
        case .data(let name):
            return try DataFileTaking(taking: self, name: name, dataSource: sources[0], tuning: tuning).run()
        case .ids(let name):
            return try IDFileTaking(taking: self, name: name, sources: sources, caps: caps, tuning: idTuning).run()
        }
    }

    /// What became of the file, ended now, without counters.
    func receipt(_ outcome: FileReceipt.Outcome, _ reason: String? = nil) -> FileReceipt {
        var receipt = FileReceipt(
            source: source.name, environment: dropOff.environment, file: file.file, outcome: outcome)
        receipt.reason = reason
        receipt.size = file.size
        receipt.sha256 = file.sha256
        // As it is stored, so that a receipt is equal to itself when it is read again.
        receipt.startedAt = startedAt.flooredToSecond
        receipt.finishedAt = clock.now().flooredToSecond
        switch file.name {
        case .data: receipt.kind = .data
        case .ids: receipt.kind = .ids
        }
        return receipt
    }

    func stopIfCancelled() throws(ProfileError) {
        if isCancelled() { throw .cancelled }
    }

    /// Writes what the file brings and what `body` answers became of it, in one transaction, beside which readers go on.
    /// It is on the disk then, so that the file may be removed. A file that somebody else took meanwhile is left alone.
    func write(_ body: (Connection) throws(ProfileError) -> FileReceipt) throws(ProfileError) -> FileReceipt {
        try store.withWriter { connection throws(ProfileError) in
            try connection.execute(ProfileTables.awaitsDisk)
            let journal = try IngestJournal(readBeside: connection)
            defer { journal.end() }
            return try connection.write { () throws(ProfileError) in
                let files = DropFiles(source: source.id, environment: dropOff.environment, connection: connection)
                let known = try files.receipt(of: file.file, sha256: file.sha256)
                if let known, known.outcome == .taken { return known }
                let receipt = try body(connection)
                try files.remember(receipt, modifiedAt: file.modifiedAt)
                return receipt
            }
        }
    }
}
