import Foundation
import JobFiles
import Testing
import TidegateTesting

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

    @Test func `a file that is not UTF-8 is one finding among the others, at its place`() throws {
        let folder = try TemporaryFolder()
        try folder.write(Array("kind: Segment\nname: [\n".utf8), to: "a.yaml")
        try folder.write(Array("kind: Segment\nname: x\nwhere: \"".utf8) + [0xFF, 0x22, 0x0A], to: "b.yaml")
        let reading = try JobFolder(path: folder.path).read()
        #expect(reading.spec == nil)
        let utf8 = reading.findings.filter { $0.diagnostic.message == "text is not UTF-8 from here on" }
        #expect(utf8.map { [$0.diagnostic.line, $0.diagnostic.column] } == [[3, 9]])
        let yaml = reading.findings.filter { $0.diagnostic.path.hasSuffix("a.yaml") }
        #expect(yaml.map(\.diagnostic.line) == [2])
    }

    @Test func `the digest of job files does not change with how their folder is spelled`() {
        #expect(JobFolder.digest(of: [file]) == digest { $0.path = "/etc/jobs/a.yaml" })
    }
}
