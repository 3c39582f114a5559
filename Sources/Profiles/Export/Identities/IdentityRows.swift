import AudienceManager
import TidegateModel

/// Renders what an id tells as one line, by the template of the rows.
final class IdentityRows {
    private let template: OutboundTemplate
    private let form: DataSource.IDForm
    private let segments: [OutboundRow.Segment]
    private var row: OutboundRow
    /// The line that was rendered last, with its end.
    private(set) var line: [UInt8] = []

    private let details: IdentityDetails

    /// - Parameter reach: there where the request has data sources whose ids rows list.
    init(_ request: IdentityExportRequest, _ reach: Reach?, on connection: Connection) throws(ProfileError) {
        template = request.row
        form = request.dataSource.form
        row = OutboundRow(request.constants)
        details = try IdentityDetails(request, reach, on: connection)
        // When who is in the segments was found out: the one time that rows can tell of it.
        let evaluatedAt = try connection.nominal(of: request.snapshot).milliseconds
        segments = request.segments.map { OutboundRow.Segment(sid: $0.sid, lastRealizationTime: evaluatedAt) }
    }

    /// Renders `line`, which is as it was where the id is not told.
    func render(_ group: IdentityGroup, _ telling: IdentityTelling) throws(ProfileError) -> IdentityFate {
        guard template.canHold(group.id) else { return .unwritable }
        guard form.accepts(group.id) else { return .invalid }
        row.reset()
        row.setID(group.id)
        telling.forEachListed { row.segments.append(segments[$0]) }
        telling.forEachLeft { row.removedSegments.append(segments[$0]) }
        try details.add(of: group, telling, to: &row)
        line.removeAll(keepingCapacity: true)
        template.render(row, into: &line)
        line.append(UInt8(ascii: "\n"))
        return .told
    }
}

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
            folder: request.folder, compressor: try request.layout.makeCompressor(), isChecked: true, opening: opening,
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
