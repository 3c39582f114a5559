import TidegateModel

/// The rows of all files of a source, one after another; rejected ones are kept aside.
final class DeliveredRows {
    let cells: Cells
    private let owner: RowCells
    private let source: Source
    private let attributes: [Attribute]
    private let tuning: IngestTuning
    private let report: (IngestProgress) -> Void
    private let isCancelled: () -> Bool

    let rejects: Rejects
    private(set) var rowsRead = 0
    private(set) var files: [IngestReport.File] = []
    private var delivered: Set<Int> = []

    private let paths: [String]
    private let bytesTotal: Int64
    private var bytesBefore: Int64 = 0
    private var file: SourceFile?
    private var rows: Rows = .none
    private enum Rows {
        case none
        case csv(CSVSourceRows)
        case jsonl(JSONSourceRows)
    }

    /// The first of `attributes` is the key.
    init(
        _ source: Source,
        attributes: [Attribute],
        rejects: Rejects,
        tuning: IngestTuning,
        progress: @escaping (IngestProgress) -> Void,
        isCancelled: @escaping () -> Bool
    ) throws(ProfileError) {
        self.source = source
        self.attributes = attributes
        self.rejects = rejects
        self.tuning = tuning
        self.isCancelled = isCancelled
        report = progress
        owner = RowCells(count: attributes.count)
        cells = owner.cells
        paths = try SourceFiles.paths(of: source)
        bytesTotal = paths.reduce(0) { $0 + SourceFiles.size(of: $1) }
    }

    /// Puts the next row that can be taken into `cells`; false after the last one.
    func next() throws(ProfileError) -> Bool {
        while true {
            let row: NextRow
            switch rows {
            case .none:
                guard try openNext() else { return false }
                continue
            case .csv(let csv): row = try csv.next()
            case .jsonl(let jsonl): row = try jsonl.next()
            }
            switch row {
            case .row:
                try count()
                return true
            case .rejected(let code, let cell):
                try count()
                try reject(code, cell)
            case .end:
                try finishFile()
            }
        }
    }

    /// Attributes that no file has.
    var undelivered: [String] {
        attributes.indices.filter { !delivered.contains($0) }.map { attributes[$0].name }
    }

    private func count() throws(ProfileError) {
        rowsRead += 1
        guard rowsRead & 0x1FFF == 0 else { return }
        try tell()
    }

    /// Says how far the ingest is; `written` counts rows that were read before, sorted, and now written.
    func tell(written: Int? = nil) throws(ProfileError) {
        report(
            IngestProgress(
                phase: written == nil ? .reading : .writing,
                bytesRead: bytesBefore + (file?.bytesRead ?? 0),
                bytesTotal: bytesTotal,
                rowsRead: rowsRead,
                rowsWritten: written ?? 0
            )
        )
        if isCancelled() { throw .cancelled }
    }

    private func openNext() throws(ProfileError) -> Bool {
        guard files.count < paths.count else { return false }
        if isCancelled() { throw .cancelled }
        let opened = try SourceFile(paths[files.count], of: source, chunk: tuning.buffer)
        file = opened
        for index in 0..<cells.count { cells[index] = .absent }
        switch source.format {
        case .csv:
            rows = .csv(try CSVSourceRows(opened, of: source, attributes: attributes, cells: cells, tuning: tuning))
        case .jsonl:
            rows = .jsonl(try JSONSourceRows(opened, of: source, attributes: attributes, cells: cells, tuning: tuning))
        case .audienceManager:
            throw .rejected("source '\(source.name)' is a drop-off, which delivers no rows of profiles")
        }
        return true
    }

    private func finishFile() throws(ProfileError) {
        guard let finished = file else { return }
        switch rows {
        case .none: break
        case .csv(let csv): delivered.formUnion(csv.delivered)
        case .jsonl(let jsonl): delivered.formUnion(jsonl.delivered)
        }
        files.append(try finished.finish())
        bytesBefore += finished.bytesRead
        file = nil
        rows = .none
        try tell()
    }

    private func reject(_ code: RejectionCode, _ cell: Int?) throws(ProfileError) {
        let line: Int
        let raw: UnsafeRawBufferPointer
        switch rows {
        case .none: return
        case .csv(let csv): (line, raw) = (csv.line, csv.rawRow)
        case .jsonl(let jsonl): (line, raw) = (jsonl.line, jsonl.rawRow)
        }
        try rejects.add(
            code,
            attribute: cell.map { attributes[$0].name },
            file: paths[files.count],
            line: line,
            row: raw
        )
    }
}
