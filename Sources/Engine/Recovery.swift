import Foundation
import Logging
import Profiles
import Store
import TidegateModel

/// Takes up what an earlier process left behind. Only the holder of the data folder may: then nobody else runs.
struct Recovery {
    let place: Workplace

    func run() throws {
        let now = place.clock.now()
        let orphans = try place.store.recoverOrphans(owner: place.owner, limit: place.limits.attempts, at: now)
        for orphan in orphans {
            place.logger.warning("run taken up", metadata: ["run": "\(orphan.run.text)", "attempt": "\(orphan.attempt)"])
        }
        for cycle in try place.store.openCycles() where cycle.state == .processing {
            try place.store.deferCycle(cycle.sequence, reason: "process was lost", until: now, at: now)
        }
        try emptyStaging()
    }

    /// Nothing in the staging folder is needed again: every attempt stages anew.
    private func emptyStaging() throws {
        let staging = place.folder.stagingPath
        for name in try FileManager.default.contentsOfDirectory(atPath: staging) {
            try FileManager.default.removeItem(atPath: "\(staging)/\(name)")
        }
    }
}
