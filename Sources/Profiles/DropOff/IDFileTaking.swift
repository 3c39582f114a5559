import AudienceManager
import TidegateModel

/// Takes one ID synchronisation file: its ids become known, and what each row has belongs together.
struct IDFileTaking {
    let taking: FileTaking
    let name: IDFileName
    /// Of the columns, the master's first.
    let sources: [DataSource]
    let caps: LinkCaps
    let tuning: IDTuning

    func run() throws(ProfileError) -> FileReceipt {
        if let reason = name.relation.fault(of: sources) { return taking.receipt(.rejected, reason) }
        var ending: FileReceipt?
        do throws(ProfileError) {
            return try taking.write { connection throws(ProfileError) in
                do throws(ArrivedFileFault) {
                    return try read(on: connection)
                } catch {
                    // Thrown on, so that what was written so far is undone.
                    switch error {
                    case .failed(let failure): throw failure
                    case .waiting(let reason):
                        ending = taking.receipt(.waiting, reason)
                        throw .transient(reason)
                    case .rejected(let reason):
                        ending = taking.receipt(.rejected, reason)
                        throw .rejected(reason)
                    }
                }
            }
        } catch {
            guard let ending else { throw error }
            return ending
        }
    }

    private func read(on connection: Connection) throws(ArrivedFileFault) -> FileReceipt {
        let lines = try ArrivedLines(taking.file, of: taking.dropOff, chunk: tuning.chunk)
        var rows = IDRowReading(name, sources)
        let writing = try stored { () throws(ProfileError) in try begin(on: connection) }
        while let line = try lines.next() {
            rows.read(line, isTooLong: lines.isTooLong, number: lines.number)
            if lines.number & 0x3FFF == 0 { try tell(lines.bytesRead) }
            guard rows.batch.idCount >= tuning.ids || rows.batch.byteCount >= tuning.bytes else { continue }
            try stored { () throws(ProfileError) in try writing.write(rows.batch) }
        }
        try tell(lines.bytesRead)
        return try stored { () throws(ProfileError) in
            try writing.write(rows.batch)
            return try receipt(rows, try writing.finish(rows.counts))
        }
    }

    private func begin(on connection: Connection) throws(ProfileError) -> IDFileWriting {
        let kinds: [LinkKind] = sources.dropFirst().map { source in
            switch name.relation {
            case .device: .device(isDevice: source.kind == .device, dpid: source.dpid, caps)
            case .customer: .address(caps)
            }
        }
        return IDFileWriting(
            identities: try Identities(in: taking.dropOff.environment, on: connection),
            links: try LinkWriter(
                kinds,
                LinkTable(devices: taking.catalogue.devices, linkedAt: taking.startedAt, on: connection),
                on: connection
            )
        )
    }

    private func receipt(_ rows: IDRowReading, _ counts: IDCounts) throws(ProfileError) -> FileReceipt {
        guard counts.addUp else {
            throw .rejected("source '\(taking.source.name)' has a file with counters that do not add up")
        }
        var receipt = taking.receipt(.taken)
        receipt.ids = counts
        receipt.samples = rows.samples.all
        receipt.warnings = rows.warnings
        return receipt
    }

    private func tell(_ bytes: Int64) throws(ArrivedFileFault) {
        taking.progress(bytes)
        try stored { () throws(ProfileError) in try taking.stopIfCancelled() }
    }

    private func stored<Value>(_ body: () throws(ProfileError) -> Value) throws(ArrivedFileFault) -> Value {
        do throws(ProfileError) {
            return try body()
        } catch {
            throw .failed(error)
        }
    }
}

/// Writes what an ID file's rows bring.
struct IDFileWriting {
    let identities: Identities
    let links: LinkWriter

    func write(_ rows: IDRows) throws(ProfileError) {
        try rows.store(identities, links)
    }

    /// Adds what was brought to the counters of the rows.
    func finish(_ counts: IDCounts) throws(ProfileError) -> IDCounts {
        try identities.finish()
        try links.finish()
        var counts = counts
        counts.newIDs = identities.added
        counts.newMappings = links.added
        counts.knownMappings = links.known
        counts.evictedMappings = links.evicted
        return counts
    }
}

/// Sizes that bound what taking an ID file holds in memory. Tests make them tiny to meet every boundary.
struct IDTuning {
    /// Bytes that are read at once.
    var chunk = 128 << 10
    /// Ids that are linked together, and their bytes.
    var ids = 1 << 18
    var bytes = 16 << 20
}
