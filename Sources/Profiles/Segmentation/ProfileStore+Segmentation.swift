import Foundation
import TidegateModel

extension ProfileStore {
    /// Evaluates every segment once, on one state of the store, and publishes the result as a snapshot.
    ///
    /// Where it throws, nothing is published and the snapshot before stays the latest. `nominal` is what rules call
    /// `now`; `clock` tells the time of publication. `progress` counts profiles; `isCancelled` is asked every few thousand
    /// rows or so, and once more before the snapshot is published.
    package func segment(
        _ segments: [Segment],
        schema: ProfileSchema,
        nominal: Instant,
        clock: any WallClock,
        id: UUID,
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
        isCancelled: @escaping () -> Bool = { false }
    ) throws(ProfileError) -> Snapshot {
        let rules = try SegmentRules(segments, schema: schema)
        let outcome = try withReader { connection throws(ProfileError) in
            try connection.interruptible(by: isCancelled) { () throws(ProfileError) in
                try SegmentationScan(rules, now: nominal, on: connection).run(progress: progress)
            }
        }
        guard !isCancelled() else { throw .cancelled }
        return try publish(outcome.members, id: id, nominal: nominal, at: clock.now(), profiles: outcome.profiles)
    }
}
