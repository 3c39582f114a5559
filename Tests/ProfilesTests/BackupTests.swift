import Foundation
import Testing
import TidegateModel

@testable import Profiles

@Suite struct BackupTests {
    private let sync = "ftp_dpm_100_1366545717.sync"

    @Test func `a backup has what was committed when it was begun, and nothing of what is being written`() throws {
        let fixture = try DataFixture()
        let source = fixture.source()
        try fixture.take(try fixture.file(sync, "u\td_sid=1\n".utf8))
        let copy = fixture.store.path + ".copy"
        try fixture.store.withWriter { connection throws(ProfileError) in
            try connection.write { () throws(ProfileError) in
                try connection.execute("DELETE FROM drop_file; DELETE FROM trait_identities;")
                try fixture.store.backup(to: copy)
            }
        }
        let restored = try ProfileStore(path: copy)
        #expect(try restored.problems() == [])
        #expect(try restored.receipts(of: source.id, limit: 9).map(\.file) == ["date=2026-11-21/\(sync)"])
        #expect(try fixture.store.receipts(of: source.id, limit: 9) == [])
        let traits = try restored.withReader { connection throws(ProfileError) in
            let statement = try connection.prepare("SELECT count(*) FROM trait_identities")
            _ = try statement.step()
            return statement.integer(at: 0)
        }
        #expect(traits == 1)
    }

    @Test func `a backup that cannot be made leaves nothing`() throws {
        let fixture = try DataFixture()
        let path = fixture.store.path + "-nowhere/copy"
        #expect(throws: ProfileError.self) { try fixture.store.backup(to: path) }
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
