import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Profiles

@Suite struct ExportJSONTests {
    @Test func `a row is one object with its keys in mapping order`() throws {
        let row = try RowFixture(
            forms: [.text, .integer, .real, .boolean, .date, .timestamp, .text, .status],
            headers: ["id", "orders", "spent", "consent", "born", "seen", "say \"what\"", "status"]
        )
        let written = try row.string([.text("a"), -5, 12.5, 1, 0, 0, .null, .null], JSONRows(row.columns))
        #expect(
            written == #"{"id":"a","orders":-5,"spent":12.5,"consent":true,"born":"1970-01-01","#
                + #""seen":"1970-01-01T00:00:00Z","say \"what\"":null,"status":"realized"}"# + "\n"
        )
    }

    @Test func `text is escaped where JSON wants it and nowhere else`() throws {
        let row = try RowFixture(forms: [.text], headers: ["t"])
        let expected = [
            "": "", "plain/é東🦩": "plain/é東🦩", "\"": "\\\"", "\\": "\\\\", "a\nb\rc\td": "a\\nb\\rc\\td",
            "\u{0}": "\\u0000",
            "\u{1F}": "\\u001f", "\u{8}\u{C}": "\\u0008\\u000c", "\u{7F}": "\u{7F}", "\u{2028}": "\u{2028}",
        ]
        for (text, json) in expected {
            #expect(try row.string([.text(text)], JSONRows(row.columns)) == "{\"t\":\"\(json)\"}\n")
        }
    }

    @Test func `any text reads back`() throws {
        var random = SeededGenerator(seed: 21)
        let row = try RowFixture(forms: [.text, .text], headers: ["a", "b"])
        for _ in 0..<500 {
            let values = (0..<2).map { _ in HostileText.next(using: &random, dialect: CSVWriting()) }
            let written = try row.write(values.map { $0.map { .text($0) } ?? .null }, JSONRows(row.columns))
            let read = try JSONDecoder().decode([String: String?].self, from: Data(written))
            #expect(read["a"]??.utf8.map { $0 } == values[0]?.utf8.map { $0 })
            #expect(read["b"]??.utf8.map { $0 } == values[1]?.utf8.map { $0 })
            #expect(written.count { $0 == 10 } == 1)
        }
    }

    @Test func `numbers are JSON numbers, and infinity is null`() throws {
        let row = try RowFixture(forms: [.real], headers: ["n"])
        for value in [0, -0.5, 1e300, 1e-5, .leastNonzeroMagnitude, 1234.5, 0.1 + 0.2] {
            let written = try row.write([.real(value)], JSONRows(row.columns))
            #expect(try JSONDecoder().decode([String: Double].self, from: Data(written)) == ["n": value])
        }
        #expect(try row.string([.real(.infinity)], JSONRows(row.columns)) == "{\"n\":null}\n")
    }
}
