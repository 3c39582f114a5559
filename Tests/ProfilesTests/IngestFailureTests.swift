import Foundation
import Testing
import TidegateModel

@testable import Profiles

@Suite struct IngestFailureTests {
    /// A store with something in it, from two sources.
    private func filled() throws -> IngestFixture {
        let fixture = try IngestFixture()
        try fixture.ingest(csv: "id,name\na,1\nb,2\nc,3\n", name: "crm", mode: .replace)
        try fixture.ingest(csv: "id,orders\nb,1\n", name: "shop")
        return fixture
    }

    private static let many = "id,name,orders\n" + (0..<20_000).map { "k\($0 + 100_000),n,\($0)\n" }.joined()
    private static let manyUnsorted = "id,name,orders\n" + (0..<20_000).map { "k\(900_000 - $0),n,\($0)\n" }.joined()

    @Test(arguments: [many, manyUnsorted])
    func `an ingest that is cancelled in the middle changes nothing`(text: String) throws {
        let fixture = try filled()
        let state = try fixture.state()
        let path = try fixture.write(text)
        var asked = 0
        #expect(throws: ProfileError.cancelled) {
            try fixture.ingest(fixture.source(path, mode: .replace)) { _ in
            } isCancelled: {
                asked += 1
                return asked > 2
            }
        }
        #expect(try fixture.state() == state)
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.folder + "/rejects").isEmpty)
    }

    @Test(arguments: [many, manyUnsorted])
    func `a first ingest that is cancelled in the middle leaves an empty store`(text: String) throws {
        let fixture = try IngestFixture()
        let state = try fixture.state()
        let path = try fixture.write(text)
        #expect(throws: ProfileError.cancelled) {
            var asked = 0
            try fixture.ingest(fixture.source(path)) { _ in
            } isCancelled: {
                asked += 1
                return asked > 2
            }
        }
        #expect(try fixture.state() == state)
        #expect(try fixture.ingest(fixture.source(path)).inserted == 20_000)
    }

    @Test(arguments: [many, manyUnsorted])
    func `a file that changes while it is read changes nothing`(text: String) throws {
        let fixture = try filled()
        fixture.tuning.buffer = 4096
        let state = try fixture.state()
        let path = try fixture.write(text)
        let handle = try #require(FileHandle(forWritingAtPath: path))
        handle.seekToEndOfFile()
        #expect(throws: ProfileError.transient("source 'crm' finds that '\(path)' changed while it was read")) {
            try fixture.ingest(fixture.source(path)) { _ in handle.write(Data("z,z,1\n".utf8)) }
        }
        #expect(try fixture.state() == state)
    }

    @Test func `a file that is replaced while it is read changes nothing`() throws {
        let fixture = try filled()
        fixture.tuning.buffer = 4096
        let state = try fixture.state()
        let path = try fixture.write(Self.many)
        #expect(throws: ProfileError.transient("source 'crm' finds that '\(path)' changed while it was read")) {
            try fixture.ingest(fixture.source(path)) { _ in
                try? FileManager.default.removeItem(atPath: path)
                try? Data(Self.many.utf8).write(to: URL(fileURLWithPath: path))
            }
        }
        #expect(try fixture.state() == state)
    }

    @Test func `a file that ends inside a quoted field changes nothing`() throws {
        let fixture = try filled()
        let state = try fixture.state()
        let path = try fixture.write("id,name\na,x\nd,\"half\nwrit")
        #expect(
            fixture.failure(fixture.source(path))
                == .transient(
                    "source 'crm' finds that '\(path)' ends inside a quoted field of the row on line 3; is it still being written?"
                )
        )
        #expect(try fixture.state() == state)
    }

    @Test func `too many rejected rows change nothing, and the rows are kept with their reasons`() throws {
        let fixture = try filled()
        let state = try fixture.state()
        let path = try fixture.write("id,orders,seen\nd,1,\ne,one,\nf,2,\n,3,\ng,4,yesterday\n")
        let kept = fixture.folder + "/rejects/crm-20261121T060000Z.jsonl"
        #expect(
            fixture.failure(fixture.source(path, maxRejected: 0.5))
                == .rejected(
                    "source 'crm' has 3 of 5 rows rejected, more than the share of 0.5 it allows (customers.csv line 3: "
                        + "invalid-integer in 'orders', customers.csv line 5: missing-key in 'id', customers.csv line 6: "
                        + "invalid-timestamp in 'seen'); see '\(kept)'"
                )
        )
        #expect(try fixture.state() == state)
        #expect(try String(contentsOfFile: kept, encoding: .utf8).split(separator: "\n").count == 3)
    }

    @Test(arguments: [(1, 4, 0.25), (29, 100, 0.29), (57, 100, 0.57), (3, 3, 1)])
    func `a share of rejected rows that is just allowed is let through, and one more is not`(
        rejected: Int,
        of rows: Int,
        share: Double
    ) throws {
        let fixture = try IngestFixture()
        let text = { (bad: Int, all: Int) in
            "id,orders\n" + (0..<all).map { "k\($0 + 1000),\($0 < bad ? "x" : "1")\n" }.joined()
        }
        let report = try fixture.ingest(csv: text(rejected, rows), maxRejected: share)
        #expect(report.inserted == rows - rejected && report.rejected == [.invalidInteger: rejected])
        guard rejected < rows else { return }
        #expect(throws: ProfileError.self) {
            try fixture.ingest(csv: text(rejected + 1, rows), maxRejected: share)
        }
    }

    @Test func `a source without rows rejects nothing, even where nothing may be rejected`() throws {
        let fixture = try IngestFixture()
        #expect(try fixture.ingest(csv: "id,orders\n", maxRejected: 0).rowsRead == 0)
        #expect(throws: ProfileError.self) { try fixture.ingest(csv: "id,orders\n,1\n", maxRejected: 0) }
    }

    @Test func `a rejects folder that is not there is told, and changes nothing`() throws {
        let fixture = try filled()
        let state = try fixture.state()
        try FileManager.default.removeItem(atPath: fixture.folder + "/rejects")
        let path = try fixture.write("id,orders\nd,x\n")
        let kept = fixture.folder + "/rejects/crm-20261121T060000Z.jsonl"
        #expect(
            fixture.failure(fixture.source(path, maxRejected: 1))
                == .rejected("source 'crm' cannot keep its rejected rows in '\(kept)': No such file or directory")
        )
        #expect(try fixture.state() == state)
    }

    @Test func `profile numbers that are used up are told, and change nothing`() throws {
        let fixture = try IngestFixture()
        try fixture.store.withWriter { connection throws(ProfileError) in
            try connection.execute("UPDATE counter SET value = 4294967295")
        }
        #expect(try fixture.ingest(csv: "id\na\n").inserted == 1)
        let state = try fixture.state()
        let path = try fixture.write("id\nb\n")
        #expect(
            fixture.failure(fixture.source(path))
                == .rejected("profile store has given away all 4294967295 profile numbers")
        )
        #expect(try fixture.state() == state)
    }
}
