import AudienceManager
import Foundation
import Testing
import TidegateModel

@testable import Profiles

@Suite struct IDFileTests {
    private let fixture: IDFixture
    private let a = String(repeating: "1", count: 38)

    init() throws {
        fixture = try IDFixture([
            .made(111, .device), .made(222, .crossDevice), .made(333, .crossDevice, form: .alphanumeric),
            .made(444, .device, form: .lowercaseUUID), .made(898, .crossDevice, form: .sha256),
        ])
    }

    @Test func `a row links its first id with every other one`() throws {
        let receipt = try fixture.take("adobe_id_111_222_333_1454442149.sync", "d\tc\tx\r\ne\tc\ty".utf8)
        #expect(receipt.outcome == .taken)
        #expect(receipt.kind == .ids)
        let counts = try #require(receipt.ids)
        #expect(counts.recordsReceived == 2)
        #expect(counts.storedRecords == 2)
        #expect(counts.newIDs == 5)
        #expect(counts.newMappings == 4)
        #expect(try fixture.identities() == ["111:d", "111:e", "222:c", "333:x", "333:y"])
        #expect(try fixture.links() == ["111:d-222:c", "111:d-333:x", "111:e-222:c", "111:e-333:y"])
        #expect(try fixture.rows("SELECT DISTINCT linked_at FROM identity_link") == ["77000"])
    }

    @Test func `what is known already is counted as known and moves nothing`() throws {
        try fixture.take("adobe_id_111_222_1454442149.sync", "d\tc\ne\tc\n".utf8)
        let links = try fixture.rows("SELECT identity || other || sequence || linked_at FROM identity_link")
        let counts = try #require(try fixture.take("adobe_id_111_222_1454442150.sync", "e\tc\nd\tc\nd\tc\n".utf8).ids)
        #expect(counts.knownMappings == 3)
        #expect(counts.newMappings == 0)
        #expect(counts.newIDs == 0)
        #expect(try fixture.rows("SELECT identity || other || sequence || linked_at FROM identity_link") == links)
    }

    @Test func `every reason for which a row is rejected is counted, with its line`() throws {
        let uuid = "0f0f0f0f-0000-4000-8000-000000000000"
        let rows: [(row: String, reason: String?)] = [
            ("\(a)\t\(uuid)\tx", nil), ("\(a)\t\(uuid)", "wrong-column-count"),
            ("\(a)\t\(uuid)\tx\ty", "wrong-column-count"), ("\(a)\t\(uuid)\tx\t", "trailing-blank"),
            ("\(a)\t\(uuid)\tx ", "trailing-blank"), ("\(a)\t\tx", "empty-id"), ("", "blank-line"),
            ("\(a)1\t\(uuid)\tx", "invalid-aam-id"), ("\(a)\t\(uuid.uppercased())\tx", "invalid-device-id"),
            ("\(a)\t\(uuid)\tx_y", "invalid-id"), ("\(a)\t\(uuid)\tx:y", "id-with-colon"),
            ("\(a)\t\(uuid)\tx%3ay", "id-with-colon"), ("\(a)\t\(uuid)\t\u{0}x", "nul-byte"),
            ("\(a)\t\(uuid)\t" + String(repeating: "x", count: 200), "line-too-long"),
        ]
        fixture.maxLineBytes = 200
        var text = Array(rows.map { $0.row + "\n" }.joined().utf8)
        text += Array("\(a)\t\(uuid)\t".utf8) + [0xC3, 0x28, 0x0A]
        let receipt = try fixture.take("adobe_id_0_444_333_1454442149.sync", text)
        let counts = try #require(receipt.ids)
        var expected: [String: Int] = ["invalid-utf8": 1]
        for row in rows { if let reason = row.reason { expected[reason, default: 0] += 1 } }
        #expect(counts.rejected == expected)
        #expect(counts.recordsReceived == rows.count + 1)
        #expect(counts.storedRecords == 1)
        #expect(counts.addUp)
        let samples = rows.enumerated().compactMap { index, row in
            row.reason.map { FileReceipt.Sample(line: index + 1, reason: $0) }
        }
        #expect(receipt.samples == samples + [FileReceipt.Sample(line: rows.count + 1, reason: "invalid-utf8")])
        #expect(try fixture.links() == ["0:\(a)-444:\(uuid)", "0:\(a)-333:x"])
    }

    @Test func `a customer has up to ten hashed addresses, an eleventh pushes the first out`() throws {
        let hashes = (0..<11).map { String(repeating: String($0, radix: 16), count: 64) }
        let first = "Ann\t" + hashes[0..<10].joined(separator: "\t")
        let receipt = try fixture.take("c2c_id_222_898_1454442149.sync", (first + "\nAnn\t\(hashes[10])\n").utf8)
        let counts = try #require(receipt.ids)
        #expect(counts.newMappings == 11)
        #expect(counts.evictedMappings == 1)
        #expect(try fixture.links() == hashes[1...].map { "222:Ann-898:\($0)" })
    }

    @Test func `the documented caps hold`() throws {
        let people = (0..<12).map { "d\tp\($0)\n" }.joined()
        #expect(try fixture.take("adobe_id_111_222_1454442149.sync", people.utf8).ids?.evictedMappings == 2)
        #expect(try fixture.links() == (2..<12).map { "111:d-222:p\($0)" })
        let devices = (0..<103).map { "x\($0)\tq\n" }.joined()
        #expect(try fixture.take("adobe_id_111_333_1454442149.sync", devices.utf8).ids?.evictedMappings == 3)
        let uuids = (0..<1004).map { "d\t00000000-0000-0000-0000-" + String(format: "%012d", $0) + "\n" }.joined()
        #expect(try fixture.take("adobe_id_111_444_1454442149.sync", uuids.utf8).ids?.evictedMappings == 4)
        let kept = try fixture.rows("SELECT count(*) / 2 FROM identity_link")
        #expect(kept == [String(10 + 100 + 1000)])
    }

    @Test func `another data source's customers on the same device are counted apart`() throws {
        fixture.caps.peoplePerDevice = 1
        let counts = try fixture.take("adobe_id_111_222_333_1454442149.sync", "d\tp\tq\n".utf8).ids
        #expect(counts?.evictedMappings == 0)
        #expect(try fixture.links() == ["111:d-222:p", "111:d-333:q"])
    }

    @Test func `ids that look personal are warned about and taken, hashed addresses are not looked at`() throws {
        let hash = String(repeating: "a", count: 64)
        let receipt = try fixture.take("adobe_id_111_222_1454442149.sync", "d\tann@example.com\ne\t+46701234567\n".utf8)
        #expect(receipt.warnings == ["e-mail": 1, "phone": 1])
        #expect(receipt.ids?.storedRecords == 2)
        fixture.sources.append(.made(899, .crossDevice))
        let hashed = try fixture.take(
            "c2c_id_222_899_1454442149.sync", "c\t+46701234567\nben@example.com\t\(hash)\n".utf8)
        #expect(hashed.warnings == ["e-mail": 1])
    }

    @Test func `a file whose first column is no device is rejected whole`() throws {
        let receipt = try fixture.take("adobe_id_222_111_1454442149.sync", "c\td\n".utf8)
        #expect(receipt.outcome == .rejected)
        #expect(receipt.reason == "data source 222, the first in the name, is not one of devices")
        #expect(try fixture.identities() == [])
    }

    @Test func `a packed file that is too large once it is unpacked leaves nothing`() throws {
        let bytes = gzip("d\tc\n".utf8)
        fixture.maxPlain = 3
        let receipt = try fixture.take("adobe_id_111_222_1454442149.sync.gz", bytes)
        #expect(receipt.outcome == .rejected)
        #expect(receipt.reason == "file has more than the 3 bytes allowed once it is unpacked")
        #expect(try fixture.identities() == [])
        fixture.maxPlain = 4
        #expect(try fixture.take("adobe_id_111_222_1454442149.sync.gz", bytes).outcome == .taken)
    }

    @Test func `customers' addresses are no devices`() throws {
        #expect(try fixture.take("c2c_id_111_898_1454442149.sync", "c\td\n".utf8).outcome == .rejected)
        #expect(try fixture.take("c2c_id_222_111_1454442149.sync", "c\td\n".utf8).outcome == .rejected)
    }

    @Test func `a file of a data source that nobody declares waits for a person`() throws {
        let receipt = try fixture.take("adobe_id_111_777_1454442149.sync", "d\tc\n".utf8)
        #expect(receipt.outcome == .refused)
        #expect(receipt.reason == "data source 777 is not declared")
        #expect(try fixture.rows("SELECT count(*) FROM drop_file") == ["0"])
    }

    @Test func `damage at the end of a file undoes what its beginning brought`() throws {
        fixture.tuning = IDTuning(chunk: 1024, ids: 16)
        let text = (0..<9999).map { "device-\($0)\tcustomer-\($0)\n" }.joined()
        let whole = gzip(text.utf8)
        let receipt = try fixture.take("adobe_id_111_222_1454442149.sync.gz", whole.dropLast(20))
        #expect(receipt.outcome == .rejected)
        #expect(try fixture.identities() == [])
        #expect(try fixture.rows("SELECT count(*) FROM drop_file") == ["0"])
        #expect(
            try fixture.rows("SELECT value FROM counter WHERE name LIKE 'next_%' ORDER BY name") == ["1", "1", "1"])
        #expect(try fixture.take("adobe_id_111_222_1454442149.sync.gz", whole).ids?.newMappings == 9999)
    }

    @Test func `a file that is cancelled leaves nothing behind`() throws {
        fixture.isCancelled = { true }
        #expect(throws: ProfileError.cancelled) { try fixture.take("adobe_id_111_222_1454442149.sync", "d\tc\n".utf8) }
        #expect(try fixture.identities() == [])
    }

    @Test func `production and beta number the same id apart`() throws {
        try fixture.take("adobe_id_111_222_1454442149.sync", "d\tc\n".utf8)
        try fixture.take("adobe_id_111_222_1454442149.sync", "d\tc\n".utf8, environment: .beta)
        #expect(try fixture.identities() == ["111:d", "222:c"])
        #expect(try fixture.identities(environment: 1) == ["111:d", "222:c"])
        let mixed = """
            SELECT count(*) FROM identity_link AS l JOIN identity AS a ON a.number = l.identity
            JOIN identity AS b ON b.number = l.other WHERE a.environment <> b.environment
            """
        #expect(try fixture.rows(mixed) == ["0"])
    }
}
