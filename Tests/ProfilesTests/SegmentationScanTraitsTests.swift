import Foundation
import Testing
import TidegateModel

@testable import Profiles

@Suite struct SegmentationScanTraitsTests {
    private let fixture: ExportFixture

    init() throws {
        fixture = try ExportFixture([Attribute("orders", .integer)])
        try fixture.add("c", [1], id: 5)
        try fixture.add("b", [2], id: 70_000)
        try fixture.add("a", [nil], id: 70_001)
    }

    private func rules(_ texts: [String]) throws -> SegmentRules {
        let segments = texts.enumerated().map { Segment(id: UUID(), name: "s\($0.offset)", rule: $0.element) }
        return try SegmentRules(segments, schema: fixture.schema)
    }

    private func marks(_ ids: UInt32...) -> ProfileMarks {
        let marks = ProfileMarks()
        for id in ids { marks.insert(id) }
        return marks
    }

    @Test func `the scan asks for a trait by the id of each row, whatever their order`() throws {
        let rules = try rules(["has_trait(7)", "not has_trait(7) and orders > 1", "in_segment('s0') and has_trait(8)"])
        let outcome = try fixture.store.withReader { connection throws(ProfileError) in
            try SegmentationScan(
                rules,
                now: Instant(milliseconds: 0),
                traits: [7: marks(5, 70_001), 8: marks(5, 70_000)],
                on: connection
            )
            .run { _, _ in }
        }
        var members: [String: [UInt32]] = [:]
        for segment in outcome.members {
            segment.profiles.forEachRun { members[segment.segment.name, default: []] += $0 }
        }
        #expect(members == ["s0": [5, 70_001], "s1": [70_000], "s2": [5]])
    }

    @Test func `segments without a word about a trait ask for none, the others for each once`() throws {
        #expect(try rules(["orders > 1", "true"]).traits == [])
        #expect(try rules(["has_trait(8) or has_trait(7)", "in_segment('s0')", "has_trait(7)"]).traits == [7, 8])
    }
}
