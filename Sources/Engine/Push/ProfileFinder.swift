import Destinations
import Foundation
import Profiles
import Store
import TidegateModel

/// Finds the profiles behind identities that a receiver names.
struct ProfileFinder: Sendable {
    struct Found: Sendable {
        var number: UInt32
        var key: String
    }

    private let work: ClaimedRun
    private let session: any PushSession
    private let plan: PushPlan

    init(_ work: ClaimedRun, _ session: any PushSession, _ plan: PushPlan) {
        self.work = work
        self.session = session
        self.plan = plan
    }

    /// By identity. What was sent by an attempt whose spool is gone is looked for in the profile store, as it is now.
    func profiles(with wanted: Set<String>) async throws(RunFault) -> [String: Found] {
        var found: [String: Found] = [:]
        for cut in plan.batches where found.count < wanted.count {
            for row in try plan.spool.rows(in: cut.region) {
                let identity = String(decoding: row.contact.identity, as: UTF8.self)
                guard wanted.contains(identity) else { continue }
                found[identity] = Found(number: row.profile, key: String(decoding: row.key, as: UTF8.self))
            }
        }
        guard found.count < wanted.count, work.run.attempts > 1 else { return found }
        let missing = wanted.subtracting(found.keys)
        return try await work.lookAgain(at: plan.everyone, for: "profiles named by the receiver", session, into: found)
        {
            (found, row, contact) in
            guard let contact else { return }
            let identity = String(decoding: contact.identity, as: UTF8.self)
            guard missing.contains(identity), found[identity] == nil else { return }
            found[identity] = Found(number: row.profile, key: String(decoding: row.key, as: UTF8.self))
        }
    }
}
