import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import AudienceManager

@Suite struct ControlFileTests {
    static func name(_ template: String = AudienceManagerLayout.defaultName) throws -> OutboundFileName {
        try OutboundFileName(
            template: OutboundTemplate(template, for: .name),
            values: Outbound.constants(order: "12345", dpid: 67890, at: 1_500_727_351_632), fileExtension: ".gz")
    }

    /// The sizes and lines of the vendor's sample, whose totals are known.
    static let sample: [(Int64, Int64)] = [
        (293_029_329, 36_893_908), (293_039_238, 36_895_184), (293_050_833, 36_896_787), (218_425_764, 27_498_226),
    ]

    static func control(_ files: [(Int64, Int64)]) throws -> ControlFile {
        let name = try name()
        return ControlFile(
            name,
            files: files.enumerated().map { number, file in
                ControlFile.File(
                    name: name.part(number + 1), byteSize: file.0, lineCount: file.1,
                    md5: "d41d8cd98f00b204e9800998ecf8427e")
            })
    }

    @Test func `the control file is named after the root of the sequence`() throws {
        #expect(try Self.name().controlFile == "ftp_12345_67890_full_1500727351632.info")
        #expect(try Self.name("<TIMESTAMP>.sync").controlFile == "1500727351632.info")
        #expect(try Self.name("v1.2_<TIMESTAMP>").controlFile == "v1.2_1500727351632.info")
        #expect(try Self.name("<TIMESTAMP>_SPLITNUM_end.csv").controlFile == "1500727351632__end.info")
    }

    @Test func `a control file has the vendor's shape`() throws {
        let text = String(decoding: try Self.control([(10, 3), (7, 2)]).encoded(), as: UTF8.self)
        #expect(
            text == """
                {
                  "Files": [
                    {
                      "FileByteSize": 10,
                      "FileLineCount": 3,
                      "FileName": "ftp_12345_67890_full_1500727351632.sync.gz",
                      "FileSequenceNumber": 1,
                      "md5": "d41d8cd98f00b204e9800998ecf8427e"
                    },
                    {
                      "FileByteSize": 7,
                      "FileLineCount": 2,
                      "FileName": "ftp_12345_67890_full_1500727351632001.sync.gz",
                      "FileSequenceNumber": 2,
                      "md5": "d41d8cd98f00b204e9800998ecf8427e"
                    }
                  ],
                  "Totals": {
                    "FileName": "ftp_12345_67890_full_1500727351632.sync",
                    "TotalByteSize": 17,
                    "TotalNumberFiles": 2,
                    "TotalNumberLines": 5
                  }
                }

                """)
    }

    @Test func `the totals of the vendor's sample are ours`() throws {
        let control = try Self.control(Self.sample)
        #expect(control.totalByteSize == 1_097_545_164)
        #expect(control.totalLineCount == 138_184_105)
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `totals are always the sums, in strict JSON`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let files = (0..<Int.random(in: 0...20, using: &random)).map { _ in
            (Int64.random(in: 0...1 << 40, using: &random), Int64.random(in: 0...1 << 33, using: &random))
        }
        let encoded = try Self.control(files).encoded()
        let json = try #require(try JSONSerialization.jsonObject(with: Data(encoded)) as? [String: Any])
        let listed = try #require(json["Files"] as? [[String: Any]])
        let totals = try #require(json["Totals"] as? [String: Any])
        #expect(Set(json.keys) == ["Files", "Totals"])
        #expect(listed.compactMap { $0["FileByteSize"] as? Int64 } == files.map(\.0))
        #expect(listed.compactMap { $0["FileLineCount"] as? Int64 } == files.map(\.1))
        #expect(listed.compactMap { $0["FileSequenceNumber"] as? Int } == Array(1...files.count + 1).dropLast())
        #expect(totals["TotalByteSize"] as? Int64 == files.map(\.0).reduce(0, +))
        #expect(totals["TotalNumberLines"] as? Int64 == files.map(\.1).reduce(0, +))
        #expect(totals["TotalNumberFiles"] as? Int == files.count)
    }

    @Test func `a strange name is still JSON`() throws {
        let template = try OutboundTemplate("<PID_ALIAS> <TIMESTAMP>.sync", for: .name)
        let name = try OutboundFileName(template: template, values: Outbound.constants(alias: #"a"b€"#))
        let control = ControlFile(name, files: [.init(name: name.part(1), byteSize: 1, lineCount: 1, md5: "")])
        let json = try JSONSerialization.jsonObject(with: Data(control.encoded())) as? [String: Any]
        let totals = json?["Totals"] as? [String: Any]
        #expect(totals?["FileName"] as? String == #"a"b€ 1486140844000.sync"#)
    }
}
