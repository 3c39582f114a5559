import Foundation
import Testing
import TidegateModel

@testable import Profiles

@Suite struct IngestTests {
    private static let first = #"""
        id,name,orders,spent,consent,born,seen
        a,Anna,1,11.77,True,1997-01-01,2026-01-02T03:04:05Z
        b,"O'Brien, ""Pat""",,,no,,
        c,"",0,0,0,1969-12-31,1970-01-01

        """#

    @Test func `every type arrives as it is stored, NULL and the empty string apart`() throws {
        let fixture = try IngestFixture()
        let report = try fixture.ingest(csv: Self.first)
        #expect(
            try fixture.everything() == [
                "'a' 1 'Anna' 1 11.77 1 9862 1767323045000",
                "'b' 2 'O''Brien, \"Pat\"' NULL NULL 0 NULL NULL",
                "'c' 3 '' 0 0.0 0 -1 0",
            ]
        )
        #expect(report.rowsRead == 3 && report.inserted == 3 && report.updated == 0 && report.unchanged == 0)
        #expect(report.files.map(\.size) == [Int64(Self.first.utf8.count)])
        #expect(report.rejectsFile == nil && report.undelivered.isEmpty)
    }

    @Test func `the same result comes out wherever the buffer ends`() throws {
        let expected: [String]
        do {
            let fixture = try IngestFixture()
            try fixture.ingest(csv: Self.first)
            expected = try fixture.everything()
        }
        for buffer in 1...40 {
            let fixture = try IngestFixture()
            fixture.tuning.buffer = buffer
            try fixture.ingest(csv: Self.first)
            #expect(try fixture.everything() == expected, "with a buffer of \(buffer)")
        }
    }

    @Test func `a second ingest inserts, updates and leaves, and only what differs gets a new time`() throws {
        let fixture = try IngestFixture()
        try fixture.ingest(csv: Self.first)
        let before = fixture.clock.now().milliseconds
        fixture.clock.advance(by: .hours(24))
        let report = try fixture.ingest(
            csv:
                "id,name,orders,spent,consent,born,seen\na,Anna,1,11.77,true,1997-01-01,2026-01-02 03:04:05\nb,Pat,,,no,,\nbb,New,1,,,,\n"
        )
        #expect(report.inserted == 1 && report.updated == 1 && report.unchanged == 1 && report.removed == 0)
        #expect(
            try fixture.profiles("key", "id", "name:text", "updated_at") == [
                "'a' 1 'Anna' \(before)", "'b' 2 'Pat' \(before + 86_400_000)", "'bb' 4 'New' \(before + 86_400_000)",
                "'c' 3 '' \(before)",
            ]
        )
    }

    @Test(arguments: [
        ("name", "a,Anna", "a,"), ("name", "a,", "a,\"\""), ("orders", "a,0", "a,"), ("consent", "a,1", "a,0"),
        ("spent", "a,0.1", "a,0.2"), ("born", "a,2000-01-01", "a,2000-01-02"),
        ("seen", "a,2000-01-01", "a,2000-01-01T00:00:00.001Z"),
    ])
    func `a change of any type is seen, and writing the same again is none`(
        attribute: String,
        one: String,
        other: String
    ) throws {
        let fixture = try IngestFixture()
        try fixture.ingest(csv: "id,\(attribute)\n\(one)\n")
        #expect(try fixture.ingest(csv: "id,\(attribute)\n\(one)\n").unchanged == 1)
        #expect(try fixture.ingest(csv: "id,\(attribute)\n\(other)\n").updated == 1)
        #expect(try fixture.ingest(csv: "id,\(attribute)\n\(other)\n").unchanged == 1)
    }

    @Test func `an attribute that a source does not deliver stays as it is`() throws {
        let fixture = try IngestFixture()
        try fixture.ingest(csv: Self.first)
        let report = try fixture.ingest(csv: "orders,ignored,id\n7,x,a\n8,y,d\n", name: "shop")
        #expect(report.undelivered == ["name", "spent", "consent", "born", "seen"])
        #expect(
            try fixture.profiles("key", "name:text", "orders:integer", "spent:real") == [
                "'a' 'Anna' 7 11.77", "'b' 'O''Brien, \"Pat\"' NULL NULL", "'c' '' 0 0.0", "'d' NULL 8 NULL",
            ]
        )
    }

    @Test func `columns are found by the names that the source maps`() throws {
        let fixture = try IngestFixture()
        let path = try fixture.write("CustomerID;Full Name\na;Anna, A.\n")
        try fixture.ingest(
            fixture.source(
                path,
                columns: ["id": "CustomerID", "name": "Full Name"],
                csv: CSVReading(delimiter: UInt8(ascii: ";"))
            )
        )
        #expect(try fixture.profiles("key", "name:text") == ["'a' 'Anna, A.'"])
    }

    @Test func `text for NULL is NULL where it is not quoted`() throws {
        let fixture = try IngestFixture()
        let path = try fixture.write("id,name,orders\na,NA,NA\nb,\"NA\",\nc,NAN,1\n")
        try fixture.ingest(fixture.source(path, csv: CSVReading(null: "NA")))
        #expect(
            try fixture.profiles("key", "name:text", "orders:integer") == [
                "'a' NULL NULL", "'b' 'NA' NULL", "'c' 'NAN' 1",
            ]
        )
    }

    @Test func `of two rows with one key the later wins, and the counts add up`() throws {
        let fixture = try IngestFixture()
        let report = try fixture.ingest(csv: "id,name,orders\nb,first,1\na,x,1\nb,second,2\nb,third,3\n")
        #expect(try fixture.profiles("key", "id", "name:text", "orders:integer") == ["'a' 1 'x' 1", "'b' 2 'third' 3"])
        #expect(report.rowsRead == 4 && report.inserted == 2 && report.superseded == 2)
    }

    @Test func `replace takes away what the source delivered before and does not now`() throws {
        let fixture = try IngestFixture()
        try fixture.ingest(csv: "id,name\na,1\nb,2\nc,3\n", mode: .replace)
        let report = try fixture.ingest(csv: "id,name\nb,2\nd,4\n", mode: .replace)
        #expect(report.removed == 2 && report.inserted == 1 && report.unchanged == 1)
        #expect(try fixture.profiles("key", "id") == ["'b' 2", "'d' 4"])
    }

    @Test func `replace leaves what another source delivers`() throws {
        let fixture = try IngestFixture()
        try fixture.ingest(csv: "id,name\na,1\nb,2\nc,3\n", name: "crm", mode: .replace)
        try fixture.ingest(csv: "id,orders\nb,9\n", name: "shop")
        try fixture.ingest(csv: "id,orders\nx,1\n", name: "shop")
        let report = try fixture.ingest(csv: "id,name\nc,3\n", name: "crm", mode: .replace)
        #expect(report.removed == 1)
        #expect(
            try fixture.profiles("key", "name:text", "orders:integer") == ["'b' '2' 9", "'c' '3' NULL", "'x' NULL 1"]
        )
        #expect(try fixture.ingest(csv: "id,orders\ny,1\n", name: "shop", mode: .replace).removed == 2)
        #expect(try fixture.profiles("key") == ["'c'", "'y'"])
    }

    @Test func `an id belongs to its key for life and to no other after it`() throws {
        let fixture = try IngestFixture()
        try fixture.ingest(csv: "id\na\nb\nc\n", mode: .replace)
        try fixture.ingest(csv: "id\nb\nc\n", mode: .replace)
        try fixture.ingest(csv: "id\na\nb\n", mode: .replace)
        #expect(try fixture.profiles("key", "id") == ["'a' 4", "'b' 2"])
        #expect(try fixture.rows("SELECT value FROM counter WHERE name = 'next_profile_id'") == ["5"])
    }

    @Test func `a replacement without rows is refused where it would take everybody away`() throws {
        let fixture = try IngestFixture()
        #expect(try fixture.ingest(csv: "id,name\n", mode: .replace).rowsRead == 0)
        try fixture.ingest(csv: "id,name\na,1\n", mode: .replace)
        let state = try fixture.state()
        let path = try fixture.write("id,name\n")
        #expect(
            fixture.failure(fixture.source(path, mode: .replace))
                == .rejected(
                    "source 'crm' delivers no profile, and as it replaces, would take away all 1 it delivered before"
                )
        )
        #expect(try fixture.state() == state)
        #expect(try fixture.ingest(csv: "id,name\n").unchanged == 0)
    }

    @Test func `a new attribute is a new column, and one that changed its type starts empty`() throws {
        let fixture = try IngestFixture()
        let small = ProfileSchema(key: "id", attributes: [Attribute("id", .text), Attribute("orders", .text)])
        let path = try fixture.write("id,orders,name\na,1,Anna\nb,2,Björn\n")
        try fixture.ingest(fixture.source(path), schema: small)
        let report = try fixture.ingest(fixture.source(path))
        #expect(report.updated == 2)
        #expect(
            try fixture.profiles("key", "id", "orders:text", "orders:integer", "name:text")
                == ["'a' 1 '1' 1 'Anna'", "'b' 2 '2' 2 'Björn'"]
        )
        try fixture.ingest(csv: "id,name\nb,Bo\n")
        #expect(try fixture.profiles("orders:text", "name:text") == ["'1' 'Anna'", "'2' 'Bo'"])
    }

    @Test func `a row of the middle of many is found, and one that is far away too`() throws {
        let fixture = try IngestFixture()
        let keys = (0..<2000).map { "k\($0 + 10_000)" }
        try fixture.ingest(csv: "id,orders\n" + keys.map { "\($0),1\n" }.joined())
        let some = [3, 4, 900, 901, 1999].map { keys[$0] }
        let report = try fixture.ingest(csv: "id,orders\na,0\n" + some.map { "\($0),2\n" }.joined() + "z,0\n")
        #expect(report.updated == 5 && report.inserted == 2)
        #expect(try fixture.rows("SELECT key FROM profile WHERE \"orders:integer\" = 2 ORDER BY key") == some)
        #expect(try fixture.rows("SELECT count(*) FROM profile") == ["2002"])
    }

    @Test func `whoever reads during an ingest sees the state before it`() throws {
        let fixture = try IngestFixture()
        let keys = (0..<9000).map { "k\($0 + 10_000)" }
        try fixture.ingest(csv: "id,orders\nk,1\n")
        var seen: [String] = []
        let path = try fixture.write("id,orders\nk,2\n" + keys.map { "\($0),1\n" }.joined())
        try fixture.ingest(
            fixture.source(path),
            progress: { _ in seen += (try? fixture.profiles("key", "orders:integer")) ?? ["failed"] }
        )
        #expect(Set(seen) == ["'k' 1"])
        #expect(try fixture.rows("SELECT count(*) FROM profile") == ["9001"])
    }

    @Test(arguments: [true, false])
    func `the write-ahead log is empty after an ingest, whether others have the store open or not`(isShared: Bool)
        throws
    {
        let fixture = try IngestFixture()
        // The last one to close a store empties its log in any case.
        let other = isShared ? try Connection(path: fixture.store.path, .readOnly) : nil
        #expect(try other?.prepare("SELECT count(*) FROM profile").step() != false)
        let keys = (0..<3000).map { "k\($0 + 10_000)" }
        for orders in 1...2 {
            try fixture.ingest(csv: "id,orders\n" + keys.map { "\($0),\(orders)\n" }.joined())
            let log = try? FileManager.default.attributesOfItem(atPath: fixture.store.path + "-wal")[.size] as? Int
            #expect((log ?? 0) == 0)
            #expect(try fixture.rows("SELECT journal_mode FROM pragma_journal_mode") == ["wal"])
            #expect(try fixture.rows("SELECT sum(\"orders:integer\") FROM profile") == ["\(3000 * orders)"])
        }
        withExtendedLifetime(other) {}
    }

    @Test func `a reader that holds on to an old state delays nobody and keeps it`() throws {
        let fixture = try IngestFixture()
        try fixture.ingest(csv: "id,orders\na,1\n")
        let path = try fixture.write("id,orders\na,2\nb,3\n")
        let seen = try fixture.store.withReader { connection throws(ProfileError) -> [String] in
            let statement = try connection.prepare("SELECT count(*) FROM profile")
            _ = try statement.step()
            let before = statement.text(at: 0)
            let source = fixture.source(path)
            _ = try fixture.store.ingest(
                source,
                declared: [source.id],
                schema: IngestFixture.schema,
                clock: fixture.clock,
                rejects: fixture.folder
            )
            let again = try connection.prepare("SELECT count(*) FROM profile")
            _ = try again.step()
            return [before, again.text(at: 0)]
        }
        #expect(seen == ["1", "1"])
        #expect(try fixture.profiles("key", "orders:integer") == ["'a' 2", "'b' 3"])
    }

    @Test func `a report goes through JSON and back, codes as keys`() throws {
        let fixture = try IngestFixture()
        let report = try fixture.ingest(csv: "id,orders\na,x\nb,1\n", maxRejected: 1)
        let json = try JSONEncoder().encode(report)
        #expect(String(decoding: json, as: UTF8.self).contains("\"rejected\":{\"invalid-integer\":1}"))
        #expect(try JSONDecoder().decode(IngestReport.self, from: json) == report)
    }

    @Test func `what an ingest did is remembered with its files and what it rejected`() throws {
        let fixture = try IngestFixture()
        let report = try fixture.ingest(csv: "id,orders\na,x\nb,1\nc,\n", maxRejected: 0.5)
        #expect(
            try fixture.rows(
                "SELECT source || ' ' || rows_read || ' ' || inserted || ' ' || updated || ' ' || unchanged || ' ' || removed || ' ' || superseded FROM ingest"
            )
                == ["crm 3 2 0 0 0 0"]
        )
        #expect(
            try fixture.rows("SELECT path || ' ' || size || ' ' || sha256 FROM ingest_file")
                == report.files.map { "\($0.path) \($0.size) \($0.sha256)" }
        )
        #expect(try fixture.rows("SELECT code || ' ' || rows FROM ingest_rejected") == ["invalid-integer 1"])
    }
}
