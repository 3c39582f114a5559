import Foundation
import Testing
import TidegateModel

@testable import Profiles

/// Ids of a data source with an attribute, which files have mapped besides.
@Suite struct IdentityMappingTests {
    private static let crm = DataSource.made(12345, .crossDevice, attribute: "crm")
    private static let phone = DataSource.made(71, .device, attribute: "phone")

    private let reach: ReachFixture

    init() throws {
        reach = try ReachFixture([Self.crm, Self.phone])
    }

    private func staged(_ members: [UInt32], of source: DataSource) throws -> (text: String, counts: RunCounts) {
        try reach.put()
        let fixture = try IdentityExportFixture(over: reach.fixture)
        var request = try fixture.request(try fixture.publish([24: members]), isFull: true, of: source)
        request.dataSources = reach.sources
        return try fixture.staged(request)
    }

    @Test func `ids of devices from attributes and from files have one row each`() throws {
        let ann = try reach.profile("ann", crm: "1", phone: "own")
        let ben = try reach.profile("ben", crm: "2")
        try reach.link((71, "synced"), (12345, "1"))
        try reach.link((71, "bens"), (12345, "2"))
        #expect(
            try staged([ann, ben], of: Self.phone)
                == ("bens 24 \nown 24 \nsynced 24 \n", RunCounts(selected: 2, exported: 2)))
    }

    @Test func `a person has no row under an id of people that is not in the attribute`() throws {
        let ann = try reach.profile("ann", crm: "1")
        let ben = try reach.profile("ben", phone: "shared")
        try reach.link((71, "shared"), (12345, "1"))
        #expect(
            try staged([ben], of: Self.crm) == ("", RunCounts(selected: 1, exported: 0, skipped: ["no-id": 1])))
        #expect(try staged([ann], of: Self.crm) == ("1 24 \n", RunCounts(selected: 1, exported: 1)))
    }
}
