import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Profiles

/// The export of ids against a slow one that keeps everything in dictionaries.
@Suite struct IdentityAgreementTests {
    @Test(arguments: 0..<60)
    func `files and counts are those of dictionaries`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let fixture = try IdentityExportFixture(
            sids: (0..<[1, 3, 8, 9, 20].randomElement(using: &random)!).map { 10 + $0 })
        let world = try RandomIdentities(fixture, &random)
        for isFull in [true, false] {
            for source in [IdentityExportFixture.customer, IdentityExportFixture.phone] {
                let request = try fixture.request(world.now, since: world.before, isFull: isFull, of: source)
                let (text, counts) = try fixture.staged(request)
                let expected = world.expected(byKey: source == IdentityExportFixture.customer, isFull: isFull)
                #expect(text == expected.text)
                #expect(counts == expected.counts)
                let delivered = try #require(try fixture.export.store.deliveredProfiles(by: request.run))
                #expect(delivered.isEqual(to: ProfileSet(expected.exported.sorted())))
            }
        }
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

    func expected(byKey: Bool, isFull: Bool) -> (text: String, counts: RunCounts, exported: Set<UInt32>) {
        func segments(_ id: UInt32, _ members: [Int64: Set<UInt32>]) -> Set<Int64> {
            Set(sids.filter { members[$0]?.contains(id) == true })
        }
        func left(_ id: UInt32) -> Set<Int64> { segments(id, membersBefore).subtracting(segments(id, membersNow)) }
        let selected = customers.keys.filter { id in
            let (now, before) = (segments(id, membersNow), segments(id, membersBefore))
            return isFull ? !now.union(before).isEmpty : now != before
        }
        var groups: [String: [UInt32]] = [:]
        for (id, customer) in customers {
            guard byKey || customer.isStored, let identity = byKey ? customer.key : customer.phone else { continue }
            groups[identity, default: []].append(id)
        }
        var (text, told, silent) = ("", Set<UInt32>(), Set<UInt32>())
        for (identity, ids) in groups.sorted(by: { $0.key < $1.key }) {
            let before = ids.reduce(into: Set<Int64>()) { $0.formUnion(segments($1, membersBefore)) }
            let now = ids.reduce(into: Set<Int64>()) { $0.formUnion(segments($1, membersNow)) }
            var listed = ids.filter { customers[$0]?.isStored == true }
                .reduce(into: Set<Int64>()) { $0.formUnion(segments($1, membersNow)) }
            if !isFull { listed.subtract(before) }
            let lost = before.subtracting(now)
            let heard = ids.filter { customers[$0]?.isStored == true || !left($0).isEmpty }
            guard !listed.isEmpty || !lost.isEmpty else {
                silent.formUnion(heard)
                continue
            }
            told.formUnion(heard)
            text += "\(identity) \(Self.list(listed)) \(Self.list(lost))\n"
        }
        var counts = RunCounts(selected: selected.count)
        let exported = told.intersection(selected)
        counts.exported = exported.count
        for id in selected where !exported.contains(id) {
            let isStored = customers[id]?.isStored == true
            let code =
                silent.contains(id)
                ? (isStored ? "unchanged-id" : "superseded-by-return")
                : isStored ? "no-id" : "profile-removed"
            counts.skipped[code, default: 0] += 1
        }
        return (text, counts, exported)
    }

    private static func list(_ sids: Set<Int64>) -> String { sids.sorted().map(String.init).joined(separator: ",") }
}
