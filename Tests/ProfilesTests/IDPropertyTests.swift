import AudienceManager
import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Profiles

@Suite struct IDPropertyTests {
    @Test(arguments: 0..<80) func `files bring what their definition says, whatever the caps`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let fixture = try IDFixture([
            .made(1, .device), .made(2, .device), .made(3, .crossDevice), .made(4, .crossDevice),
            .made(5, .crossDevice),
        ])
        fixture.caps = LinkCaps(
            devicesPerPerson: .random(in: 1...4, using: &random), peoplePerDevice: .random(in: 1...4, using: &random),
            devicesPerDevice: .random(in: 1...4, using: &random), addressesPerPerson: .random(in: 1...4, using: &random)
        )
        fixture.tuning.ids = .random(in: 1...40, using: &random)
        var definition = LinkDefinition(devices: [1, 2], caps: fixture.caps)
        for _ in 0..<Int.random(in: 1...5, using: &random) {
            let (name, rows) = Self.file(&random)
            let text = rows.map { $0.joined(separator: "\t") + "\n" }.joined()
            let counts = try #require(try fixture.take(name, text.utf8).ids)
            definition.take(name, rows)
            #expect(counts == definition.counts)
            #expect(counts.addUp)
            #expect(try fixture.links() == definition.textsOfLinks())
        }
        let ids = definition.ids.map { "\($0.dpid):\($0.id)" }
        #expect(try fixture.identities().sorted() == ids.sorted())
        #expect(try fixture.rows("SELECT count(*) FROM identity_link") == [String(definition.links.count * 2)])
        let sides = "SELECT identity, other, sequence FROM identity_link"
        #expect(try fixture.rows("\(sides) EXCEPT SELECT other, identity, sequence FROM identity_link") == [])
    }

    private static func file(_ random: inout SeededGenerator) -> (name: IDFileName, rows: [[String]]) {
        let shapes: [(IDFileName.Relation, [Int64])] = [
            (.device, [1, 2]), (.device, [2, 1]), (.device, [1, 3]), (.device, [2, 3, 1]), (.device, [1, 4, 2, 3]),
            (.customer, [3, 4]), (.customer, [4, 5]), (.customer, [3, 5, 4]),
        ]
        let (relation, dpids) = shapes[Int.random(in: 0..<shapes.count, using: &random)]
        let ids = Int.random(in: 1...8, using: &random)
        let rows = (0..<Int.random(in: 1...60, using: &random)).map { _ in
            let most = relation == .customer && dpids.count == 2 ? 5 : dpids.count
            return (0..<Int.random(in: dpids.count...most, using: &random)).map { _ in
                "i\(Int.random(in: 1...ids, using: &random))"
            }
        }
        return (IDFileName(relation: relation, dpids: dpids, timestamp: 1_454_442_149), rows)
    }
}
