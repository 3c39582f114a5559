import TidegateModel

/// Which profiles an id stands for, and which ids a profile has, in production.
///
/// A profile's own ids are its values of the attributes that data sources name, exact to the letter. From them it
/// reaches what links join: everything beside an own id, and what lies behind devices, at most four links away. Never
/// what lies behind another person's id, nor a person's id of a data source of which the profile has an own one: that
/// is another customer.
///
/// Stands on the connection's read transaction, and is used on its thread.
final class Reach {
    let graph: ReachGraph
    let owners: ReachOwners
    let connection: Connection
    let expressions: ProfileExpressions
    /// Whether there are removed profiles that are reached.
    let hasRemoved: Bool
    /// Data sources whose values are in a temporary table by profile, by index.
    var tabled: Set<Int> = []

    /// `dataSources` are the declared ones; the global ones are added. Profiles of `removed`, which are not in the
    /// store any more, still have the key that they had.
    init(
        dataSources: [DataSource], schema: ProfileSchema, removed: ProfileMarks = ProfileMarks(),
        on connection: Connection
    ) throws(ProfileError) {
        self.connection = connection
        hasRemoved = removed.count > 0
        if hasRemoved { try connection.define("keeps_key", removed) }
        expressions = try ProfileExpressions(schema, on: connection)
        let sources = DropOffCatalogue(dataSources: dataSources, traits: []).all
        graph = try ReachGraph(sources, in: connection.folder, on: connection)
        owners = try ReachOwners(
            graph, expressions, hasRemoved: hasRemoved, in: connection.folder, on: connection
        )
    }

    /// The profiles that reach any of these identities.
    func profiles(having identities: ProfileSet) -> ProfileSet { marks(having: identities).set() }

    /// The same for the length of a scan; `count` is greater than zero where there are any, and means nothing else.
    func marks(having identities: ProfileSet) -> ProfileMarks {
        let marks = ProfileMarks()
        for (source, asked) in bySource(identities) {
            owners.forEachProfile(owningAnyOf: asked) { marks.insert($0) }
            let others = source.flatMap { owners.havingValue(of: $0) }
            owners.forEachProfile(owningAnyOf: graph.surroundings(of: asked)) { profile in
                if others?.contains(profile) != true { marks.insert(profile) }
            }
        }
        return marks
    }

    /// The identities of people of each data source with an attribute, which not every profile may reach; all others
    /// together under nil.
    private func bySource(_ identities: ProfileSet) -> [Int?: ReachBits] {
        var parts: [Int?: ReachBits] = [:]
        identities.forEachRun { run in
            for identity in run {
                guard let source = graph.source(of: identity) else { continue }
                let part = isPersonal(source) ? source : nil
                _ = parts[part, default: ReachBits(limit: graph.limit)].insert(identity)
            }
        }
        return parts
    }

    /// Whether an id of the data source that is not a profile's own may be another customer.
    func isPersonal(_ source: Int) -> Bool {
        graph.sources[source].kind == .crossDevice && graph.sources[source].attribute != nil
    }

    func index(of dpid: Int64) throws(ProfileError) -> Int {
        guard let index = graph.sources.firstIndex(where: { $0.dpid == dpid }) else {
            throw .rejected("data source \(dpid) is not declared")
        }
        return index
    }
}
