import Foundation
import TidegateModel

extension ProfileStore {
    /// Evaluates every segment once, on one state of the store, and publishes the result as a snapshot.
    ///
    /// Where it throws, nothing is published and the snapshot before stays the latest. `nominal` is what rules call
    /// `now`; `clock` tells the time of publication. `progress` counts profiles; `isCancelled` is asked every few thousand
    /// rows or so, and once more before the snapshot is published. `dataSources` are the declared ones, through whose ids
    /// profiles come to have traits.
    package func segment(
        _ segments: [Segment],
        schema: ProfileSchema,
        dataSources: [DataSource] = [],
        nominal: Instant,
        clock: any WallClock,
        id: UUID,
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
        isCancelled: @escaping () -> Bool = { false }
    ) throws(ProfileError) -> Snapshot {
        let rules = try SegmentRules(segments, schema: schema)
        let outcome = try withReader { connection throws(ProfileError) in
            try connection.interruptible(by: isCancelled) { () throws(ProfileError) in
                let traits = try connection.profiles(havingAnyOf: rules.traits, dataSources, schema)
                return try SegmentationScan(rules, now: nominal, traits: traits, on: connection).run(progress: progress)
            }
        }
        guard !isCancelled() else { throw .cancelled }
        return try publish(outcome.members, id: id, nominal: nominal, at: clock.now(), profiles: outcome.profiles)
    }
}

extension Connection {
    /// The profiles that have each of these traits in production, without those that nobody has.
    fileprivate func profiles(
        havingAnyOf traits: Set<Int64>, _ dataSources: [DataSource], _ schema: ProfileSchema
    ) throws(ProfileError) -> [Int64: ProfileMarks] {
        let sets = TraitSets(in: .production, on: self)
        var identities: [(trait: Int64, set: ProfileSet)] = []
        for trait in traits.sorted() {
            let set = try sets.identities(having: trait)
            if !set.isEmpty { identities.append((trait, set)) }
        }
        guard !identities.isEmpty else { return [:] }
        let reach = try Reach(dataSources: dataSources, schema: schema, on: self)
        return Dictionary(uniqueKeysWithValues: identities.map { ($0.trait, reach.marks(having: $0.set)) })
    }
}
