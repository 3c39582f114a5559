import Foundation
import TidegateModel

@testable import Profiles

/// Reach as its definition says it, one profile and one step at a time.
struct ReachDefinition {
    struct Node: Hashable { let dpid: Int64, id: String }

    let sources: [DataSource]
    /// By profile: the attributes' values.
    let profiles: [UInt32: [String: String]]
    let links: [Node: [Node]]

    private func own(_ profile: UInt32) -> Set<Node> {
        var own: Set<Node> = []
        for source in sources {
            if let name = source.attribute, let value = profiles[profile]?[name], !value.isEmpty {
                own.insert(Node(dpid: source.dpid, id: value))
            }
        }
        return own
    }

    private func isDevice(_ node: Node) -> Bool { sources.contains { $0.dpid == node.dpid && $0.kind == .device } }

    /// What a profile reaches, its own ids included, and how far away each is.
    func reached(by profile: UInt32) -> [Node: Int] {
        let own = own(profile)
        var distance = Dictionary(uniqueKeysWithValues: own.map { ($0, 0) })
        for step in 1...4 {
            for (node, _) in distance.filter({ $0.value == step - 1 }) where own.contains(node) || isDevice(node) {
                for other in links[node] ?? [] where distance[other] == nil {
                    guard sources.contains(where: { $0.dpid == other.dpid }) else { continue }
                    let isAnotherCustomer = !isDevice(other) && own.contains { $0.dpid == other.dpid }
                    if !isAnotherCustomer { distance[other] = step }
                }
            }
        }
        return distance
    }

    func profiles(having nodes: Set<Node>) -> [UInt32] {
        profiles.keys.filter { profile in reached(by: profile).keys.contains { nodes.contains($0) } }.sorted()
    }

    func ids(of dpid: Int64) -> [String: [UInt32]] {
        var ids: [String: [UInt32]] = [:]
        for profile in profiles.keys.sorted() {
            for node in reached(by: profile).keys where node.dpid == dpid { ids[node.id, default: []].append(profile) }
        }
        return ids
    }
}

/// Profiles, identities and links, in a store and in dictionaries.
final class ReachFixture {
    typealias Node = ReachDefinition.Node

    let fixture: ExportFixture
    let sources: [DataSource]
    private(set) var profiles: [UInt32: [String: String]] = [:]
    private(set) var links: [Node: [Node]] = [:]
    private(set) var numbers: [Node: UInt32] = [:]
    private var beta: [Node: UInt32] = [:]
    private var next: Int64 = 1
    private var written = ""

    init(_ sources: [DataSource]) throws {
        self.sources = sources
        fixture = try ExportFixture([Attribute("crm", .text), Attribute("card", .integer), Attribute("phone", .text)])
    }

    @discardableResult
    func profile(_ key: String, crm: String? = nil, card: Int64? = nil, phone: String? = nil) throws -> UInt32 {
        let id = try fixture.add(
            key, [crm.map { .text($0) } ?? .null, card.map { .integer($0) } ?? .null, phone.map { .text($0) } ?? .null]
        )
        var values = ["customer_id": key]
        values["crm"] = crm
        values["card"] = card.map { String($0) }
        values["phone"] = phone
        profiles[id] = values
        return id
    }

    @discardableResult
    func identity(_ dpid: Int64, _ id: String, environment: Int = 0) throws -> UInt32 {
        let node = Node(dpid: dpid, id: id)
        if let number = environment == 0 ? numbers[node] : beta[node] { return number }
        let number = UInt32(next)
        next += 1
        if environment == 0 { numbers[node] = number } else { beta[node] = number }
        write("INSERT INTO identity VALUES (\(number), \(environment), \(dpid), '\(id)')")
        return number
    }

    func link(_ one: (Int64, String), _ other: (Int64, String), environment: Int = 0) throws {
        let (left, right) = (Node(dpid: one.0, id: one.1), Node(dpid: other.0, id: other.1))
        let first = try identity(one.0, one.1, environment: environment)
        let second = try identity(other.0, other.1, environment: environment)
        if environment == 0 {
            links[left, default: []].append(right)
            links[right, default: []].append(left)
        }
        write(
            "INSERT OR IGNORE INTO identity_link VALUES (\(first), \(second), \(next), 0), (\(second), \(first), \(next), 0)"
        )
        next += 1
    }

    /// All at once, before somebody looks.
    private func write(_ statement: String) { written += statement + ";\n" }

    /// Puts what was written into the store.
    func put() throws {
        try fixture.execute(written)
        written = ""
    }

    var definition: ReachDefinition { ReachDefinition(sources: sources, profiles: profiles, links: links) }

    func reach<Value>(_ body: (Reach) throws(ProfileError) -> Value) throws -> Value {
        try put()
        return try fixture.store.withReader { connection throws(ProfileError) in
            try body(try Reach(dataSources: sources, schema: fixture.schema, on: connection))
        }
    }

    func having(_ nodes: [(Int64, String)]) throws -> [UInt32] {
        try reach { reach throws(ProfileError) in having(nodes, reach) }
    }

    func having(_ nodes: [(Int64, String)], _ reach: Reach) -> [UInt32] {
        reach.profiles(having: ProfileSet(nodes.compactMap { numbers[Node(dpid: $0.0, id: $0.1)] })).members
    }

    func ids(of dpid: Int64) throws -> [(id: String, profiles: [UInt32])] {
        try reach { reach throws(ProfileError) in try ids(of: dpid, reach) }
    }

    func ids(of dpid: Int64, _ reach: Reach) throws(ProfileError) -> [(id: String, profiles: [UInt32])] {
        var ids: [(String, [UInt32])] = []
        try reach.forEachID(of: dpid) { id, profiles in
            ids.append((String(decoding: id, as: UTF8.self), Array(profiles)))
        }
        return ids
    }
}

extension DataSource {
    static func made(
        _ dpid: Int64, _ kind: Kind, form: IDForm = .any, attribute: String? = nil
    ) -> DataSource {
        DataSource(id: UUID(), name: "source-\(dpid)", dpid: dpid, kind: kind, form: form, attribute: attribute)
    }
}

extension ProfileSet {
    var members: [UInt32] {
        var members: [UInt32] = []
        forEachRun { members += $0 }
        return members
    }
}
