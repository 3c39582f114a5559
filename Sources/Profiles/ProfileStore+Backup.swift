import Foundation

extension ProfileStore {
    /// Writes a copy of one consistent state to `path`, where nothing is yet, and reads it back. Others read and write
    /// meanwhile. What was made is removed again where it is not whole.
    package func backup(to path: String) throws(ProfileError) {
        do throws(ProfileError) {
            try copy(to: path)
            try check(path)
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
    }

    private func copy(to copy: String) throws(ProfileError) {
        let statement = try Connection(path: path, .readOnly).prepare("VACUUM INTO ?1")
        statement.bind(copy, at: 1)
        try statement.run()
    }

    private func check(_ copy: String) throws(ProfileError) {
        let statement = try Connection(path: copy, .readOnly).prepare("PRAGMA quick_check")
        guard try statement.step(), statement.text(at: 0) == "ok" else {
            throw .rejected("backup '\(copy)' does not read back whole")
        }
    }
}
