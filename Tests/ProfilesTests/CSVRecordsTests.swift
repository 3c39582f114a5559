import Testing
import TidegateModel
import TidegateTesting

@testable import Profiles

@Suite struct CSVRecordsTests {
    /// A record as a list of fields: text where unquoted, text in brackets where quoted.
    private func records(
        _ bytes: [UInt8],
        buffer: Int = 64,
        dialect: CSVReading = CSVReading()
    ) throws -> [String] {
        let fixture = try IngestFixture()
        return try Self.records(at: fixture.write(bytes), of: fixture, buffer: buffer, dialect: dialect)
    }

    private static func records(
        at path: String,
        of fixture: IngestFixture,
        buffer: Int,
        dialect: CSVReading
    ) throws -> [String] {
        let tuning = IngestTuning(buffer: buffer)
        let file = try SourceFile(path, of: fixture.source(path), chunk: buffer)
        let cut = CSVRecords(RecordBuffer(file, tuning: tuning), dialect)
        try cut.skipByteOrderMark()
        var found: [String] = []
        while true {
            switch try cut.next() {
            case .end: return found
            case .unterminatedQuote: return found + ["unterminated at \(cut.line)"]
            case .tooLong: return found + ["too long at \(cut.line)"]
            case .record:
                let fields = (0..<cut.fieldCount).map { index in
                    let field = cut.fields[index]
                    let bytes = UnsafeBufferPointer(
                        start: cut.buffer.base + Int(field.start),
                        count: Int(field.end - field.start)
                    )
                    var text = String(decoding: bytes, as: UTF8.self)
                    if field.hasDoubledQuotes { text = text.replacing("\"\"", with: "\"") }
                    return field.isQuoted ? "[\(text)]" : text
                }
                found.append("\(cut.line):" + fields.joined(separator: "|") + (cut.hasStrayQuote ? " stray" : ""))
            }
        }
    }

    /// The same, written as plainly as can be.
    private static func obvious(_ input: [UInt8], dialect: CSVReading) -> [String] {
        var bytes = input[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        var found: [String] = []
        var line = 1
        while !bytes.isEmpty {
            let start = line
            var fields: [String] = []
            var isStray = false
            while true {
                let isQuoted = bytes.first == dialect.quote
                var text: [UInt8] = []
                if isQuoted {
                    bytes = bytes.dropFirst()
                    while true {
                        guard let byte = bytes.popFirst() else { return found + ["unterminated at \(start)"] }
                        if byte == UInt8(ascii: "\n") { line += 1 }
                        guard byte == dialect.quote else {
                            text.append(byte)
                            continue
                        }
                        guard bytes.first == dialect.quote else { break }
                        text.append(byte)
                        bytes = bytes.dropFirst()
                    }
                }
                let rest = bytes.prefix { $0 != dialect.delimiter && $0 != UInt8(ascii: "\n") }
                bytes = bytes.dropFirst(rest.count)
                let end = bytes.popFirst()
                let plain = end != dialect.delimiter && rest.last == UInt8(ascii: "\r") ? rest.dropLast() : rest
                if isQuoted {
                    isStray = isStray || !plain.isEmpty
                    fields.append("[\(String(decoding: text, as: UTF8.self))]")
                } else {
                    fields.append(String(decoding: plain, as: UTF8.self))
                }
                if end != dialect.delimiter { break }
            }
            line += 1
            if fields != [""] { found.append("\(start):" + fields.joined(separator: "|") + (isStray ? " stray" : "")) }
        }
        return found
    }

    @Test(arguments: [
        ("a,b\n1,2\n", ["1:a|b", "2:1|2"]),
        ("a,b\r\n1,2\r\n", ["1:a|b", "2:1|2"]),
        ("a,b\n1,2", ["1:a|b", "2:1|2"]),
        ("a,b\n1,2\r", ["1:a|b", "2:1|2"]),
        ("a,b\n1,", ["1:a|b", "2:1|"]),
        ("\u{FEFF}a,b\n", ["1:a|b"]),
        ("\u{FEFF}\"a\",b\n", ["1:[a]|b"]),
        ("\"a,b\",\"c\"\"d\",\"\"\n", ["1:[a,b]|[c\"d]|[]"]),
        ("\"\"\"\",\"\"\"\"\"\"\n", ["1:[\"]|[\"\"]"]),
        ("\"a\nb\r\nc\rd\",e\nf,g\n", ["1:[a\nb\r\nc\rd]|e", "4:f|g"]),
        ("a\rb,c\n", ["1:a\rb|c"]),
        ("a\"b,5\" pipe\n", ["1:a\"b|5\" pipe"]),
        ("\n\r\na\n\n\nb\n\n", ["3:a", "6:b"]),
        ("\"\"\n", ["1:[]"]),
        ("\"a\"x,b\nc,d\n", ["1:[a]|b stray", "2:c|d"]),
        ("\"a\" ,b\n", ["1:[a]|b stray"]),
        ("\"a\"\"x\"y\"z,b\n", ["1:[a\"x]|b stray"]),
        ("a,b\n\"1\n2,3\n", ["1:a|b", "unterminated at 2"]),
        ("a,b\n1,\"", ["1:a|b", "unterminated at 2"]),
        ("a\n\"b\"", ["1:a", "2:[b]"]),
        ("a\n\"b\"\r\n", ["1:a", "2:[b]"]),
        (",,\n", ["1:||"]),
    ])
    func `every way of quoting and ending lines is read as RFC 4180 says`(text: String, expected: [String]) throws {
        #expect(try records(Array(text.utf8)) == expected)
        #expect(Self.obvious(Array(text.utf8), dialect: CSVReading()) == expected)
    }

    @Test(arguments: ["\t", ";", "|", ":", " "])
    func `any delimiter cuts fields, and commas do not then`(delimiter: Character) throws {
        let dialect = CSVReading(delimiter: try #require(delimiter.asciiValue))
        let text = ["a,b", "\"c\(delimiter)\"\"d\"", ""].joined(separator: String(delimiter)) + "\n"
        #expect(try records(Array(text.utf8), dialect: dialect) == ["1:a,b|[c\(delimiter)\"d]|"])
    }

    @Test func `another quote is a quote, and the usual one then is not`() throws {
        let dialect = CSVReading(quote: UInt8(ascii: "'"))
        #expect(try records(Array("'a,b',\"c\"\n".utf8), dialect: dialect) == ["1:[a,b]|\"c\""])
    }

    @Test func `without a quote every quote is itself`() throws {
        let dialect = CSVReading(quote: nil)
        #expect(try records(Array("\"a,b\"\n\"\n".utf8), dialect: dialect) == ["1:\"a|b\"", "2:\""])
    }

    @Test func `a record reads the same wherever the buffer ends`() throws {
        let text = "id,\"na\"\"me\"\r\n1,\"a,\r\n\"\"b\"\"\"\n\n\"x\"y,2\r\n3,\"\"\n\"é😀\",\"\n\n\"\r\n4,z"
        let fixture = try IngestFixture()
        let path = try fixture.write(text)
        let expected = Self.obvious(Array(text.utf8), dialect: CSVReading())
        for buffer in 1...text.utf8.count + 2 {
            let found = try Self.records(at: path, of: fixture, buffer: buffer, dialect: CSVReading())
            #expect(found == expected, "with a buffer of \(buffer)")
        }
    }

    @Test func `random text is cut as the obvious parser cuts it`() throws {
        let fixture = try IngestFixture()
        var numbers = SeededGenerator(seed: 4180)
        let pieces: [[UInt8]] = [
            Array("\"".utf8), Array("\"\"".utf8), Array(",".utf8), Array("\n".utf8), Array("\r\n".utf8),
            Array("\r".utf8),
            Array("a".utf8), Array("bc d".utf8), Array("é".utf8), Array("\",\"".utf8), [0], [0xFF],
            Array(repeating: UInt8(ascii: "x"), count: 70),
        ]
        for round in 0..<600 {
            let count = Int.random(in: 1...40, using: &numbers)
            let bytes = (0..<count).flatMap { _ in pieces[Int.random(in: 0..<pieces.count, using: &numbers)] }
            let path = try fixture.write(bytes)
            let buffer = Int.random(in: 1...100, using: &numbers)
            let found = try Self.records(at: path, of: fixture, buffer: buffer, dialect: CSVReading())
            #expect(found == Self.obvious(bytes, dialect: CSVReading()), "round \(round), buffer \(buffer)")
        }
    }

    @Test func `a quote that never closes stops at the longest record, not at the end of memory`() throws {
        let fixture = try IngestFixture()
        fixture.tuning.record = 4096
        fixture.tuning.buffer = 256
        let path = try fixture.write("id,name\n1,\"" + String(repeating: "long,\n", count: 5000))
        #expect(
            fixture.failure(fixture.source(path))
                == .rejected("source 'crm' finds a row in '\(path)' on line 2 that is too long; is a quote left open?")
        )
    }
}
