import TidegateModel

/// Encodes rows and cuts them into blocks and parts.
final class ExportWriter {
    private let rows: any RowWriting
    private let maxRows: Int
    private let blockSize: Int
    private let pipeline: BlockPipeline
    private var block: ByteBuffer
    private var rowsInPart = 0
    private var hasPart = false

    init(
        _ request: ExportRequest,
        columns: [ExportColumn],
        opening: @escaping StagingFile.Opening
    ) throws(ProfileError) {
        rows =
            switch request.layout.format {
            case .csv: CSVRows(columns, dialect: request.layout.csv)
            case .jsonl: JSONRows(columns)
            }
        maxRows = max(1, request.layout.maxRows)
        blockSize = request.layout.blockSize
        // A row that overlaps the end seldom needs more than this.
        let capacity = blockSize + 1 << 14
        block = ByteBuffer(capacity: capacity)
        pipeline = BlockPipeline(try PartFiles(request, opening: opening), blockSize: capacity)
    }

    func write(_ row: ExportRow) throws(ProfileError) {
        if rowsInPart == maxRows { try endPart() }
        if !hasPart { beginPart() }
        rows.write(row, into: &block)
        rowsInPart += 1
        if block.count >= blockSize { try pipeline.put(&block) }
    }

    /// Ends the last part; an export of no rows has one part too.
    func finish() throws(ProfileError) -> [StagedFile] {
        if !hasPart { beginPart() }
        try endPart()
        return try pipeline.finish()
    }

    func discard() {
        pipeline.discard()
    }

    private func beginPart() {
        hasPart = true
        rows.writeHeader(into: &block)
    }

    private func endPart() throws(ProfileError) {
        try pipeline.put(&block, endOfPart: PartEnd(rows: rowsInPart))
        rowsInPart = 0
        hasPart = false
    }
}
