import Foundation
import Testing
import TidegateModel

@testable import Profiles

@Suite struct IngestRejectsTests {
    private func rejected(_ bytes: [UInt8], format: Source.Format = .csv) throws -> (
        report: IngestReport, lines: [[String: Any]]
    ) {
        let fixture = try IngestFixture()
        let path = try fixture.write(bytes)
        let report = try fixture.ingest(fixture.source(path, format: format, maxRejected: 1))
        guard let kept = report.rejectsFile else { return (report, []) }
        let attributes = try FileManager.default.attributesOfItem(atPath: kept)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let lines = try String(contentsOfFile: kept, encoding: .utf8).split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        #expect(lines.allSatisfy { $0["file"] as? String == path })
        return (report, lines)
    }

    @Test(
        arguments: [
            ("a,1", RejectionCode.wrongColumnCount, nil), ("a,1,2,3,4,5,6,7,8", .wrongColumnCount, nil),
            ("a,\"x\"y,,,,,", .strayQuote, nil), (",x,,,,,", .missingKey, "id"), ("\"\",x,,,,,", .missingKey, "id"),
            ("a,,x,,,,", .invalidInteger, "orders"), ("a,,99999999999999999999,,,,", .invalidInteger, "orders"),
            ("a,,,1.2.3,,,", .invalidReal, "spent"), ("a,,,nan,,,", .invalidReal, "spent"),
            ("a,,,,maybe,,", .invalidBoolean, "consent"), ("a,,,,,2026-02-30,", .invalidDate, "born"),
            ("a,,,,,,soon", .invalidTimestamp, "seen"), ("a,\u{0},,,,,", .nulByte, "name"),
            ("\u{0},,,,,,", .nulByte, "id"),
        ] as [(String, RejectionCode, String?)]
    )
    func `a row that cannot be taken is kept with file, line, reason and text`(
        row: String,
        code: RejectionCode,
        attribute: String?
    ) throws {
        let text = "id,name,orders,spent,consent,born,seen\nq,\"two\nlines\",,,,,\n\(row)\nz,ok,,,,,\n"
        let (report, lines) = try rejected(Array(text.utf8))
        #expect(report.rejected == [code: 1] && report.rowsRead == 3 && report.inserted == 2)
        let line = try #require(lines.first)
        #expect(line["line"] as? Int == 4)
        #expect(line["code"] as? String == code.rawValue)
        #expect(line["attribute"] as? String == attribute)
        #expect(line["row"] as? String == row)
    }

    @Test func `a row that is no UTF-8 is kept in base64`() throws {
        let row: [UInt8] = Array("b,".utf8) + [0xE9, 0xFF]
        let (report, lines) = try rejected(Array("id,name\na,x\n".utf8) + row + Array("\n".utf8))
        #expect(report.rejected == [.invalidUTF8: 1])
        #expect(lines.first?["row"] == nil)
        #expect((lines.first?["rowBase64"] as? String).flatMap { Data(base64Encoded: $0) } == Data(row))
    }

    @Test func `broken text in a column that nobody asked for does not matter`() throws {
        let (report, _) = try rejected(Array("id,other\na,".utf8) + [0xFF, 0] + Array("\n".utf8))
        #expect(report.inserted == 1 && report.rejectedRows == 0)
    }

    @Test func `quotes, line breaks and control characters of a row survive in the rejects file`() throws {
        let row = "a,\"b\"\"\r\nc\t\u{1}\\\",x,y"
        let (_, lines) = try rejected(Array("id,name,orders\n\(row)\n".utf8))
        #expect(lines.first?["row"] as? String == row)
    }

    @Test func `rows beyond the room of the rejects file are still counted`() throws {
        let fixture = try IngestFixture()
        fixture.tuning.rejects = 1000
        let path = try fixture.write("id,orders\n" + (0..<500).map { "k\($0),x\n" }.joined())
        let report = try fixture.ingest(fixture.source(path, maxRejected: 1))
        #expect(report.rejected == [.invalidInteger: 500])
        let kept = try String(contentsOfFile: try #require(report.rejectsFile), encoding: .utf8)
        #expect((900..<1400).contains(kept.utf8.count) && kept.hasSuffix("}\n"))
    }

    @Test func `a row of enormous length is kept cut`() throws {
        let long = String(repeating: "x", count: 100_000)
        let (_, lines) = try rejected(Array("id,orders\na,\(long)\n".utf8))
        #expect((lines.first?["row"] as? String)?.utf8.count == 64 << 10)
        #expect(lines.first?["cut"] as? Bool == true)
    }
}
