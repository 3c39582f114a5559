import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Profiles

@Suite struct SegmentationReachTests {
    private let files: IDFixture
    private var fixture: ExportFixture { files.fixture }
    private let a = String(repeating: "1", count: 38)

    init() throws {
        files = try IDFixture(
            [.made(12345, .device), .made(67890, .crossDevice, attribute: "crm"), .made(5, .crossDevice)],
            attributes: [Attribute("crm", .text), Attribute("orders", .integer)]
        )
    }

    /// Gives a trait to one id, which a file has brought.
    private func give(_ trait: Int64, _ dpid: Int64, _ id: String, _ environment: DropOff.Environment = .production)
        throws
    {
        try fixture.store.withWriter { connection throws(ProfileError) in
            let sets = TraitSets(in: environment, on: connection)
            let identities = try Identities(in: environment, on: connection)
            let batch = IdentityBatch()
            id.utf8.withContiguousStorageIfAvailable { batch.append(UnsafeRawBufferPointer($0)) }
            let set = try sets.identities(having: trait)
            try identities.numbers(of: batch, source: dpid, adding: false).filter { $0 > 0 }.forEach { set.insert($0) }
            try sets.set(set, having: trait)
        }
    }

    private func members(_ rule: String) throws -> [UInt32] {
        let segment = Segment(id: UUID(), name: "asked", rule: rule)
        let snapshot = try fixture.store.segment(
            [segment], schema: fixture.schema, dataSources: files.sources, nominal: Instant(milliseconds: 0),
            clock: ManualClock(Instant(milliseconds: 0)), id: UUID()
        )
        return try fixture.store.withReader { connection throws(ProfileError) in
            try connection.members(of: segment.id, in: snapshot.id, called: "snapshot").members
        }
    }

    @Test func `a trait of a first id comes through a chain of two files to the customer`() throws {
        let ann = try fixture.add("ann", ["c1", 3])
        try fixture.add("ben", ["c2", 3])
        try files.take("adobe_id_0_12345_1454442149.sync", "\(a)\td1\n".utf8)
        try give(7, 0, a)
        #expect(try members("has_trait(7)") == [])
        try files.take("adobe_id_12345_67890_1454442149.sync", "d1\tc1\n".utf8)
        #expect(try members("has_trait(7)") == [ann])
    }

    @Test func `the two files of a chain may come in any order`() throws {
        let ann = try fixture.add("ann", ["c1", 3])
        try files.take("adobe_id_12345_67890_1454442149.sync", "d1\tc1\n".utf8)
        try files.take("adobe_id_0_12345_1454442149.sync", "\(a)\td1\n".utf8)
        try give(7, 0, a)
        #expect(try members("has_trait(7)") == [ann])
    }

    @Test func `a device of two customers gives its trait to both, a customer's own stays his`() throws {
        let (ann, ben) = (try fixture.add("ann", ["c1", 1]), try fixture.add("ben", ["c2", 5]))
        try files.take("adobe_id_12345_67890_1454442149.sync", "shared\tc1\nshared\tc2\n".utf8)
        try give(7, 12345, "shared")
        try give(8, 67890, "c2")
        #expect(try members("has_trait(7)") == [ann, ben])
        #expect(try members("has_trait(8)") == [ben])
        #expect(try members("has_trait(7) and not has_trait(8)") == [ann])
        #expect(try members("has_trait(7) and orders > 3") == [ben])
        #expect(try members("has_trait(9)") == [])
        #expect(try members("not has_trait(9)") == [ann, ben])
    }

    @Test func `a link that a cap pushed out takes the trait with it`() throws {
        let (ann, ben) = (try fixture.add("ann", ["c1", 1]), try fixture.add("ben", ["c2", 5]))
        files.caps.peoplePerDevice = 1
        try files.take("adobe_id_12345_67890_1454442149.sync", "d\tc1\n".utf8)
        try give(7, 12345, "d")
        #expect(try members("has_trait(7)") == [ann])
        let receipt = try files.take("adobe_id_12345_67890_1454442150.sync", "d\tc2\n".utf8)
        #expect(receipt.ids?.evictedMappings == 1)
        #expect(try members("has_trait(7)") == [ben])
    }

    @Test func `User123 is not USER123`() throws {
        let (lower, upper) = (try fixture.add("ann", ["User123", 1]), try fixture.add("ben", ["USER123", 1]))
        try files.take("adobe_id_12345_67890_1454442149.sync", "d\tUser123\nD\tUSER123\n".utf8)
        try give(7, 12345, "d")
        try give(8, 67890, "USER123")
        #expect(try members("has_trait(7)") == [lower])
        #expect(try members("has_trait(8)") == [upper])
    }

    @Test func `segments never see beta`() throws {
        try fixture.add("ann", ["c1", 1])
        try files.take("adobe_id_12345_67890_1454442149.sync", "d\tc1\n".utf8, environment: .beta)
        try give(7, 12345, "d", .beta)
        try give(7, 67890, "c1", .beta)
        #expect(try members("has_trait(7)") == [])
        try files.take("adobe_id_12345_67890_1454442149.sync", "other\tc1\n".utf8)
        #expect(try members("has_trait(7)") == [])
    }

    @Test func `an ID file that comes later makes a trait of before usable`() throws {
        let ann = try fixture.add("ann", ["c1", 1])
        try files.take("adobe_id_0_5_1454442149.sync", "\(a)\tp\n".utf8)
        try give(7, 5, "p")
        #expect(try members("has_trait(7)") == [])
        try files.take("adobe_id_0_67890_1454442149.sync", "\(a)\tc1\n".utf8)
        #expect(try members("has_trait(7)") == [ann])
    }

    @Test func `without any data source nobody has a trait`() throws {
        try fixture.add("ann", ["c1", 1])
        try files.take("adobe_id_0_67890_1454442149.sync", "\(a)\tc1\n".utf8)
        try give(7, 67890, "c1")
        files.sources = []
        #expect(try members("has_trait(7)") == [])
    }
}
