/// The text of an export file, row by row.
protocol RowWriting: AnyObject {
    /// What every part of the export begins with; possibly nothing.
    func writeHeader(into buffer: inout ByteBuffer)
    func write(_ row: ExportRow, into buffer: inout ByteBuffer)
}
