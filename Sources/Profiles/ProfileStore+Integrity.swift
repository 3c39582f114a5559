extension ProfileStore {
    /// What SQLite finds wrong with the file; empty where it is whole.
    package func problems() throws(ProfileError) -> [String] {
        try withReader { connection throws(ProfileError) in
            let statement = try connection.prepare("PRAGMA integrity_check")
            var problems: [String] = []
            while try statement.step() {
                let finding = statement.text(at: 0)
                if finding != "ok" { problems.append("profile store: \(finding)") }
            }
            return problems
        }
    }
}
