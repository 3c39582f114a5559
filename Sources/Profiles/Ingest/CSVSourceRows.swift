import TidegateModel

/// The rows of one CSV file, typed.
final class CSVSourceRows {
    private let records: CSVRecords
    private let buffer: RecordBuffer
    private let source: Source
    private let path: String
    private let cells: Cells
    private let null: [UInt8]

    /// Where a cell comes from. Cells without a target are absent in every row of the file.
    private struct Target {
        var cell: Int
        var column: Int
        var type: AttributeType
    }
    private var targets: [Target] = []
    private var width = 0
    /// Holds fields whose doubled quotes were undone.
    private let scratch = Scratch()
    /// How often one column is used at most.
    private var scratchPerByte = 1

    var line: Int { records.line }
    var rawRow: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: buffer.base + records.recordStart, count: records.recordEnd - records.recordStart)
    }
    /// Indices of the cells that the file delivers.
    var delivered: [Int] { targets.map(\.cell) }

    /// Reads the header. The first of `attributes` is the key.
    init(
        _ file: SourceFile,
        of source: Source,
        attributes: [Attribute],
        cells: Cells,
        tuning: IngestTuning
    ) throws(ProfileError) {
        self.source = source
        path = file.path
        self.cells = cells
        null = Array(source.csv.null.utf8)
        buffer = RecordBuffer(file, tuning: tuning)
        records = CSVRecords(buffer, source.csv)
        try records.skipByteOrderMark()
        try readHeader(attributes)
    }

    func next() throws(ProfileError) -> NextRow {
        switch try records.next() {
        case .record: return read()
        case .end: return .end
        case .unterminatedQuote:
            throw .transient(
                "source '\(source.name)' finds that '\(path)' ends inside a quoted field of the row on line \(line); is it still being written?"
            )
        case .tooLong:
            throw .rejected(
                "source '\(source.name)' finds a row in '\(path)' on line \(line) that is too long; is a quote left open?"
            )
        }
    }

    private func readHeader(_ attributes: [Attribute]) throws(ProfileError) {
        guard try records.next() == .record, !records.hasStrayQuote else {
            throw .rejected("source '\(source.name)' finds no header in '\(path)'")
        }
        width = records.fieldCount
        guard width <= CSVRecords.room else {
            throw .rejected("source '\(source.name)' finds \(width) columns in '\(path)', more than \(CSVRecords.room)")
        }
        scratch.begin(atLeast: records.recordEnd - records.recordStart)
        var columns: [String: [Int]] = [:]
        for index in 0..<width { columns[name(records.fields[index]), default: []].append(index) }
        for (cell, attribute) in attributes.enumerated() {
            let column = source.columns[attribute.name] ?? attribute.name
            let found = columns[column] ?? []
            guard found.count < 2 else {
                throw .rejected("source '\(source.name)' finds column '\(column)' twice in the header of '\(path)'")
            }
            if let index = found.first {
                targets.append(Target(cell: cell, column: index, type: attribute.type))
            } else if cell == 0 {
                throw .rejected(
                    "source '\(source.name)' finds no column '\(column)' for the key '\(attribute.name)' in the header of '\(path)'"
                )
            }
        }
        let uses = Dictionary(targets.map { ($0.column, 1) }, uniquingKeysWith: +)
        scratchPerByte = uses.values.max() ?? 1
    }

    private func name(_ field: CSVRecords.Field) -> String {
        let text = text(of: field)
        return String(decoding: UnsafeBufferPointer(start: text.start, count: text.count), as: UTF8.self)
    }

    private func read() -> NextRow {
        if records.hasStrayQuote { return .rejected(.strayQuote, cell: nil) }
        guard records.fieldCount == width else { return .rejected(.wrongColumnCount, cell: nil) }
        let fields = records.fields
        scratch.begin(atLeast: (records.recordEnd - records.recordStart) * scratchPerByte)
        for target in targets {
            let field = fields[target.column]
            if isNull(field, target.type) {
                cells[target.cell] = .null
                continue
            }
            let text = text(of: field)
            if let code = FieldValue.read(text, as: target.type, into: &cells[target.cell]) {
                return .rejected(code, cell: target.cell)
            }
        }
        // The key is the first target, and is text.
        guard cells[0].kind == .text, cells[0].count > 0 else { return .rejected(.missingKey, cell: 0) }
        return .row
    }

    @inline(__always)
    private func isNull(_ field: CSVRecords.Field, _ type: AttributeType) -> Bool {
        if field.isEmpty { return !field.isQuoted || type != .text }
        guard !null.isEmpty, !field.isQuoted, Int(field.end - field.start) == null.count else { return false }
        return null.withUnsafeBufferPointer { null in
            (0..<null.count).allSatisfy { null[$0] == buffer.base[Int(field.start) + $0] }
        }
    }

    @inline(__always)
    private func text(of field: CSVRecords.Field) -> FieldText {
        let start = UnsafePointer(buffer.base + Int(field.start))
        let count = Int(field.end - field.start)
        guard field.hasDoubledQuotes else { return FieldText(start: start, count: count) }
        return undoubled(start, count)
    }

    private func undoubled(_ start: UnsafePointer<UInt8>, _ count: Int) -> FieldText {
        guard let quote = source.csv.quote else { return FieldText(start: start, count: count) }
        let target = scratch.take(atMost: count)
        var written = 0
        var index = 0
        while index < count {
            target[written] = start[index]
            written += 1
            index += start[index] == quote ? 2 : 1
        }
        scratch.took(written)
        return FieldText(start: UnsafePointer(target), count: written)
    }
}

/// What the next row of a file is.
enum NextRow {
    /// The cells hold it.
    case row
    /// The row cannot be taken, because of the attribute in `cell` where it is one.
    case rejected(RejectionCode, cell: Int?)
    case end
}
