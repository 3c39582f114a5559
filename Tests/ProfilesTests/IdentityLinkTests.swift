import Foundation
import Testing
import TidegateModel

@testable import Profiles

/// Ids that profiles have by links alone, and what rows tell of an id besides its segments.
@Suite struct IdentityLinkTests {
    private static let crm = DataSource.made(12345, .crossDevice, attribute: "crm")
    private static let cookie = DataSource.made(70, .device)
    private static let partner = DataSource.made(67890, .crossDevice)

    private let reach: ReachFixture
    private let fixture: IdentityExportFixture
    /// Of ann, ben and cid; a browser of ann and ben, another of ben alone.
    private let ids: [UInt32]

    init() throws {
        let reach = try ReachFixture([Self.crm, Self.cookie, Self.partner])
        ids = [
            try reach.profile("ann", crm: "1"), try reach.profile("ben", crm: "2"), try reach.profile("cid", crm: "3"),
        ]
        try reach.link((70, "shared"), (12345, "1"))
        try reach.link((70, "shared"), (12345, "2"))
        try reach.link((70, "own"), (12345, "2"))
        try reach.link((70, "own"), (67890, "p-9"))
        try reach.identity(12345, "3")
        try reach.put()
        self.reach = reach
        fixture = try IdentityExportFixture(over: reach.fixture)
    }

    private func request(
        _ now: UUID, since before: UUID? = nil, isFull: Bool = true, of source: DataSource = cookie,
        row: String = AudienceManagerLayout.defaultRow
    ) throws -> IdentityExportRequest {
        var request = try fixture.request(now, since: before, isFull: isFull, of: source, row: row)
        request.dataSources = reach.sources
        return request
    }

    @Test func `an id that stands for two profiles has the segments of both`() throws {
        let now = try fixture.publish([24: [ids[0]], 25: [ids[1]], 26: [ids[2]]])
        let (text, counts) = try fixture.staged(try request(now))
        #expect(text == "own 25 \nshared 24,25 \n")
        #expect(counts == RunCounts(selected: 3, exported: 2, skipped: ["no-id": 1]))
    }

    @Test func `an id leaves a segment when the last of its profiles does`() throws {
        let both = try fixture.publish([24: [ids[0], ids[1]]])
        let one = try fixture.publish([24: [ids[0]]])
        let none = try fixture.publish([:])
        let first = try fixture.staged(try request(one, since: both, isFull: false))
        #expect(first == ("own  24\n", RunCounts(selected: 1, exported: 1)))
        let second = try fixture.staged(try request(none, since: one, isFull: false))
        #expect(second == ("shared  24\n", RunCounts(selected: 1, exported: 1)))
    }

    @Test func `who was removed reaches no id any more, and is counted`() throws {
        let before = try fixture.publish([24: [ids[1]]])
        try fixture.export.remove(ids[1])
        let now = try fixture.publish([:])
        #expect(
            try fixture.staged(try request(now, since: before))
                == ("", RunCounts(selected: 1, exported: 0, skipped: ["profile-removed": 1])))
    }

    @Test func `rows tell of ids of other data sources, and of all of their own`() throws {
        let now = try fixture.publish([24: [ids[1]]])
        let row = #"<UUID> <DPUUIDS; format="dpids=12345,67890|maxMappings=0|format=json"> <DP_UUID_LIST>"#
        #expect(
            try fixture.text(try request(now, row: row)) == """
                own [["12345","2"],["67890","p-9"]] own,shared
                shared [["12345","2"],["67890","p-9"]] own,shared

                """)
    }

    @Test func `a row names ids of who is in a segment, and of who left only where it tells so`() throws {
        let before = try fixture.publish([24: [ids[0], ids[1]], 25: [ids[2]]])
        let now = try fixture.publish([24: [ids[1]], 25: [ids[2]]])
        let row = #"<UUID> <DPUUIDS; format="dpids=12345|maxMappings=0|format=json">"#
        #expect(
            try fixture.text(try request(now, since: before, row: row))
                == "own [[\"12345\",\"2\"]]\nshared [[\"12345\",\"2\"]]\n")
        #expect(
            try fixture.text(try request(now, since: before, row: row + " <REMOVED_SEGMENT_LIST>"))
                == "own [[\"12345\",\"2\"]] \nshared [[\"12345\",\"1\"],[\"12345\",\"2\"]] \n")
    }

    @Test func `ids of several profiles are listed with the newest mapping first`() throws {
        try reach.link((70, "late"), (12345, "1"))
        try reach.put()
        let now = try fixture.publish([24: [ids[0], ids[1]]])
        #expect(
            try fixture.text(try request(now, row: "<UUID> <DP_UUID_LIST>"))
                == "late late,shared\nown own,shared\nshared late,own,shared\n")
    }

    @Test func `an id that does not look like those of its data source is in no list`() throws {
        let advertising = "2f9c1d7e-0b3a-4c5d-8e6f-112233445566"
        try reach.link((20914, advertising), (12345, "3"))
        try reach.link((20914, "bad,id"), (12345, "3"))
        try reach.link((70, "cids"), (12345, "3"))
        try reach.put()
        let row = #"<UUID> <DPUUIDS; format="dpids=20914|maxMappings=1|format=json">"#
        #expect(
            try fixture.text(try request(try fixture.publish([24: [ids[2]]]), row: row))
                == "cids [[\"20914\",\"\(advertising)\"]]\n")
    }

    @Test func `an id that rows cannot hold is in no list of theirs`() throws {
        try reach.link((70, "a,b 7"), (12345, "2"))
        try reach.put()
        let now = try fixture.publish([24: [ids[1]]])
        #expect(
            try fixture.text(try request(now, row: "<UUID> <DP_UUID_LIST>"))
                == "own own,shared\nshared own,shared\n")
    }

    @Test func `ids that look the same and have other bytes are two`() throws {
        let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}")
        try reach.fixture.execute(
            """
            INSERT INTO identity VALUES (901, 0, 70, '\(composed)'), (902, 0, 70, '\(decomposed)');
            INSERT INTO identity_link SELECT 901, number, 901, 0 FROM identity WHERE source = 12345 AND id = '3';
            INSERT INTO identity_link SELECT 902, number, 902, 0 FROM identity WHERE source = 12345 AND id = '3';
            INSERT INTO identity_link SELECT other, identity, sequence, 0 FROM identity_link WHERE identity > 900;
            """)
        let text = try fixture.text(
            try request(try fixture.publish([24: [ids[2]]]), row: "<UUID> <DP_UUID_LIST>"))
        let list = "\(decomposed),\(composed)"
        #expect(Array(text.utf8) == Array("\(decomposed) \(list)\n\(composed) \(list)\n".utf8))
    }

    @Test func `rows tell of the traits that an id has, by number and in their kinds`() throws {
        for (sid, id) in [(9, "own"), (4, "own"), (4, "shared")] {
            let number = try reach.identity(70, id)
            try fixture.export.store.withWriter { connection throws(ProfileError) in
                let sets = TraitSets(in: .production, on: connection)
                let having = try sets.identities(having: Int64(sid))
                having.insert(number)
                try sets.set(having, having: Int64(sid))
            }
        }
        var request = try request(
            try fixture.publish([24: [ids[0], ids[1]]]),
            row: #"<UUID> <TRAIT_LIST:{t|<t.traitId>:<t.type>}; separator=",">"#)
        request.traits = [
            Trait(id: UUID(), name: "onboarded", sid: 9, dataSource: "cookies"),
            Trait(id: UUID(), name: "ruled", sid: 4, dataSource: "cookies", rule: "a = 1"),
            Trait(id: UUID(), name: "nobody's", sid: 5, dataSource: "cookies"),
        ]
        #expect(try fixture.text(request) == "own 4:3,9:10\nshared 4:3\n")
    }
}
