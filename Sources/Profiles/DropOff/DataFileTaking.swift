import AudienceManager
import TidegateModel

/// Takes one data file.
struct DataFileTaking {
    let taking: FileTaking
    let name: DataFileName
    /// Of the ids.
    let dataSource: DataSource
    let tuning: DataTuning

    func run() throws(ProfileError) -> FileReceipt {
        let signals = try DataSignals(taking.catalogue.traits(of: name.owner), takesAway: name.mode == .sync)
        let tally = DataTally()
        do throws(ArrivedFileFault) {
            let rows = try DataFileReading(
                taking: taking, dataSource: dataSource, signals: signals, tally: tally, tuning: tuning
            ).run()
            return try write(rows, signals.traits, tally)
        } catch {
            switch error {
            case .rejected(let reason): return taking.receipt(.rejected, reason)
            case .waiting(let reason): return taking.receipt(.waiting, reason)
            case .failed(let failure): throw failure
            }
        }
    }

    private func write(
        _ rows: DataRecordMerge, _ traits: [Trait], _ tally: DataTally
    ) throws(ArrivedFileFault) -> FileReceipt {
        do throws(ProfileError) {
            return try taking.write { connection throws(ProfileError) in
                try DataFileWriting(
                    taking: taking, dataSource: dataSource, replaces: name.mode == .overwrite, traits: traits,
                    tally: tally, tuning: tuning, connection: connection
                ).run(rows)
                return try receipt(tally)
            }
        } catch {
            throw .failed(error)
        }
    }

    private func receipt(_ tally: DataTally) throws(ProfileError) -> FileReceipt {
        tally.finish()
        guard tally.counts.addUp else {
            throw .rejected("source '\(taking.source.name)' has a file with counters that do not add up")
        }
        var receipt = taking.receipt(.taken)
        receipt.data = tally.counts
        receipt.samples = tally.samples.all
        receipt.warnings = tally.warnings
        return receipt
    }
}

/// Reads a data file's rows, counts those that cannot be used, and sorts the others by id.
struct DataFileReading {
    let taking: FileTaking
    let dataSource: DataSource
    let signals: DataSignals
    let tally: DataTally
    let tuning: DataTuning

    func run() throws(ArrivedFileFault) -> DataRecordMerge {
        let lines = try ArrivedLines(taking.file, of: taking.dropOff, chunk: tuning.chunk)
        let parser = DataLineParser()
        let sorter = try stored { () throws(ProfileError) in
            try DataRecordSorter(in: taking.store.folder, tuning: tuning)
        }
        while let line = try lines.next() {
            if lines.number & 0xFFF == 1 { try tell(lines.bytesRead) }
            tally.receive()
            if lines.isTooLong {
                tally.exclude(.lineTooLong)
                tally.sample(.lineTooLong, lines.number)
            } else if let fault = parser.parse(line) ?? dataSource.fault(of: parser.id) {
                tally.reject(fault)
                tally.sample(fault, lines.number)
            } else {
                signals.read(parser.tokens, of: line)
                try sorting(with: sorter) { () throws(ProfileError) in
                    try sorter.append(parser.id, lines.number, signals.counts, signals.changed)
                }
            }
        }
        try tell(lines.bytesRead)
        return try sorting(with: sorter) { () throws(ProfileError) in try sorter.sorted() }
    }

    /// A disk that this file's rows have filled has room for smaller files once they are let go.
    @inline(__always)
    private func sorting<Value>(
        with sorter: DataRecordSorter, _ body: () throws(ProfileError) -> Value
    ) throws(ArrivedFileFault) -> Value {
        do throws(ProfileError) {
            return try body()
        } catch {
            throw sorter.isOutOfSpace ? .waiting(error.description) : .failed(error)
        }
    }

    private func tell(_ bytes: Int64) throws(ArrivedFileFault) {
        taking.progress(bytes)
        try stored { () throws(ProfileError) in try taking.stopIfCancelled() }
    }

    @inline(__always)
    private func stored<Value>(_ body: () throws(ProfileError) -> Value) throws(ArrivedFileFault) -> Value {
        do throws(ProfileError) {
            return try body()
        } catch {
            throw .failed(error)
        }
    }
}
