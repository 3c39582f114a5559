import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Profiles

/// The export of ids against a slow one that keeps everything in dictionaries.
@Suite struct IdentityAgreementTests {
    @Test(arguments: 0..<64)
    func `files and counts are those of dictionaries`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let fixture = try IdentityExportFixture(
            sids: (0..<[1, 3, 8, 9, 20].randomElement(using: &random)!).map { 10 + $0 })
        let world = try RandomIdentities(fixture, &random)
        try world.map(fixture)
        for (isFull, tellsLeavers) in [(true, true), (true, false), (false, true), (false, false)] {
            for ids in [RandomIdentities.Ids.all[seed % 8], RandomIdentities.Ids.all[seed / 8]] {
                var request = try fixture.request(
                    world.now, since: world.before, isFull: isFull, of: ids.source,
                    row: tellsLeavers ? AudienceManagerLayout.defaultRow : "<UUID> <SEGMENT_LIST>")
                if let owned = ids.mappedTo { request.dataSources.append(owned) }
                let (text, counts) = try fixture.staged(request)
                let expected = world.expected(ids, isFull: isFull, tellsLeavers: tellsLeavers)
                #expect(text == expected.text)
                #expect(counts == expected.counts)
                let delivered = try #require(try fixture.export.store.deliveredProfiles(by: request.run))
                #expect(delivered.isEqual(to: ProfileSet(expected.exported.sorted())))
            }
        }
    }
}

extension RandomIdentities {
    /// The same ids in several ways: from an attribute, and from browsers that are mapped to one id each and called as it.
    fileprivate struct Ids {
        let source: DataSource
        let isKey: Bool
        var mappedTo: DataSource?
        /// Whether rows are found by links.
        let isLinked: Bool

        static let phoneID = DataSource.made(75, .device, attribute: "phone")
        static let personID = DataSource.made(76, .crossDevice, attribute: "customer_id")
        static let deviceID = DataSource.made(77, .device, attribute: "customer_id")

        static let all = [
            Ids(source: IdentityExportFixture.customer, isKey: true, isLinked: false),
            Ids(source: IdentityExportFixture.phone, isKey: false, isLinked: false),
            Ids(source: personID, isKey: true, isLinked: false),
            Ids(source: phoneID, isKey: false, isLinked: true),
            Ids(source: deviceID, isKey: true, isLinked: true),
            Ids(source: .made(85, .device), isKey: false, mappedTo: phoneID, isLinked: true),
            Ids(source: .made(86, .device), isKey: true, mappedTo: personID, isLinked: true),
            Ids(source: .made(87, .device), isKey: true, mappedTo: deviceID, isLinked: true),
        ]
    }

    fileprivate func map(_ fixture: IdentityExportFixture) throws {
        let keys = Set(customers.values.map(\.key)), phones = Set(customers.values.compactMap(\.phone))
        var (sql, number) = ("", 1)
        for (dpid, ids) in [(75, phones), (76, keys), (77, keys)] {
            for id in ids.sorted() {
                sql += """
                    INSERT INTO identity VALUES (\(number), 0, \(dpid), '\(id)'), (\(number + 1), 0, \(dpid + 10), '\(id)');
                    INSERT INTO identity_link VALUES (\(number), \(number + 1), \(number), 0);
                    INSERT INTO identity_link VALUES (\(number + 1), \(number), \(number), 0);

                    """
                number += 2
            }
        }
        try fixture.export.execute(sql)
    }
}

/// Two snapshots of random segments, with customers removed before and after the second, some of whom came back.
private struct RandomIdentities {
    struct Customer {
        let key: String
        let phone: String?
        var isStored = true
    }

    private(set) var customers: [UInt32: Customer] = [:]
    private let sids: [Int64]
    private var membersBefore: [Int64: Set<UInt32>] = [:]
    private var membersNow: [Int64: Set<UInt32>] = [:]
    private(set) var before = UUID()
    private(set) var now = UUID()

    init(_ fixture: IdentityExportFixture, _ random: inout SeededGenerator) throws {
        sids = fixture.segments.map(\.sid)
        for number in 0..<Int.random(in: 0...30, using: &random) { try add("k\(number)", fixture, &random) }
        membersBefore = members(&random)
        before = try fixture.publish(membersBefore.mapValues(Array.init))
        try removeSome(fixture, &random)
        for key in Set(customers.values.filter { !$0.isStored }.map(\.key)).sorted() where Bool.random(using: &random) {
            try add(key, fixture, &random)
        }
        membersNow = members(&random)
        now = try fixture.publish(membersNow.mapValues(Array.init))
        try removeSome(fixture, &random)
    }

    private mutating func add(
        _ key: String, _ fixture: IdentityExportFixture, _ random: inout SeededGenerator
    ) throws {
        let phone = Int.random(in: 0...3, using: &random) == 0 ? nil : "p\(Int.random(in: 0...12, using: &random))"
        let id = try fixture.export.add(key, [phone.map { .text($0) } ?? .null, 0])
        customers[id] = Customer(key: key, phone: phone)
    }

    private mutating func removeSome(_ fixture: IdentityExportFixture, _ random: inout SeededGenerator) throws {
        for id in customers.keys.sorted() where customers[id]?.isStored == true {
            guard Int.random(in: 0...4, using: &random) == 0 else { continue }
            try fixture.export.remove(id)
            customers[id]?.isStored = false
        }
    }

    private func members(_ random: inout SeededGenerator) -> [Int64: Set<UInt32>] {
        var members: [Int64: Set<UInt32>] = [:]
        for sid in sids {
            members[sid] = Set(
                customers.keys.sorted().filter { customers[$0]?.isStored == true && Bool.random(using: &random) })
        }
        return members
    }

    func expected(
        _ ids: Ids, isFull: Bool, tellsLeavers: Bool
    ) -> (text: String, counts: RunCounts, exported: Set<UInt32>) {
        func segments(_ id: UInt32, _ members: [Int64: Set<UInt32>]) -> Set<Int64> {
            Set(sids.filter { members[$0]?.contains(id) == true })
        }
        func left(_ id: UInt32) -> Set<Int64> {
            tellsLeavers ? segments(id, membersBefore).subtracting(segments(id, membersNow)) : []
        }
        let selected = customers.keys.filter { id in
            let (now, before) = (segments(id, membersNow), segments(id, membersBefore))
            return !(isFull ? now : now.subtracting(before)).union(left(id)).isEmpty
        }
        var groups: [String: [UInt32]] = [:]
        for (id, customer) in customers {
            guard ids.isKey || customer.isStored, let identity = ids.isKey ? customer.key : customer.phone else {
                continue
            }
            groups[identity, default: []].append(id)
        }
        var (text, told, silent) = ("", Set<UInt32>(), Set<UInt32>())
        for (identity, profiles) in groups.sorted(by: { $0.key < $1.key }) {
            let before = profiles.reduce(into: Set<Int64>()) { $0.formUnion(segments($1, membersBefore)) }
            let now = profiles.reduce(into: Set<Int64>()) { $0.formUnion(segments($1, membersNow)) }
            var listed = profiles.filter { customers[$0]?.isStored == true }
                .reduce(into: Set<Int64>()) { $0.formUnion(segments($1, membersNow)) }
            if !isFull { listed.subtract(before) }
            let lost = tellsLeavers ? before.subtracting(now) : []
            let heard = profiles.filter { customers[$0]?.isStored == true || !left($0).isEmpty }
            guard !listed.isEmpty || !lost.isEmpty else {
                silent.formUnion(heard)
                continue
            }
            told.formUnion(heard)
            text += "\(identity) \(Self.list(listed))" + (tellsLeavers ? " \(Self.list(lost))\n" : "\n")
        }
        var counts = RunCounts(selected: selected.count)
        let exported = told.intersection(selected)
        counts.exported = exported.count
        for id in selected where !exported.contains(id) {
            let isStored = customers[id]?.isStored == true
            let code =
                silent.contains(id)
                ? (isStored || ids.isLinked ? "unchanged-id" : "superseded-by-return")
                : isStored ? "no-id" : "profile-removed"
            counts.skipped[code, default: 0] += 1
        }
        return (text, counts, exported)
    }

    private static func list(_ sids: Set<Int64>) -> String { sids.sorted().map(String.init).joined(separator: ",") }
}
