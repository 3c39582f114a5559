import Foundation
import Testing
import TidegateModel

@testable import Profiles

@Suite struct ReachTests {
    private static let crm: Int64 = 12345
    private static let cookie: Int64 = 70
    private static let partner: Int64 = 67890

    private func fixture(_ more: [DataSource] = []) throws -> ReachFixture {
        try ReachFixture(
            [
                .made(Self.crm, .crossDevice, attribute: "crm"), .made(Self.cookie, .device),
                .made(Self.partner, .crossDevice),
            ] + more
        )
    }

    @Test func `a profile reaches what a device of its customer id is linked to`() throws {
        let fixture = try fixture()
        let ann = try fixture.profile("ann", crm: "1")
        try fixture.profile("ben", crm: "2")
        try fixture.link((0, "d"), (Self.crm, "1"))
        try fixture.link((0, "d"), (Self.partner, "p"))
        #expect(try fixture.having([(0, "d")]) == [ann])
        #expect(try fixture.having([(Self.partner, "p")]) == [ann])
        #expect(try fixture.having([(Self.crm, "1")]) == [ann])
    }

    @Test func `a device of two customers gives both its traits, and neither those of the other`() throws {
        let fixture = try fixture()
        let ann = try fixture.profile("ann", crm: "1")
        let ben = try fixture.profile("ben", crm: "2")
        try fixture.link((0, "shared"), (Self.crm, "1"))
        try fixture.link((0, "shared"), (Self.crm, "2"))
        #expect(try fixture.having([(0, "shared")]) == [ann, ben])
        #expect(try fixture.having([(Self.crm, "1")]) == [ann])
        #expect(try fixture.having([(Self.crm, "2")]) == [ben])
    }

    @Test func `a profile without an own id of a data source reaches one through a device`() throws {
        let fixture = try fixture([.made(5, .crossDevice, attribute: "card")])
        let ann = try fixture.profile("ann", card: 7)
        let ben = try fixture.profile("ben", crm: "1")
        try fixture.link((0, "d"), (5, "7"))
        try fixture.link((0, "d"), (Self.crm, "1"))
        #expect(try fixture.having([(Self.crm, "1")]) == [ann, ben])
        #expect(try fixture.having([(5, "7")]) == [ann, ben])
    }

    @Test func `a value without an identity makes every other id of its data source another customer too`() throws {
        let fixture = try fixture([.made(5, .crossDevice, attribute: "card")])
        let ben = try fixture.profile("ben", crm: "1")
        try fixture.profile("ann", crm: "never synced", card: 7)
        try fixture.link((0, "d"), (5, "7"))
        try fixture.link((0, "d"), (Self.crm, "1"))
        #expect(try fixture.having([(Self.crm, "1")]) == [ben])
    }

    @Test func `a walk ends after four links`() throws {
        let fixture = try fixture()
        let ann = try fixture.profile("ann", crm: "1")
        try fixture.link((0, "a"), (Self.crm, "1"))
        for (one, other) in [("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")] {
            try fixture.link((one < "b" ? 0 : Self.cookie, one), (Self.cookie, other))
        }
        #expect(try fixture.having([(Self.cookie, "d")]) == [ann])
        #expect(try fixture.having([(Self.cookie, "e")]) == [])
    }

    @Test func `no walk goes through another person's id`() throws {
        let fixture = try fixture()
        try fixture.profile("ann", crm: "1")
        let ben = try fixture.profile("ben", crm: "2")
        try fixture.link((0, "a"), (Self.crm, "1"))
        try fixture.link((0, "a"), (Self.partner, "p"))
        try fixture.link((0, "b"), (Self.partner, "p"))
        try fixture.link((0, "b"), (Self.crm, "2"))
        #expect(try fixture.having([(0, "b")]) == [ben])
    }

    @Test func `ids are matched to the letter`() throws {
        let fixture = try fixture()
        let ann = try fixture.profile("ann", crm: "User123")
        try fixture.identity(Self.crm, "User123")
        try fixture.identity(Self.crm, "USER123")
        #expect(try fixture.having([(Self.crm, "User123")]) == [ann])
        #expect(try fixture.having([(Self.crm, "USER123")]) == [])
    }

    @Test func `beta is not there`() throws {
        let fixture = try fixture()
        try fixture.profile("ann", crm: "1")
        let number = try fixture.identity(Self.crm, "1", environment: 1)
        try fixture.link((0, "d"), (Self.partner, "p"), environment: 1)
        let found = try fixture.reach { reach throws(ProfileError) in
            reach.profiles(having: ProfileSet([number, number + 1, number + 2])).members
        }
        #expect(found == [])
        #expect(try fixture.ids(of: Self.partner).isEmpty)
    }

    @Test func `an identity of a data source that nobody declares is not there`() throws {
        let fixture = try fixture()
        let ann = try fixture.profile("ann", crm: "1")
        try fixture.link((999, "gone"), (Self.crm, "1"))
        try fixture.link((999, "gone"), (Self.cookie, "c"))
        try fixture.link((0, "d"), (Self.crm, "1"))
        #expect(try fixture.having([(999, "gone")]) == [])
        #expect(try fixture.having([(Self.cookie, "c")]) == [])
        #expect(try fixture.having([(0, "d")]) == [ann])
    }

    @Test func `profiles may share an own id`() throws {
        let fixture = try fixture()
        let ann = try fixture.profile("ann", crm: "household")
        let ben = try fixture.profile("ben", crm: "household")
        try fixture.link((0, "tv"), (Self.crm, "household"))
        #expect(try fixture.having([(0, "tv")]) == [ann, ben])
        #expect(try fixture.ids(of: Self.crm).map(\.profiles) == [[ann, ben]])
    }

    @Test func `values of an attribute are ids without any file`() throws {
        let fixture = try fixture()
        let (b, a, upper) = (
            try fixture.profile("x", crm: "b"), try fixture.profile("y", crm: "a"), try fixture.profile("z", crm: "B")
        )
        try fixture.profile("none")
        try fixture.profile("empty", crm: "")
        let ids = try fixture.ids(of: Self.crm)
        #expect(ids.map(\.id) == ["B", "a", "b"])
        #expect(ids.map(\.profiles) == [[upper], [a], [b]])
    }

    @Test func `whole numbers are ids by their digits`() throws {
        let fixture = try fixture([.made(5, .crossDevice, attribute: "card")])
        let (ten, nine) = (try fixture.profile("x", card: 10), try fixture.profile("y", card: 9))
        try fixture.link((0, "d"), (5, "10"))
        try fixture.link((0, "e"), (5, "09"))
        #expect(try fixture.having([(0, "d"), (0, "e")]) == [ten])
        let ids = try fixture.ids(of: 5)
        #expect(ids.map(\.id) == ["10", "9"])
        #expect(ids.map(\.profiles) == [[ten], [nine]])
    }

    @Test func `the ids of a profile are its own first, then the newest link first`() throws {
        let fixture = try fixture([.made(71, .device, attribute: "phone")])
        let ann = try fixture.profile("ann", crm: "1", phone: "own")
        try fixture.link((71, "old"), (Self.crm, "1"))
        try fixture.link((0, "way"), (Self.crm, "1"))
        try fixture.link((71, "middle"), (Self.crm, "1"))
        try fixture.link((0, "way"), (71, "new"))
        try fixture.link((0, "way"), (71, "own"))
        let ids = try fixture.reach { reach throws(ProfileError) in
            [try reach.ids(of: ann, in: 71), try reach.ids(of: ann, in: Self.crm), try reach.ids(of: 99, in: 71)]
        }
        #expect(ids == [["own", "new", "middle", "old"], ["1"], []])
    }

    @Test func `an id of a data source that nobody declares cannot be asked for`() throws {
        let fixture = try fixture()
        #expect(throws: ProfileError.rejected("data source 999 is not declared")) { try fixture.ids(of: 999) }
    }
}
