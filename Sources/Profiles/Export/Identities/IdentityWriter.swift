import AudienceManager
import TidegateModel

/// Cuts lines into blocks and parts, each part with the header.
final class IdentityWriter {
    private let header: [UInt8]
    private let maxRows: Int
    private let blockSize: Int
    private let pipeline: BlockPipeline
    private var block: ByteBuffer
    private var rowsInPart = 0
    private var linesInPart = 0
    private var hasPart = false

    init(_ request: IdentityExportRequest, opening: @escaping StagingFile.Opening) throws(ProfileError) {
        header = request.header.map { $0.render(request.constants) + [UInt8(ascii: "\n")] } ?? []
        maxRows = max(1, request.layout.maxRows)
        blockSize = request.layout.blockSize
        let capacity = blockSize + 1 << 14
        block = ByteBuffer(capacity: capacity)
        let parts = try PartFiles(
            folder: request.folder, compressor: request.layout.makeCompressor(), isChecked: true, opening: opening,
            name: request.fileName.part
        )
        pipeline = BlockPipeline(parts, blockSize: capacity)
    }

    /// - Parameter line: with its end.
    func write(_ line: [UInt8]) throws(ProfileError) {
        if rowsInPart == maxRows { try endPart() }
        if !hasPart { beginPart() }
        append(line)
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
        append(header)
    }

    private func append(_ lines: [UInt8]) {
        lines.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            block.append(start, count: bytes.count)
            for byte in bytes where byte == UInt8(ascii: "\n") { linesInPart += 1 }
        }
    }

    private func endPart() throws(ProfileError) {
        try pipeline.put(&block, endOfPart: PartEnd(rows: rowsInPart, lines: linesInPart))
        (rowsInPart, linesInPart, hasPart) = (0, 0, false)
    }
}
