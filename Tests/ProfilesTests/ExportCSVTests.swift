import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Profiles

/// The fast CSV writer against a slow and obvious one, and against a reader.
@Suite struct ExportCSVTests {
    private static let dialects: [CSVWriting] = {
        var dialects: [CSVWriting] = []
        for delimiter in [",", ";", "\t", "|", ":"] {
            for escape in CSVWriting.Escape.allCases {
                for (quote, null, lineEnd) in [
                    ("\"", "", CSVWriting.LineEnd.lf), ("'", "NULL", .crlf), ("\"", "\\N", .lf),
                ] {
                    dialects.append(
                        CSVWriting(
                            delimiter: Array(delimiter.utf8)[0],
                            quote: Array(quote.utf8)[0],
                            escape: escape,
                            null: null,
                            hasHeader: false,
                            lineEnd: lineEnd
                        )
                    )
                }
            }
        }
        return dialects
    }()

    @Test(arguments: dialects)
    func `any text is written as the obvious writer does, and read back`(dialect: CSVWriting) throws {
        var random = SeededGenerator(seed: 11)
        let row = try RowFixture(forms: [.text, .text, .text])
        for _ in 0..<200 {
            let values = (0..<3).map { _ in HostileText.next(using: &random, dialect: dialect) }
            let written = try row.write(
                values.map { $0.map { .text($0) } ?? .null },
                CSVRows(row.columns, dialect: dialect)
            )
            let bytes = values.map { $0.map { Array($0.utf8) } }
            if written != PlainCSV.line(bytes, dialect) { Issue.record("written otherwise: \(values)") }
            if PlainCSV.read(written, dialect) != [bytes] { Issue.record("not read back: \(values)") }
        }
    }

    @Test func `a value of every length is looked at to its last byte`() throws {
        let row = try RowFixture(forms: [.text, .integer])
        let rows = CSVRows(row.columns, dialect: CSVWriting(hasHeader: false))
        for length in 1...40 {
            for place in 0..<length {
                var bytes = [UInt8](repeating: UInt8(ascii: "x"), count: length)
                bytes[place] = UInt8(ascii: ",")
                let text = String(decoding: bytes, as: UTF8.self)
                let written = try row.string([.text(text), 1], rows)
                if written != "\"\(text)\",1\n" { Issue.record("\(written)") }
            }
            // What an earlier row left behind a value's end is not part of it.
            let plain = String(repeating: "y", count: length)
            #expect(try row.string([.text(plain), 1], rows) == "\(plain),1\n")
        }
    }

    @Test func `quotes are there only where they have to be`() throws {
        let row = try RowFixture(forms: [.text])
        let rows = CSVRows(row.columns, dialect: CSVWriting(hasHeader: false))
        let expected = [
            "plain": "plain", "O'Brien": "O'Brien", "a b": "a b", "東京": "東京", "🦩": "🦩", "a;b": "a;b",
            "back\\slash": "back\\slash",
            "": "\"\"", " a": "\" a\"", "a ": "\"a \"", "\ta": "\"\ta\"", "a,b": "\"a,b\"", "\"": "\"\"\"\"",
            "a\nb": "\"a\nb\"",
            "a\rb": "\"a\rb\"", "a\u{0}b": "a\u{0}b", "=1+1": "=1+1",
        ]
        for (text, field) in expected { #expect(try row.string([.text(text)], rows) == field + "\n") }
    }

    @Test func `a backslash dialect escapes quotes and backslashes`() throws {
        let row = try RowFixture(forms: [.text])
        let rows = CSVRows(row.columns, dialect: CSVWriting(escape: .backslash, hasHeader: false))
        #expect(try row.string([.text("a\\b")], rows) == "\"a\\\\b\"\n")
        #expect(try row.string([.text("say \"hi\"")], rows) == "\"say \\\"hi\\\"\"\n")
    }

    @Test func `a value that looks like NULL is quoted, also where it is no text`() throws {
        let text = try RowFixture(forms: [.text, .text])
        let null = CSVRows(text.columns, dialect: CSVWriting(null: "NULL", hasHeader: false))
        #expect(try text.string([.text("NULL"), .null], null) == "\"NULL\",NULL\n")
        #expect(try text.string([.text("null"), ""], null) == "null,\"\"\n")
        let numbers = try RowFixture(forms: [.integer, .boolean, .integer])
        let zero = CSVRows(numbers.columns, dialect: CSVWriting(null: "0", hasHeader: false))
        #expect(try numbers.string([0, 0, .null], zero) == "\"0\",false,0\n")
        let truth = CSVRows(numbers.columns, dialect: CSVWriting(null: "true", hasHeader: false))
        #expect(try numbers.string([1, 1, .null], truth) == "1,\"true\",true\n")
    }

    @Test func `a delimiter that numbers and instants hold makes them quoted`() throws {
        let row = try RowFixture(forms: [.timestamp, .date, .real, .integer])
        let values: [ExportFixture.Value] = [0, 0, 1.5, -1]
        func written(_ delimiter: Character) throws -> String {
            let dialect = CSVWriting(delimiter: delimiter.asciiValue ?? 0, hasHeader: false)
            return try row.string(values, CSVRows(row.columns, dialect: dialect))
        }
        #expect(try written(":") == "\"1970-01-01T00:00:00Z\":1970-01-01:1.5:-1\n")
        #expect(try written("-") == "\"1970-01-01T00:00:00Z\"-\"1970-01-01\"-1.5-\"-1\"\n")
        #expect(try written(".") == "1970-01-01T00:00:00Z.1970-01-01.\"1.5\".-1\n")
    }

    @Test func `the header is there when asked for, quoted like any value`() throws {
        let row = try RowFixture(forms: [.text, .integer], headers: ["a,b", "plain"])
        var buffer = ByteBuffer()
        CSVRows(row.columns, dialect: CSVWriting(lineEnd: .crlf)).writeHeader(into: &buffer)
        #expect(String(decoding: buffer.bytes, as: UTF8.self) == "\"a,b\",plain\r\n")
        buffer.removeAll()
        CSVRows(row.columns, dialect: CSVWriting(hasHeader: false)).writeHeader(into: &buffer)
        #expect(buffer.bytes.isEmpty)
    }
}

/// One row of bound values, without a store.
final class RowFixture {
    let columns: [ExportColumn]
    private let connection: Connection
    private let statement: Statement

    init(forms: [ExportColumn.Form], headers: [String] = []) throws(ProfileError) {
        columns = forms.enumerated().map { index, form in
            ExportColumn(header: index < headers.count ? headers[index] : "c\(index)", form: form, index: Int32(index))
        }
        connection = try Connection(path: ":memory:", .readWrite)
        statement = try connection.prepare("SELECT " + forms.map { _ in "?" }.joined(separator: ", "))
    }

    /// Two rows are written, and the second is answered: the first is what the buffer held before.
    func write(_ values: [ExportFixture.Value], _ rows: some RowWriting) throws(ProfileError) -> [UInt8] {
        for (index, value) in values.enumerated() { statement.bind(value, at: Int32(index + 1)) }
        guard try statement.step() else { return [] }
        var buffer = ByteBuffer(capacity: 8)
        buffer.append(
            ",\"\r\n ,\"\r\n ,\"\r\n ,\"\r\n ,\"\r\n ,\"\r\n ,\"\r\n ,\"\r\n ,\"\r\n ,\"\r\n ,\"\r\n ,\"\r\n ,\"\r\n "
        )
        buffer.removeAll()
        rows.write(ExportRow(statement: statement.handle, isExited: false), into: &buffer)
        while try statement.step() {}
        return Array(buffer.bytes)
    }

    func string(_ values: [ExportFixture.Value], _ rows: some RowWriting) throws(ProfileError) -> String {
        String(decoding: try write(values, rows), as: UTF8.self)
    }
}

enum HostileText {
    /// NULL, nothing, or pieces of what breaks writers.
    static func next(using random: inout SeededGenerator, dialect: CSVWriting) -> String? {
        let byte = { (byte: UInt8) in String(decoding: [byte], as: UTF8.self) }
        let pieces = [
            byte(dialect.delimiter), byte(dialect.quote), "\\", "\n", "\r", "\r\n", " ", "\t", "\u{0}", "é", "東", "🦩",
            "plain words",
            "x", dialect.null, "\u{7F}", "\u{80}", "\u{A2}",
        ]
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return nil
        case 1: return ""
        case 2: return dialect.null
        default:
            let count = Int.random(in: 1..<12, using: &random)
            return (0..<count).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }.joined()
        }
    }
}

/// CSV as one would write it who has all the time in the world.
enum PlainCSV {
    static func line(_ values: [[UInt8]?], _ dialect: CSVWriting) -> [UInt8] {
        let fields = values.map { value in value.map { field($0, dialect) } ?? Array(dialect.null.utf8) }
        return Array(fields.joined(separator: [dialect.delimiter]))
            + Array((dialect.lineEnd == .lf ? "\n" : "\r\n").utf8)
    }

    private static func field(_ bytes: [UInt8], _ dialect: CSVWriting) -> [UInt8] {
        let backslash = UInt8(ascii: "\\")
        let special: Set<UInt8> = Set(
            [dialect.delimiter, dialect.quote, 10, 13] + (dialect.escape == .backslash ? [backslash] : [])
        )
        let blank: Set<UInt8> = [9, 32]
        guard let first = bytes.first, let last = bytes.last, special.isDisjoint(with: bytes), !blank.contains(first),
            !blank.contains(last), bytes != Array(dialect.null.utf8)
        else {
            let inside = bytes.flatMap { byte -> [UInt8] in
                switch (byte, dialect.escape) {
                case (dialect.quote, .double): [byte, byte]
                case (dialect.quote, .backslash), (backslash, .backslash): [backslash, byte]
                default: [byte]
                }
            }
            return [dialect.quote] + inside + [dialect.quote]
        }
        return bytes
    }

    /// A reader of whole input: quoted fields are never NULL, unquoted ones are where they are NULL's text.
    static func read(_ bytes: [UInt8], _ dialect: CSVWriting) -> [[[UInt8]?]] {
        var rows: [[[UInt8]?]] = []
        var row: [[UInt8]?] = []
        var field: [UInt8] = []
        var wasQuoted = false
        var isQuoted = false
        var index = 0
        func endField() {
            row.append(!wasQuoted && field == Array(dialect.null.utf8) ? nil : field)
            field = []
            wasQuoted = false
        }
        while index < bytes.count {
            let byte = bytes[index]
            let next = index + 1 < bytes.count ? bytes[index + 1] : nil
            index += 1
            if isQuoted {
                if dialect.escape == .backslash, byte == UInt8(ascii: "\\"), let next {
                    field.append(next)
                    index += 1
                } else if dialect.escape == .double, byte == dialect.quote, next == dialect.quote {
                    field.append(byte)
                    index += 1
                } else if byte == dialect.quote {
                    isQuoted = false
                } else {
                    field.append(byte)
                }
            } else if byte == dialect.quote, field.isEmpty, !wasQuoted {
                isQuoted = true
                wasQuoted = true
            } else if byte == dialect.delimiter {
                endField()
            } else if byte == 10 || byte == 13 && next == 10 {
                if byte == 13 { index += 1 }
                endField()
                rows.append(row)
                row = []
            } else {
                field.append(byte)
            }
        }
        return rows
    }
}
