import Foundation
import Testing
import TidegateModel

@testable import Profiles

@Suite struct IngestSourcesTests {
    private static let text = "id,name\n" + (0..<300).map { "k\($0 + 1000),\"name \($0), of many\"\n" }.joined()

    private func ingested(_ bytes: [UInt8], as name: String = "customers.csv", buffer: Int = 256 << 10) throws -> (
        IngestReport, [String]
    ) {
        let fixture = try IngestFixture()
        fixture.tuning.buffer = buffer
        let report = try fixture.ingest(fixture.source(try fixture.write(bytes, as: name)))
        return (report, try fixture.profiles("key", "name:text"))
    }

    private func failure(_ bytes: [UInt8], format: Source.Format = .csv) throws -> ProfileError? {
        let fixture = try IngestFixture()
        let state = try fixture.state()
        let path = try fixture.write(bytes)
        let failure = fixture.failure(fixture.source(path, format: format))
        #expect(try fixture.state() == state)
        switch failure {
        case .rejected(let sentence): return .rejected(sentence.replacing("'\(path)'", with: "FILE"))
        case .transient(let sentence): return .transient(sentence.replacing("'\(path)'", with: "FILE"))
        default: return failure
        }
    }

    @Test(arguments: [1, 7, 64, 256 << 10])
    func `compression is told by content, and read whatever the buffer`(buffer: Int) throws {
        let plain = Array(Self.text.utf8)
        let expected = try ingested(plain).1
        #expect(expected.count == 300)
        let half = plain.count / 2
        let forms: [[UInt8]] = [
            plain, gzip(plain), zstd(plain),
            gzip(plain[..<half]) + gzip(plain[half...]), zstd(plain[..<half]) + zstd(plain[half...]),
            gzip(plain) + gzip([]), gzip(plain) + [UInt8](repeating: 0, count: 512),
            // A skippable frame first.
            [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3] + zstd(plain),
        ]
        for (index, form) in forms.enumerated() {
            let (report, profiles) = try ingested(form, buffer: buffer)
            #expect(profiles == expected, "form \(index)")
            #expect(report.files.first?.size == Int64(form.count), "form \(index)")
        }
    }

    @Test func `the digest is of the file as it is on disk`() throws {
        let fixture = try IngestFixture()
        let path = try fixture.write("id\na\n")
        let report = try fixture.ingest(fixture.source(path))
        #expect(
            report.files == [
                IngestReport.File(
                    path: path,
                    size: 5,
                    sha256: "1830fc9c555d1d487575d177ff91a65767af948c8319af93d72ca6cffa43c7f9"
                )
            ]
        )
    }

    @Test func `compressed data that was cut anywhere changes nothing`() throws {
        for whole in [gzip(Self.text.utf8), zstd(Self.text.utf8)] {
            for cut in stride(from: 4, to: whole.count, by: max(1, whole.count / 60)) + [
                whole.count - 1, whole.count - 5,
            ] {
                let failed = try failure(Array(whole[..<cut]))
                #expect(
                    failed
                        == .transient(
                            "source 'crm' finds that FILE ends in the middle of its compressed data; is it still being written?"
                        ),
                    "cut at \(cut) of \(whole.count)"
                )
            }
        }
    }

    @Test func `compressed data that is damaged or followed by something else is refused`() throws {
        var wrongSum = gzip(Self.text.utf8)
        wrongSum[wrongSum.count - 6] ^= 1
        #expect(try failure(wrongSum) == .rejected("source 'crm' cannot read FILE: its gzip checksum is wrong"))
        #expect(
            try failure(gzip(Self.text.utf8) + Array("id".utf8))
                == .rejected("source 'crm' cannot read FILE: something that is no gzip follows its gzip data")
        )
        #expect(
            try failure(gzip(Self.text.utf8) + [0, 0, 1])
                == .rejected("source 'crm' cannot read FILE: something that is no gzip follows its gzip data")
        )
        #expect(
            try failure(zstd(Self.text.utf8) + Array("something".utf8))
                == .rejected("source 'crm' cannot read FILE: its zstd data is damaged: Unknown frame descriptor")
        )
    }

    @Test func `a file that cannot be right is refused in one sentence`() throws {
        #expect(try failure([]) == .rejected("source 'crm' finds FILE empty"))
        #expect(try failure([], format: .jsonl) == .rejected("source 'crm' finds FILE empty"))
        #expect(try failure(Array("\n\n".utf8)) == .rejected("source 'crm' finds no header in FILE"))
        #expect(try failure(gzip([])) == .rejected("source 'crm' finds no header in FILE"))
        #expect(
            try failure(Array("name,orders\na,1\n".utf8))
                == .rejected("source 'crm' finds no column 'id' for the key 'id' in the header of FILE")
        )
        #expect(
            try failure(Array("id,name,name\na,1,2\n".utf8))
                == .rejected("source 'crm' finds column 'name' twice in the header of FILE")
        )
        #expect(
            try failure([0xFF, 0xFE, 0x69, 0, 0x64, 0])
                == .rejected("source 'crm' cannot read FILE: it is UTF-16, UTF-8 is needed")
        )
    }

    @Test func `a column that comes twice and that nobody asked for does not matter`() throws {
        #expect(try ingested(Array("x,id,x\n1,a,2\n".utf8)).1 == ["'a' NULL"])
    }

    @Test func `a file that is not there, or is none, is told with its path`() throws {
        let fixture = try IngestFixture()
        let missing = fixture.folder + "/in/nobody.csv"
        #expect(
            fixture.failure(fixture.source(missing))
                == .rejected("source 'crm' cannot read '\(missing)': No such file or directory")
        )
        #expect(
            fixture.failure(fixture.source("/dev/null"))
                == .rejected("source 'crm' cannot read '/dev/null': it is no regular file")
        )
        let folder = fixture.folder + "/in"
        #expect(
            fixture.failure(fixture.source(folder))
                == .rejected("source 'crm' finds no file (*.csv, or with .gz or .zst) in '\(folder)'")
        )
        #expect(
            fixture.failure(fixture.source(folder + "/*.csv"))
                == .rejected("source 'crm' finds no file like '\(folder)/*.csv'")
        )
    }

    @Test func `a folder is read file by file, by name, and only what has the format's extension`() throws {
        let fixture = try IngestFixture()
        try fixture.write("id,name\na,old\nb,old\n", as: "1.csv")
        try fixture.write(gzip("name,id\nnew,b\nnew,c\n".utf8), as: "2.CSV.GZ")
        try fixture.write(zstd("id,name\nd,new\n".utf8), as: "3.csv.zst")
        for other in ["notes.txt", ".4.csv", "5.csv.part", "6.jsonl"] { try fixture.write("id,name\nz,z\n", as: other) }
        try FileManager.default.createDirectory(atPath: fixture.folder + "/in/7.csv", withIntermediateDirectories: true)
        let report = try fixture.ingest(fixture.source(fixture.folder + "/in"))
        #expect(try fixture.profiles("key", "name:text") == ["'a' 'old'", "'b' 'new'", "'c' 'new'", "'d' 'new'"])
        #expect(report.files.map { $0.path.split(separator: "/").last } == ["1.csv", "2.CSV.GZ", "3.csv.zst"])
        #expect(report.rowsRead == 5 && report.superseded == 1)
    }

    @Test func `a glob is read like a folder, and a file whose name looks like one is itself`() throws {
        let fixture = try IngestFixture()
        try fixture.write("id,name\na,1\n", as: "day-1.csv")
        try fixture.write("id,name\nb,2\n", as: "day-2.csv")
        try fixture.write("id,name\nc,3\n", as: "week[1].csv")
        #expect(try fixture.ingest(fixture.source(fixture.folder + "/in/day-?.csv")).files.count == 2)
        #expect(try fixture.ingest(fixture.source(fixture.folder + "/in/week[1].csv")).files.count == 1)
        #expect(try fixture.profiles("key") == ["'a'", "'b'", "'c'"])
    }

    @Test func `files that deliver different attributes complete each other`() throws {
        let fixture = try IngestFixture()
        try fixture.write("id,name\na,Anna\nb,Bo\n", as: "1.csv")
        try fixture.write("id,orders\nb,2\nc,3\n", as: "2.csv")
        let report = try fixture.ingest(fixture.source(fixture.folder + "/in"))
        #expect(
            try fixture.profiles("key", "name:text", "orders:integer") == [
                "'a' 'Anna' NULL", "'b' 'Bo' 2", "'c' NULL 3",
            ]
        )
        #expect(report.undelivered == ["spent", "consent", "born", "seen"])
    }

    @Test func `progress tells every byte and row`() throws {
        let fixture = try IngestFixture()
        fixture.tuning.buffer = 4096
        let text = "id,orders\n" + (0..<20_000).map { "k\(900_000 - $0),1\n" }.joined()
        var steps: [IngestProgress] = []
        try fixture.ingest(fixture.source(try fixture.write(text))) { steps.append($0) }
        #expect(steps.allSatisfy { $0.bytesTotal == Int64(text.utf8.count) })
        #expect(steps.contains { $0.phase == .reading && $0.bytesRead == $0.bytesTotal && $0.rowsRead == 20_000 })
        #expect(steps.contains { $0.phase == .writing && $0.rowsWritten > 0 })
    }
}
