import TidegateModel

extension Reach {
    /// Lends each id of a data source that a profile reaches, in the order of the ids' bytes, with its profiles in
    /// ascending order. Of a data source with an attribute the attribute's values are ids too.
    func forEachID(
        of dpid: Int64,
        _ body: (_ id: UnsafeRawBufferPointer, _ profiles: UnsafeBufferPointer<UInt32>) throws(ProfileError) -> Void
    ) throws(ProfileError) {
        let source = try index(of: dpid)
        let listing = try ReachListing(self, source)
        while try listing.next() {
            guard !listing.profiles.isEmpty else { continue }
            try listing.lend(body)
        }
    }

    /// The ids of a data source that a profile reaches: its own first, then those linked last.
    func ids(of profile: UInt32, in dpid: Int64) throws(ProfileError) -> [String] {
        try reachedIDs(of: profile, in: dpid).map(\.id)
    }

    /// The same, with what they are sorted by, to be sorted with those of other profiles.
    func reachedIDs(of profile: UInt32, in dpid: Int64) throws(ProfileError) -> [ReachedID] {
        let source = try index(of: dpid)
        var ids: [ReachedID] = []
        if let own = try value(of: profile, in: source) { ids.append(ReachedID(id: own, newestLink: .max)) }
        if isPersonal(source), owners.havingValue(of: source)?.contains(profile) == true { return ids }
        let walk = ReachWalk(graph)
        walk.start(try owners.identities(ownedBy: profile))
        let found = walk.reached.filter { graph.source(of: $0) == source }
        for (link, identity) in try newestFirst(found, walk) {
            ids.append(ReachedID(id: try id(of: identity), newestLink: link))
        }
        return ids
    }

    /// By the newest of the links that lead to each.
    private func newestFirst(
        _ identities: [UInt32], _ walk: ReachWalk
    ) throws(ProfileError) -> [(link: Int64, identity: UInt32)] {
        let links = try connection.prepare("SELECT other, sequence FROM identity_link WHERE identity = ?")
        var newest: [(link: Int64, identity: UInt32)] = []
        for identity in identities {
            links.bind(Int64(identity), at: 1)
            var last: Int64 = 0
            while try links.step() {
                let other = UInt32(truncatingIfNeeded: links.integer(at: 0))
                if walk.isPassable(other) { last = max(last, links.integer(at: 1)) }
            }
            newest.append((last, identity))
        }
        return newest.sorted { $0 > $1 }
    }

    private func id(of identity: UInt32) throws(ProfileError) -> String {
        let row = try connection.prepare("SELECT id FROM identity WHERE number = ?")
        row.bind(Int64(identity), at: 1)
        guard try row.step() else { return "" }
        return row.text(at: 0)
    }

    /// Profiles are kept by key, not by number: so a table of the values by number is made at the first question.
    private func value(of profile: UInt32, in source: Int) throws(ProfileError) -> String? {
        guard let name = graph.sources[source].attribute else { return nil }
        let attribute = try expressions.attribute(named: name)
        if tabled.insert(source).inserted {
            try connection.execute(
                """
                CREATE TEMP TABLE own_id_\(source) (profile INTEGER PRIMARY KEY, id TEXT NOT NULL);
                INSERT INTO own_id_\(source) SELECT p.id, \(expressions.idText(attribute)) FROM profile AS p
                WHERE \(expressions.hasValue(attribute)) ORDER BY p.id;
                """
            )
        }
        let row = try connection.prepare("SELECT id FROM own_id_\(source) WHERE profile = ?")
        row.bind(Int64(profile), at: 1)
        guard try row.step() else { return nil }
        return row.text(at: 0)
    }
}

/// An id that a profile reaches.
struct ReachedID {
    let id: String
    /// The sequence of the newest of the links that lead to it; nothing is newer than an own id.
    let newestLink: Int64

    /// Of several profiles, own ids in the order of the profiles.
    static func newestFirst(_ ids: [ReachedID]) -> [String] {
        let order = ids.indices.sorted { (ids[$1].newestLink, $0) < (ids[$0].newestLink, $1) }
        return order.map { ids[$0].id }
    }
}

/// Walks the ids of one data source, of files and of attributes together.
private final class ReachListing {
    private let reach: Reach
    private let walk: ReachWalk
    private let values: ReachValues?
    private let identities: ReachIdentities
    /// Profiles that reach no id of the data source but their own; nil where all may.
    private let settled: ProfileMarks?
    private var hasValue: Bool
    private var hasIdentity: Bool
    private var id: [UInt8] = []
    private(set) var profiles: [UInt32] = []

    init(_ reach: Reach, _ index: Int) throws(ProfileError) {
        self.reach = reach
        let source = reach.graph.sources[index]
        walk = ReachWalk(reach.graph)
        values = try ReachValues(
            of: source, reach.expressions, hasRemoved: reach.hasRemoved, on: reach.connection
        )
        identities = try ReachIdentities(of: source, on: reach.connection)
        settled = reach.isPersonal(index) ? reach.owners.havingValue(of: index) : nil
        hasValue = try values?.next() ?? false
        hasIdentity = try identities.next()
    }

    /// Moves to the next id; false at the end.
    func next() throws(ProfileError) -> Bool {
        guard hasValue || hasIdentity else { return false }
        profiles.removeAll(keepingCapacity: true)
        let order = order()
        id.removeAll(keepingCapacity: true)
        id.append(contentsOf: order <= 0 ? values?.text ?? identities.text : identities.text)
        if order <= 0 { try takeValues() }
        if order >= 0 { try takeIdentity() }
        sort()
        return true
    }

    func lend(
        _ body: (_ id: UnsafeRawBufferPointer, _ profiles: UnsafeBufferPointer<UInt32>) throws(ProfileError) -> Void
    ) throws(ProfileError) {
        let outcome: Result<Void, ProfileError> = id.withUnsafeBytes { id in
            profiles.withUnsafeBufferPointer { profiles in
                do throws(ProfileError) {
                    return .success(try body(id, profiles))
                } catch {
                    return .failure(error)
                }
            }
        }
        try outcome.get()
    }

    /// Below zero where the next value comes before the next identity.
    private func order() -> Int {
        guard hasValue, let values else { return 1 }
        guard hasIdentity else { return -1 }
        return -identities.compare(with: values.text)
    }

    private func takeValues() throws(ProfileError) {
        guard let values else { return }
        while hasValue, id.withUnsafeBytes({ IdentityBatch.order($0, values.text) }) == 0 {
            profiles.append(values.profile)
            hasValue = try values.next()
        }
    }

    private func takeIdentity() throws(ProfileError) {
        if reach.graph.source(of: identities.number) != nil {
            walk.start([identities.number])
            for identity in walk.reached {
                reach.owners.forEachProfile(owning: identity) { profile in
                    if settled?.contains(profile) != true { profiles.append(profile) }
                }
            }
        }
        hasIdentity = try identities.next()
    }

    private func sort() {
        guard profiles.count > 1 else { return }
        profiles.sort()
        var last = 0
        for index in profiles.indices.dropFirst() where profiles[index] != profiles[last] {
            last += 1
            profiles[last] = profiles[index]
        }
        profiles.removeLast(profiles.count - last - 1)
    }
}
