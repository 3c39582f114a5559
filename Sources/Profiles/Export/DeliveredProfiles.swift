import Foundation

/// Which profiles each run exported.
extension ProfileStore {
    /// Keeps which profiles a run exported, in place of what was kept of it.
    package func keepDelivered(_ profiles: ProfileSet, by run: UUID, from snapshot: UUID) throws(ProfileError) {
        try withWriter { connection throws(ProfileError) in
            let statement = try connection.prepare(
                "INSERT OR REPLACE INTO delivered (run, snapshot, profiles) VALUES (?, ?, ?)"
            )
            statement.bind(run.stored, at: 1)
            statement.bind(snapshot.stored, at: 2)
            statement.bind(blob: profiles.serialized(), at: 3)
            try statement.run()
        }
    }

    /// How many profiles a run exported; nil where nothing is kept of it.
    package func delivered(by run: UUID) throws(ProfileError) -> Int? {
        try deliveredProfiles(by: run)?.count
    }

    func deliveredProfiles(by run: UUID) throws(ProfileError) -> ProfileSet? {
        try withReader { connection throws(ProfileError) in
            let statement = try connection.prepare("SELECT profiles FROM delivered WHERE run = ?")
            statement.bind(run.stored, at: 1)
            guard try statement.step() else { return nil }
            return ProfileSet(serialized: statement.bytes(at: 0))
        }
    }

    /// Forgets what a run exported; nothing where nothing is kept of it.
    package func removeDelivered(_ run: UUID) throws(ProfileError) {
        try withWriter { connection throws(ProfileError) in
            let statement = try connection.prepare("DELETE FROM delivered WHERE run = ?")
            statement.bind(run.stored, at: 1)
            try statement.run()
        }
    }
}
