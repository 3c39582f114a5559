import CScan
import Glibc
import TidegateModel

/// The rows of one JSON Lines file, typed: one object per line, empty lines skipped.
///
/// A key that an object does not have is absent: what the store has stays. Of a key that comes twice, the last counts.
final class JSONSourceRows {
    private let buffer: RecordBuffer
    private let source: Source
    private let path: String
    private let cells: Cells
    private let scratch = Scratch()

    private struct Target {
        var name: [UInt8]
        var cell: Int
        var type: AttributeType
        var isSeen = false
    }
    private var targets: [Target] = []

    private(set) var line = 0
    private var rowStart = 0
    private var rowEnd = 0
    var rawRow: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: buffer.base + rowStart, count: rowEnd - rowStart)
    }
    /// Indices of the cells that the rows so far delivered.
    var delivered: [Int] { targets.filter(\.isSeen).map(\.cell) }

    /// The first of `attributes` is the key.
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
        buffer = RecordBuffer(file, tuning: tuning)
        targets = attributes.enumerated().map { index, attribute in
            Target(
                name: Array((source.columns[attribute.name] ?? attribute.name).utf8),
                cell: index,
                type: attribute.type
            )
        }
        while buffer.end < 3, !buffer.isAtEndOfFile { _ = try buffer.fill() }
        let base = buffer.base
        if buffer.end >= 3, base[0] == 0xEF, base[1] == 0xBB, base[2] == 0xBF { buffer.begin = 3 }
    }

    func next() throws(ProfileError) -> NextRow {
        while try nextLine() {
            var text = JSONText(buffer.base, from: rowStart, to: rowEnd)
            if text.peek() == 0, text.at == rowEnd { continue }
            return read(&text)
        }
        return .end
    }

    /// Finds the next line; false at the end of the file.
    private func nextLine() throws(ProfileError) -> Bool {
        line += 1
        while true {
            rowStart = buffer.begin
            let rest = buffer.base + rowStart
            if let found = memchr(rest, Int32(UInt8(ascii: "\n")), buffer.end - rowStart) {
                rowEnd = rowStart + (found - UnsafeMutableRawPointer(rest))
                buffer.begin = rowEnd + 1
                return true
            }
            if buffer.isAtEndOfFile {
                rowEnd = buffer.end
                buffer.begin = buffer.end
                return rowStart < rowEnd
            }
            guard try buffer.fill() else {
                throw .rejected("source '\(source.name)' finds a row in '\(path)' on line \(line) that is too long")
            }
        }
    }

    private func read(_ text: inout JSONText) -> NextRow {
        for index in 0..<cells.count { cells[index] = .absent }
        scratch.begin(atLeast: rowEnd - rowStart)
        guard text.take(UInt8(ascii: "{")) else { return .rejected(.invalidJSON, cell: nil) }
        var fault: (code: RejectionCode, cell: Int)?
        var expected = 0
        if !text.take(UInt8(ascii: "}")) {
            repeat {
                guard let key = text.string(), let target = self.target(of: key, in: text, expected: &expected),
                    text.take(UInt8(ascii: ":"))
                else { return .rejected(.invalidJSON, cell: nil) }
                guard target >= 0 else {
                    guard text.skip() else { return .rejected(.invalidJSON, cell: nil) }
                    continue
                }
                targets[target].isSeen = true
                // Reading goes on, because a line that is no JSON at all is the clearer reason.
                if let code = value(&text, targets[target].type, &cells[targets[target].cell]) {
                    guard code != .invalidJSON else { return .rejected(code, cell: nil) }
                    fault = fault ?? (code, targets[target].cell)
                }
            } while text.take(UInt8(ascii: ","))
            guard text.take(UInt8(ascii: "}")) else { return .rejected(.invalidJSON, cell: nil) }
        }
        guard text.peek() == 0, text.at == rowEnd else { return .rejected(.invalidJSON, cell: nil) }
        if let fault { return .rejected(fault.code, cell: fault.cell) }
        guard cells[0].kind == .text, cells[0].count > 0 else { return .rejected(.missingKey, cell: 0) }
        return .row
    }

    /// The index of the target that `key` names, -1 where no attribute wants it, nil where it is malformed.
    ///
    /// Lines tend to have their keys in one order: `expected` is the target after the last one found.
    private func target(of key: JSONText.Raw, in text: JSONText, expected: inout Int) -> Int? {
        var start = text.base + key.start
        var count = key.end - key.start
        if key.hasEscapes {
            let room = scratch.take(atMost: count)
            guard case .bytes(let written) = text.unescape(key, into: room) else { return nil }
            scratch.took(written)
            start = UnsafePointer(room)
            count = written
        }
        for step in 0..<targets.count {
            var index = expected + step
            if index >= targets.count { index -= targets.count }
            let isIt = targets[index].name.withUnsafeBufferPointer { name in
                name.count == count && (count == 0 || name.baseAddress.map { memcmp($0, start, count) } == 0)
            }
            if isIt {
                expected = index + 1 == targets.count ? 0 : index + 1
                return index
            }
        }
        return -1
    }

    private func value(_ text: inout JSONText, _ type: AttributeType, _ cell: inout FieldCell) -> RejectionCode? {
        switch text.peek() {
        case UInt8(ascii: "\""): return string(&text, type, &cell)
        case UInt8(ascii: "n"):
            cell = .null
            return text.take("null") ? nil : .invalidJSON
        case UInt8(ascii: "t"): return boolean(text.take("true"), true, type, &cell)
        case UInt8(ascii: "f"): return boolean(text.take("false"), false, type, &cell)
        case UInt8(ascii: "{"), UInt8(ascii: "["): return text.skip() ? .wrongType : .invalidJSON
        default:
            guard let raw = text.number() else { return .invalidJSON }
            // A number says nothing of its unit, so it is no moment; as text it is taken as it is written.
            guard type != .date, type != .timestamp else { return .wrongType }
            return FieldValue.read(
                FieldText(start: text.base + raw.start, count: raw.end - raw.start),
                as: type,
                into: &cell
            )
        }
    }

    private func string(_ text: inout JSONText, _ type: AttributeType, _ cell: inout FieldCell) -> RejectionCode? {
        guard let raw = text.string() else { return .invalidJSON }
        var field = FieldText(start: text.base + raw.start, count: raw.end - raw.start)
        if raw.hasEscapes {
            let room = scratch.take(atMost: field.count)
            switch text.unescape(raw, into: room) {
            case .malformed: return .invalidJSON
            case .loneSurrogate: return .invalidUTF8
            case .bytes(let count):
                scratch.took(count)
                field = FieldText(start: UnsafePointer(room), count: count)
            }
        }
        if field.count == 0, type != .text {
            cell = .null
            return nil
        }
        return FieldValue.read(field, as: type, into: &cell)
    }

    private func boolean(_ isWhole: Bool, _ value: Bool, _ type: AttributeType, _ cell: inout FieldCell)
        -> RejectionCode?
    {
        guard isWhole else { return .invalidJSON }
        guard type == .boolean else { return .wrongType }
        cell = .integer(value ? 1 : 0)
        return nil
    }
}
