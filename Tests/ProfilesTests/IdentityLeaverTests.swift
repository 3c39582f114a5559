import Foundation
import Testing
import TidegateModel

@testable import Profiles

/// Who is told to have left, in which rows and under which ids.
@Suite struct IdentityLeaverTests {
    private static let crm = DataSource.made(12345, .crossDevice, attribute: "customer_id")
    private static let cookie = DataSource.made(70, .device)
    private static let segmentsOnly = #"<UUID> <SEGMENT_LIST:{seg|<seg.sid>}; separator=",">"#

    private let reach: ReachFixture
    private let fixture: IdentityExportFixture
    private let (ann, ben): (UInt32, UInt32)

    init() throws {
        reach = try ReachFixture([Self.crm, Self.cookie])
        ann = try reach.profile("ann")
        ben = try reach.profile("ben")
        try reach.link((70, "anns"), (12345, "ann"))
        try reach.link((70, "shared"), (12345, "ann"))
        try reach.link((70, "shared"), (12345, "ben"))
        try reach.put()
        fixture = try IdentityExportFixture(over: reach.fixture)
    }

    private func staged(
        _ now: UUID, since before: UUID, isFull: Bool = false, of source: DataSource = cookie,
        row: String = AudienceManagerLayout.defaultRow
    ) throws -> (text: String, counts: RunCounts, delivered: [UInt32]) {
        var request = try fixture.request(now, since: before, isFull: isFull, of: source, row: row)
        request.dataSources = reach.sources
        let (text, counts) = try fixture.staged(request)
        let delivered = try #require(try fixture.export.store.deliveredProfiles(by: request.run))
        return (text, counts, delivered.members)
    }

    @Test(arguments: [true, false])
    func `rows that cannot tell who left do not name them`(isFull: Bool) throws {
        let before = try fixture.publish([24: [ann, ben], 25: [ben]])
        let now = try fixture.publish([24: [ann], 26: [ann]])
        #expect(
            try staged(now, since: before, isFull: isFull, of: Self.crm, row: Self.segmentsOnly)
                == (isFull ? "ann 24,26\n" : "ann 26\n", RunCounts(selected: 1, exported: 1), [ann]))
    }

    @Test func `who left counts as told in rows that ask for it only`() throws {
        let (before, now) = (try fixture.publish([24: [ann, ben]]), try fixture.publish([24: [ann]]))
        let asking = try staged(
            now, since: before, of: Self.crm, row: "<UUID><if(REMOVED_SEGMENT_LIST)> gone<endif>")
        #expect(asking == ("ben gone\n", RunCounts(selected: 1, exported: 1), [ben]))
        let silent = try staged(now, since: before, of: Self.crm, row: "<UUID>")
        #expect(silent == ("", RunCounts(selected: 0, exported: 0), []))
    }

    @Test func `who was removed after the snapshot is in no row that cannot tell who left`() throws {
        let (before, now) = (try fixture.publish([24: [ben]]), try fixture.publish([25: [ben]]))
        try fixture.export.remove(ben)
        #expect(
            try staged(now, since: before, of: Self.crm, row: Self.segmentsOnly)
                == ("", RunCounts(selected: 1, exported: 0, skipped: ["profile-removed": 1]), []))
    }

    @Test func `who left and was removed is told of under the ids that are mapped to the key`() throws {
        let before = try fixture.publish([24: [ann]])
        try fixture.export.remove(ann)
        let now = try fixture.publish([24: [ben]])
        // Ben joined, and the shared browser stays in the segment by him.
        #expect(
            try staged(now, since: before)
                == ("anns  24\n", RunCounts(selected: 2, exported: 1, skipped: ["unchanged-id": 1]), [ann]))
    }

    @Test func `who was removed and shares an id with somebody who stays has not left under it`() throws {
        let before = try fixture.publish([24: [ann, ben]])
        try fixture.export.remove(ben)
        let now = try fixture.publish([24: [ann]])
        #expect(
            try staged(now, since: before)
                == ("", RunCounts(selected: 1, exported: 0, skipped: ["unchanged-id": 1]), []))
    }

    @Test func `who came back under the same key has not left the mapped ids`() throws {
        let before = try fixture.publish([24: [ann]])
        try fixture.export.remove(ann)
        let back = try reach.profile("ann")
        let now = try fixture.publish([24: [back], 25: [back]])
        #expect(
            try staged(now, since: before)
                == ("anns 25 \nshared 25 \n", RunCounts(selected: 2, exported: 2), [ann, back]))
    }
}
