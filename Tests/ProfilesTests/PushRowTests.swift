import Foundation
import Testing
import TidegateModel

@testable import Profiles

@Suite struct PushRowTests {
    private static let attributes = [
        Attribute("name", .text), Attribute("orders", .integer), Attribute("spent", .real),
        Attribute("vip", .boolean), Attribute("born", .date), Attribute("seen", .timestamp),
    ]
    private static let everything =
        Self.attributes.map { MappedColumn(.attribute($0.name), header: $0.name) }
        + [MappedColumn(.segmentStatus, header: "status")]

    private let fixture: ExportFixture

    init() throws {
        fixture = try ExportFixture(Self.attributes)
    }

    private func rows(_ mapping: [MappedColumn] = Self.everything, of ids: [UInt32]) throws -> [PushRow] {
        let request = PushRequest(
            snapshot: try fixture.publish(ids), segments: [ExportFixture.segment], schema: fixture.schema,
            mapping: mapping
        )
        var rows: [PushRow] = []
        _ = try fixture.store.push(request) { row, _ in rows.append(row) }
        return rows
    }

    private func texts(_ row: PushRow) -> [String?] {
        row.cells.indices.map { row.cells[$0].type == nil ? nil : String(decoding: row[$0], as: UTF8.self) }
    }

    @Test func `values are lent as the text that files have of them, with their types`() throws {
        let id = try fixture.add("k", ["Ann \"A\"\n€", -12, 1234.5, true, 20_484, 1_769_824_800_123])
        let row = try #require(try rows(of: [id]).first)
        #expect(row.profile == id)
        #expect(String(decoding: row.key, as: UTF8.self) == "k")
        #expect(
            texts(row) == [
                "Ann \"A\"\n€", "-12", "1234.5", "true", "2026-01-31", "2026-01-31T02:00:00.123Z", "realized",
            ]
        )
        #expect(row.cells.map(\.type) == [.text, .integer, .real, .boolean, .date, .timestamp, .text])
    }

    @Test func `numbers are written as in JSON Lines`() throws {
        let numbers: [Double] = [0, -0.0, 1, 0.1, 1e-5, 1.0 / 3, 1e300, -1234.56]
        let ids = try numbers.enumerated().map { index, number in
            try fixture.add("k\(index)", [nil, .integer(Int64.min + Int64(index)), .real(number)])
        }
        let mapping = ["orders", "spent"].map { MappedColumn(.attribute($0), header: $0) }
        let rows = try rows(mapping, of: ids)
        let snapshot = try fixture.publish(ids)
        let lines = try fixture.text(fixture.request(snapshot, mapping: mapping, layout: FileLayout(format: .jsonl)))
        let pushed = rows.map { "{\"orders\":\(texts($0)[0] ?? ""),\"spent\":\(texts($0)[1] ?? "")}\n" }
        #expect(pushed.joined() == lines)
    }

    @Test func `no value is no value, and an empty text is one`() throws {
        let ids = [try fixture.add("a"), try fixture.add("b", ["", 0, 0.0, false, 0, 0])]
        let rows = try rows(of: ids)
        #expect(texts(rows[0]) == [nil, nil, nil, nil, nil, nil, "realized"])
        #expect(texts(rows[1]) == ["", "0", "0.0", "false", "1970-01-01", "1970-01-01T00:00:00Z", "realized"])
    }

    @Test(arguments: [Double.infinity, -.infinity])
    func `a real that is not finite is no value`(number: Double) throws {
        let id = try fixture.add("a", [nil, nil, .real(number)])
        #expect(texts(try rows(of: [id])[0])[2] == nil)
    }

    @Test func `the key is lent where it is not mapped, and the same where it is`() throws {
        let id = try fixture.add("k1", ["Ann"])
        let mapped = try rows([MappedColumn(.attribute("customer_id"), header: "id")], of: [id])[0]
        #expect(texts(mapped) == ["k1"])
        #expect(mapped.key.elementsEqual("k1".utf8))
        let unmapped = try rows([MappedColumn(.attribute("name"), header: "n")], of: [id])[0]
        #expect(texts(unmapped) == ["Ann"])
        #expect(unmapped.key.elementsEqual("k1".utf8))
    }

    @Test func `an attribute that is mapped twice is there twice`() throws {
        let id = try fixture.add("k", ["Ann"])
        let mapping = ["a", "b"].map { MappedColumn(.attribute("name"), header: $0) }
        #expect(texts(try rows(mapping, of: [id])[0]) == ["Ann", "Ann"])
    }

    @Test func `a row after a longer one has nothing of it`() throws {
        let ids = [try fixture.add("longer", ["something long", 1, 2.5]), try fixture.add("z", ["s"])]
        let rows = try rows(of: ids)
        #expect(texts(rows[1]) == ["s", nil, nil, nil, nil, nil, "realized"])
        #expect(rows[1].key.elementsEqual("z".utf8))
    }
}
