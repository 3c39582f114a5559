import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Profiles

@Suite struct ReachPropertyTests {
    private static let sources: [DataSource] = [
        .made(1, .crossDevice, attribute: "crm"), .made(2, .crossDevice, attribute: "card"),
        .made(3, .device, attribute: "phone"), .made(4, .crossDevice), .made(5, .device), .made(0, .device),
    ]

    @Test(arguments: 0..<150) func `reach is what its definition says`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let fixture = try Self.graph(&random)
        let definition = fixture.definition
        let nodes = fixture.numbers.keys.sorted { ($0.dpid, $0.id) < ($1.dpid, $1.id) }
        let some = nodes.filter { _ in Bool.random(using: &random) }
        try fixture.reach { reach throws(ProfileError) in
            for node in nodes {
                #expect(fixture.having([(node.dpid, node.id)], reach) == definition.profiles(having: [node]))
            }
            #expect(fixture.having(some.map { ($0.dpid, $0.id) }, reach) == definition.profiles(having: Set(some)))
            for source in Self.sources {
                let ids = try fixture.ids(of: source.dpid, reach)
                #expect(ids.map(\.id) == ids.map(\.id).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
                let expected = definition.ids(of: source.dpid)
                #expect(Dictionary(uniqueKeysWithValues: ids.map { ($0.id, $0.profiles) }) == expected)
                for profile in fixture.profiles.keys {
                    let reached = definition.reached(by: profile).keys.filter { $0.dpid == source.dpid }
                    #expect(try reach.ids(of: profile, in: source.dpid).sorted() == reached.map(\.id).sorted())
                }
            }
        }
    }

    private static func graph(_ random: inout SeededGenerator) throws -> ReachFixture {
        let fixture = try ReachFixture(sources)
        let ids = Int.random(in: 1...8, using: &random)
        let values = (0...ids).map { String($0) }
        for key in 0..<Int.random(in: 1...6, using: &random) {
            try fixture.profile(
                "p\(key)",
                crm: Bool.random(using: &random) ? values.randomElement(using: &random) : nil,
                card: Bool.random(using: &random) ? Int64.random(in: 0...3, using: &random) : nil,
                phone: Bool.random(using: &random) ? values.randomElement(using: &random) : nil
            )
        }
        // Graphs of all kinds of ids (6 is nobody's), and such in which devices make long ways.
        let dpids: [Int64] = Bool.random(using: &random) ? [0, 1, 2, 3, 4, 5, 6] : [0, 0, 3, 3, 5, 5, 1]
        for _ in 0..<Int.random(in: 0...24, using: &random) {
            let one = (dpids.randomElement(using: &random) ?? 0, values.randomElement(using: &random) ?? "")
            let other = (dpids.randomElement(using: &random) ?? 0, values.randomElement(using: &random) ?? "")
            guard one.0 != other.0 else { continue }
            try fixture.link(one, other, environment: Int.random(in: 0...9, using: &random) == 0 ? 1 : 0)
        }
        return fixture
    }
}
