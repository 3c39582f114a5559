import Foundation
import JobFiles
import Testing

@testable import Commands

@Suite struct JobFolderTests {
    private let file = JobFile(path: "jobs/a.yaml", folder: "/etc/jobs", text: "kind: Profile")

    private func digest(_ change: (inout JobFile) -> Void) -> String {
        var file = file
        change(&file)
        return JobFolder.digest(of: [file])
    }

    @Test func `the digest of job files is that of their names, folders and bytes`() {
        let digest = JobFolder.digest(of: [file])
        #expect(digest != self.digest { $0.text += " # a comment" })
        #expect(digest != self.digest { $0.path = "jobs/b.yaml" })
        #expect(digest != self.digest { $0.folder = "/srv/jobs" })
        #expect(digest != JobFolder.digest(of: [file, file]))
        #expect(digest != JobFolder.digest(of: []))
    }

    @Test func `the digest of job files does not change with how their folder is spelled`() {
        #expect(JobFolder.digest(of: [file]) == digest { $0.path = "/etc/jobs/a.yaml" })
    }
}
