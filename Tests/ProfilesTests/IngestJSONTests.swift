import Foundation
import Testing
import TidegateModel

@testable import Profiles

@Suite struct IngestJSONTests {
    private func ingested(_ text: String, buffer: Int = 256 << 10, maxRejected: Double = 0) throws -> (
        IngestReport, [String]
    ) {
        let fixture = try IngestFixture()
        fixture.tuning.buffer = buffer
        let path = try fixture.write(text, as: "customers.jsonl")
        let report = try fixture.ingest(fixture.source(path, format: .jsonl, maxRejected: maxRejected))
        return (report, try fixture.everything())
    }

    @Test func `the same customers come out of JSON Lines as out of CSV`() throws {
        let json = """
            {"id":"a","name":"Anna","orders":1,"spent":11.77,"consent":true,"born":"1997-01-01","seen":"2026-01-02T03:04:05Z"}
            {"seen":null,"born":null,"consent":false,"spent":null,"orders":null,"name":"O'Brien, \\"Pat\\"","id":"b"}

            {"id":"c", "name" : "", "extra": {"a":[1,{"b":"}"}],"c":"\\u00e9"}, "orders":0,"spent":0,"consent":"no","born":"1969-12-31","seen":""}
            """
        let csv =
            "id,name,orders,spent,consent,born,seen\na,Anna,1,11.77,True,1997-01-01,2026-01-02T03:04:05Z\n"
            + "b,\"O'Brien, \"\"Pat\"\"\",,,no,,\nc,\"\",0,0,0,1969-12-31,\n"
        let fixture = try IngestFixture()
        try fixture.ingest(csv: csv)
        let expected = try fixture.everything()
        for buffer in [1, 2, 3, 10, 50, 100, 1000] {
            #expect(try ingested(json, buffer: buffer).1 == expected, "with a buffer of \(buffer)")
        }
        #expect(try ingested(json.replacing("\n", with: "\r\n") + "\r\n").1 == expected)
        #expect(try ingested("\u{FEFF}" + json).1 == expected)
    }

    @Test func `escapes mean what they say, surrogate pairs included`() throws {
        let (_, profiles) = try ingested(#"{"id":"a","n\u0061me":"\"\\\/\b\f\n\r\t\u00e9\u88D5\ud83d\uDE00"}"#)
        #expect(profiles == ["'a' 1 '\"\\/\u{8}\u{C}\n\r\té裕😀' NULL NULL NULL NULL NULL"])
    }

    @Test func `numbers keep their digits where text is wanted, and their value where numbers are`() throws {
        let (_, profiles) = try ingested(
            #"{"id":12345678901234567890,"name":1.50,"orders":-9223372036854775808,"spent":1e-3,"consent":1}"#
        )
        #expect(profiles == ["'12345678901234567890' 1 '1.50' -9223372036854775808 0.001 1 NULL NULL"])
    }

    @Test func `a key that an object does not have leaves the attribute, and null empties it`() throws {
        let fixture = try IngestFixture()
        try fixture.ingest(csv: "id,name,orders\na,Anna,1\nb,Bo,2\n")
        let path = try fixture.write(
            "{\"id\":\"a\",\"orders\":null}\n{\"id\":\"b\",\"orders\":3}\n{\"id\":\"c\",\"orders\":4}\n",
            as: "x.jsonl"
        )
        let report = try fixture.ingest(fixture.source(path, format: .jsonl))
        #expect(
            try fixture.profiles("key", "name:text", "orders:integer") == [
                "'a' 'Anna' NULL", "'b' 'Bo' 3", "'c' NULL 4",
            ]
        )
        #expect(report.undelivered == ["name", "spent", "consent", "born", "seen"])
    }

    @Test func `of a key that comes twice in an object the last counts`() throws {
        #expect(try ingested(#"{"id":"a","orders":1,"orders":2}"#).1 == ["'a' 1 NULL 2 NULL NULL NULL NULL"])
    }

    @Test func `rows of one key that say different things complete each other, the later first`() throws {
        let rows =
            #"{"id":"b","name":"x","orders":1}"# + "\n" + #"{"id":"a"}"# + "\n" + #"{"id":"b","orders":null,"spent":2}"#
        let (report, profiles) = try ingested(rows)
        #expect(profiles == ["'a' 1 NULL NULL NULL NULL NULL NULL", "'b' 2 'x' NULL 2.0 NULL NULL NULL"])
        #expect(report.superseded == 1)
    }

    @Test(
        arguments: [
            (#"{"id":"a""#, RejectionCode.invalidJSON), (#"["a"]"#, .invalidJSON), (#""a""#, .invalidJSON),
            ("{", .invalidJSON),
            (#"{"id":"a",}"#, .invalidJSON), (#"{"id":"a"} x"#, .invalidJSON), (#"{"id":"a" "name":1}"#, .invalidJSON),
            (#"{id:"a"}"#, .invalidJSON), (#"{"id":'a'}"#, .invalidJSON), (#"{"id":"a","x":01}"#, .invalidJSON),
            (#"{"id":"a","orders":1.}"#, .invalidJSON), (#"{"id":"a","orders":+1}"#, .invalidJSON),
            (#"{"id":"a","orders":NaN}"#, .invalidJSON), (#"{"id":"a","x":tru}"#, .invalidJSON),
            (#"{"id":"a","name":"\x"}"#, .invalidJSON), (#"{"id":"a","name":"\u12"}"#, .invalidJSON),
            (#"{"id":"a","x":"\q"}"#, .invalidJSON), (#"{"id":"a","x":[1,]}"#, .invalidJSON),
            (#"{"id":"a","x":{"b"}}"#, .invalidJSON),
            ("{\"id\":\"a\",\"name\":\"tab\tbed\"}", .invalidJSON), (#"{"id":"a","name":"\"#, .invalidJSON),
            (
                #"{"id":"a","x":"# + String(repeating: "[", count: 200) + String(repeating: "]", count: 200) + "}",
                .invalidJSON
            ),
            (#"{"id":"a","name":"\ud800"}"#, .invalidUTF8), (#"{"id":"a","name":"\udc00\ud800"}"#, .invalidUTF8),
            (#"{"id":"a","name":"\ud800\u0041"}"#, .invalidUTF8), (#"{"id":"a","name":"x\u0000"}"#, .nulByte),
            (#"{"id":"a","name":[1]}"#, .wrongType), (#"{"id":"a","orders":{}}"#, .wrongType),
            (#"{"id":"a","orders":true}"#, .wrongType),
            (#"{"id":"a","name":true}"#, .wrongType), (#"{"id":"a","born":20260101}"#, .wrongType),
            (#"{"id":"a","seen":0}"#, .wrongType),
            (#"{"id":"a","orders":1.5}"#, .invalidInteger),
            (#"{"id":"a","orders":9223372036854775808}"#, .invalidInteger),
            (#"{"id":"a","orders":"many"}"#, .invalidInteger), (#"{"id":"a","spent":1e999}"#, .invalidReal),
            (#"{"id":"a","consent":2}"#, .invalidBoolean), (#"{"id":"a","born":"today"}"#, .invalidDate),
            (#"{"id":"a","seen":"now"}"#, .invalidTimestamp), (#"{"name":"x"}"#, .missingKey), ("{}", .missingKey),
            (#"{"id":null}"#, .missingKey), (#"{"id":""}"#, .missingKey),
            (#"{"id":"a","orders":"x","name":[}"#, .invalidJSON),
        ] as [(String, RejectionCode)]
    )
    func `a line that is no customer is rejected for the right reason`(line: String, code: RejectionCode) throws {
        let (report, profiles) = try ingested("{\"id\":\"0\"}\n\(line)\n{\"id\":\"z\"}\n", maxRejected: 1)
        #expect(report.rejected == [code: 1])
        #expect(profiles.count == 2)
    }

    @Test func `lines are counted as an editor counts them`() throws {
        let fixture = try IngestFixture()
        let path = try fixture.write("{\"id\":\"a\"}\n\n  \r\nnothing\n", as: "x.jsonl")
        let report = try fixture.ingest(fixture.source(path, format: .jsonl, maxRejected: 1))
        let kept = try String(contentsOfFile: try #require(report.rejectsFile), encoding: .utf8)
        #expect(kept.contains("\"line\":4,"))
        #expect(report.rowsRead == 2)
    }
}
