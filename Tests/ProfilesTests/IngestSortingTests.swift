import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Profiles

@Suite struct IngestSortingTests {
    private static func row(_ number: Int) -> String {
        let key = ["k", "key-with-a-long-common-beginning-", "é", "k"][number % 4] + String(number * 7919 % 100_000)
        return
            "\(key),\"name \(number), with a comma\",\(number),\(Double(number) / 8),\(number % 3 == 0 ? "" : "true"),,"
    }

    private static let header = "id,name,orders,spent,consent,born,seen\n"

    /// The profiles without their ids, which depend on the order of ingests.
    private func profiles(_ fixture: IngestFixture) throws -> [String] {
        try fixture.profiles("key", "name:text", "orders:integer", "spent:real", "consent:boolean")
    }

    @Test(arguments: [64, 500, 20_000, 1 << 20])
    func `rows in no order give what the same rows in order give`(run: Int) throws {
        var numbers = SeededGenerator(seed: 7)
        let rows = (0..<2000).map(Self.row)
        let ordered = rows.sorted {
            Array($0.prefix { $0 != "," }.utf8).lexicographicallyPrecedes(Array($1.prefix { $0 != "," }.utf8))
        }
        let inOrder = try IngestFixture()
        let first = try inOrder.ingest(csv: Self.header + ordered.joined(separator: "\n"))
        let fixture = try IngestFixture()
        fixture.tuning.sortRun = run
        fixture.tuning.mergeBuffers = run
        let second = try fixture.ingest(csv: Self.header + rows.shuffled(using: &numbers).joined(separator: "\n"))
        #expect(try fixture.everything() == inOrder.everything())
        #expect(first.inserted == second.inserted && first.rowsRead == second.rowsRead)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: fixture.folder).allSatisfy { !$0.contains("sorting") }
        )
    }

    @Test(arguments: [64, 3000, 1 << 20])
    func `of many rows with one key the last wins, in whatever run it is`(run: Int) throws {
        var numbers = SeededGenerator(seed: 11)
        var expected: [String: Int] = [:]
        var rows: [String] = []
        for number in 0..<3000 {
            let key = "k\(Int.random(in: 0..<50, using: &numbers))"
            expected[key] = number
            rows.append("\(key),\(number)")
        }
        let fixture = try IngestFixture()
        fixture.tuning.sortRun = run
        let report = try fixture.ingest(csv: "id,orders\n" + rows.joined(separator: "\n"))
        #expect(
            try fixture.profiles("key", "orders:integer")
                == expected.sorted { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) }.map {
                    "'\($0.key)' \($0.value)"
                }
        )
        #expect(report.inserted == expected.count && report.superseded == 3000 - expected.count)
    }

    @Test func `order that breaks late, and files that overlap, are sorted as well`() throws {
        let fixture = try IngestFixture()
        try fixture.write("id,orders\n" + (0..<9000).map { "k\($0 + 10_000),1\n" }.joined(), as: "1.csv")
        try fixture.write("id,orders\n" + (0..<9000).map { "k\($0 + 14_000),2\n" }.joined(), as: "2.csv")
        let report = try fixture.ingest(fixture.source(fixture.folder + "/in"))
        #expect(report.rowsRead == 18_000 && report.inserted == 13_000 && report.superseded == 5000)
        #expect(
            try fixture.rows(
                "SELECT sum(\"orders:integer\") || ' ' || max(id) || ' ' || count(DISTINCT id) FROM profile"
            ) == ["22000 13000 13000"]
        )
    }

    @Test func `rejected rows are kept once, though a file in no order is read twice`() throws {
        let fixture = try IngestFixture()
        let path = try fixture.write("id,orders\na,x\nc,1\nb,y\nd,2\n")
        let report = try fixture.ingest(fixture.source(path, maxRejected: 1))
        #expect(report.rejected == [.invalidInteger: 2])
        let kept = try String(contentsOfFile: try #require(report.rejectsFile), encoding: .utf8)
        #expect(kept.split(separator: "\n").count == 2)
    }

    @Test func `keys order by their bytes, the shorter first`() throws {
        let keys = ["b", "a", "aa", "a ", "a\u{1}", "é", "z", "ab", "A", "aaaaaaaaa", "aaaaaaaa", "aaaaaaaaaa"]
        let fixture = try IngestFixture()
        try fixture.ingest(csv: "id\n" + keys.joined(separator: "\n"))
        let ordered = keys.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        #expect(try fixture.rows("SELECT key FROM profile ORDER BY id") == ordered)
        #expect(try fixture.rows("SELECT key FROM profile ORDER BY key") == ordered)
    }

    @Test func `random ingests end in what one row after the other would end in`() throws {
        var numbers = SeededGenerator(seed: 2026)
        let fixture = try IngestFixture()
        fixture.tuning.buffer = 300
        fixture.tuning.sortRun = 700
        var expected: [String: (name: String, orders: Int)] = [:]
        var held: [String: Set<String>] = [:]
        for round in 0..<60 {
            let source = ["crm", "shop"].randomElement(using: &numbers) ?? "crm"
            let mode: Source.Mode = Int.random(in: 0..<3, using: &numbers) == 0 ? .replace : .upsert
            let rows = (0..<Int.random(in: 1...40, using: &numbers)).map { _ in
                (
                    key: "k\(Int.random(in: 0..<60, using: &numbers))",
                    name: "n\(Int.random(in: 0..<3, using: &numbers))",
                    orders: Int.random(in: 0..<3, using: &numbers)
                )
            }
            let text = "id,name,orders\n" + rows.map { "\($0.key),\($0.name),\($0.orders)\n" }.joined()
            let before = expected
            for row in rows { expected[row.key] = (row.name, row.orders) }
            let keys = Set(rows.map(\.key))
            var removed = 0
            if mode == .replace {
                let other = held[source == "crm" ? "shop" : "crm"] ?? []
                for key in (held[source] ?? []).subtracting(keys).subtracting(other)
                where expected.removeValue(forKey: key) != nil {
                    removed += 1
                }
                held[source] = keys
            } else {
                held[source, default: []].formUnion(keys)
            }
            let report = try fixture.ingest(csv: text, name: source, mode: mode)
            #expect(
                try fixture.profiles("key", "name:text", "orders:integer")
                    == expected.sorted { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) }
                    .map { "'\($0.key)' '\($0.value.name)' \($0.value.orders)" },
                "round \(round)"
            )
            #expect(report.removed == removed && report.rowsRead == rows.count)
            #expect(report.inserted == keys.filter { before[$0] == nil }.count)
            #expect(report.rowsRead == report.inserted + report.updated + report.unchanged + report.superseded)
        }
        #expect(try fixture.rows("SELECT count(*) - count(DISTINCT id) FROM profile") == ["0"])
    }
}
