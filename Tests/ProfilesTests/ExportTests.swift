import Foundation
import Testing
import TidegateModel

@testable import Profiles

@Suite struct ExportTests {
    private static let people = [
        Attribute("email", .text), Attribute("spent", .real), Attribute("orders", .integer),
        Attribute("consent", .boolean), Attribute("born", .date), Attribute("seen", .timestamp),
    ]

    @Test func `every type has its text and rows come in key order`() throws {
        let fixture = try ExportFixture(Self.people)
        let second = try fixture.add("b", ["b@example.com", 1234.5, -7, false, -1, 1_764_000_000_123])
        let first = try fixture.add("a", ["a@example.com", 1000.0, 42, true, 0, 0])
        try fixture.add("c")
        let text = try fixture.text(fixture.request(try fixture.publish([first, second])))
        #expect(
            text == """
                customer_id,email,spent,orders,consent,born,seen
                a,a@example.com,1000.0,42,true,1970-01-01,1970-01-01T00:00:00Z
                b,b@example.com,1234.5,-7,false,1969-12-31,2025-11-24T16:00:00.123Z

                """
        )
    }

    @Test func `null is nothing and the empty string is two quotes`() throws {
        let fixture = try ExportFixture(Self.people)
        let members = [try fixture.add("a", [""]), try fixture.add("b")]
        #expect(
            try fixture.text(fixture.request(try fixture.publish(members)))
                == "customer_id,email,spent,orders,consent,born,seen\na,\"\",,,,,\nb,,,,,,\n"
        )
    }

    @Test func `columns follow the mapping, and one attribute may be mapped twice`() throws {
        let fixture = try ExportFixture(Self.people)
        let members = [try fixture.add("a", ["x", 1.5])]
        let mapping = [
            MappedColumn(.attribute("spent"), header: "spent"),
            MappedColumn(.segmentStatus, header: "status"),
            MappedColumn(.attribute("customer_id"), header: "id, first"),
            MappedColumn(.attribute("spent"), header: "again"),
        ]
        #expect(
            try fixture.text(fixture.request(try fixture.publish(members), mapping: mapping))
                == "spent,status,\"id, first\",again\n1.5,realized,a,1.5\n"
        )
    }

    @Test func `no members still give a file with its header`() throws {
        let fixture = try ExportFixture()
        let snapshot = try fixture.publish([])
        let staged = try fixture.store.stage(fixture.request(snapshot))
        #expect(staged.counts == RunCounts())
        #expect(staged.files.map(\.name) == ["export.csv"])
        #expect(staged.files.map(\.rows) == [0])
        #expect(try fixture.contents(staged.files[0]) == Data("customer_id\n".utf8))
        fixture.clear()
        #expect(try fixture.text(fixture.request(snapshot, layout: FileLayout(format: .jsonl))) == "")
    }

    @Test func `an attribute that no ingest has brought yet is NULL, one that the profile lacks is refused`() throws {
        let fixture = try ExportFixture()
        let snapshot = try fixture.publish([try fixture.add("a")])
        var request = fixture.request(snapshot)
        request.schema.attributes.append(Attribute("new", .integer))
        request.mapping.append(MappedColumn(.attribute("new"), header: "new"))
        #expect(try fixture.text(request) == "customer_id,new\na,\n")
        request.schema.attributes.removeLast()
        #expect(throws: ProfileError.rejected("profile has no attribute 'new'")) { try fixture.store.stage(request) }
        #expect(fixture.staged.isEmpty)
    }

    @Test func `rows are sorted by what the layout asks for, then by key`() throws {
        let fixture = try ExportFixture([Attribute("city", .text), Attribute("orders", .integer)])
        let members = [
            try fixture.add("a", ["Oslo", 2]), try fixture.add("b", ["Bergen", 10]), try fixture.add("c", ["Oslo", 1]),
            try fixture.add("d", [nil, 3]), try fixture.add("e", ["Bergen", 9]), try fixture.add("f", ["Oslo", 2]),
        ]
        var layout = FileLayout(orderBy: ["city", "orders"])
        layout.csv.hasHeader = false
        let request = fixture.request(
            try fixture.publish(members),
            mapping: [MappedColumn(.attribute("customer_id"), header: "id")],
            layout: layout
        )
        #expect(try fixture.text(request) == "d\ne\nb\nc\na\nf\n")
    }

    @Test func `a name that is not plain is refused`() throws {
        let fixture = try ExportFixture()
        let snapshot = try fixture.publish([])
        for name in ["../out", "a/b", "", ".hidden"] {
            #expect(throws: ProfileError.rejected("file name '\(name)' is not a plain name")) {
                try fixture.store.stage(fixture.request(snapshot, baseName: name))
            }
        }
    }

    @Test func `the same request gives the same bytes`() throws {
        let fixture = try ExportFixture(Self.people)
        var members: [UInt32] = []
        for index in 0..<500 {
            members.append(try fixture.add("k\(index)", [.text("p\(index)@example.com"), .real(Double(index) / 7)]))
        }
        let snapshot = try fixture.publish(members)
        for compression in FileLayout.Compression.allCases {
            for level in FileLayout.Level.allCases {
                let layout = FileLayout(compression: compression, level: level)
                let first = try fixture.store.stage(fixture.request(snapshot, layout: layout))
                fixture.clear()
                let second = try fixture.store.stage(fixture.request(snapshot, layout: layout))
                fixture.clear()
                #expect(first.files == second.files)
            }
        }
    }
}
