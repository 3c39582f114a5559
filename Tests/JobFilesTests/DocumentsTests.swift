import Foundation
import JobFiles
import Testing

/// Holds the documents about job files against the program.
@Suite struct DocumentsTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func text(_ path: String) throws -> String {
        try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
    }

    @Test func `every key of every kind is in docs/job-files.md`() throws {
        let document = try text("docs/job-files.md")
        let schema = try JSONSerialization.jsonObject(with: Data(JobFileSchema.text.utf8))
        let keys = Self.keys(in: schema)
        #expect(keys.isSuperset(of: ["kind", "maxRejected", "adHocDelay", "deduplicateBy", "lineEnd", "onMiss"]))
        for key in keys.sorted() {
            #expect(
                document.contains("| `\(key)`") || document.contains("| … `\(key)`") || document.contains(", `\(key)`"),
                "\(key)")
        }
    }

    @Test func `every word that a key can be is in docs/job-files.md`() throws {
        let document = try text("docs/job-files.md")
        let schema = try JSONSerialization.jsonObject(with: Data(JobFileSchema.text.utf8))
        for word in Self.words(in: schema).sorted() { #expect(document.contains("`\(word)`"), "\(word)") }
    }

    @Test func `the first job of the README is valid as it is printed`() throws {
        let readme = try text("README.md")
        let block = try #require(readme.firstMatch(of: /(?s)```yaml\n(?<yaml>kind: Profile.*?)```/))
        let reading = JobFileReader.read(
            [JobFile(path: "my-jobs/loyal.yaml", folder: "/my-jobs", text: String(block.yaml))], jobsPath: "my-jobs")
        #expect(reading.findings.isEmpty)
        #expect(reading.spec?.dataflows.map(\.name) == ["loyal-nightly"])
    }

    @Test func `the mistake that the README shows is reported as it is printed`() throws {
        let readme = try text("README.md")
        let block = try #require(readme.firstMatch(of: /(?s)```yaml\n(?<yaml>kind: Profile.*?)```/))
        let wrong = block.yaml.replacing("orders >= 3", with: "orders >= '3'")
        let reading = JobFileReader.read(
            [JobFile(path: "my-jobs/loyal.yaml", folder: "/my-jobs", text: String(wrong))], jobsPath: "my-jobs")
        let printed = try #require(reading.findings.first).description
        #expect(readme.contains(printed.trimmingCharacters(in: .newlines)), "\(printed)")
    }

    private static func keys(in schema: Any) -> Set<String> {
        var keys: Set<String> = []
        walk(schema) { object in
            if let properties = object["properties"] as? [String: Any] { keys.formUnion(properties.keys) }
        }
        return keys
    }

    private static func words(in schema: Any) -> Set<String> {
        var words: Set<String> = []
        walk(schema) { object in
            if let choices = object["enum"] as? [String] { words.formUnion(choices) }
        }
        return words
    }

    private static func walk(_ value: Any, _ visit: ([String: Any]) -> Void) {
        if let object = value as? [String: Any] {
            visit(object)
            for child in object.values { walk(child, visit) }
        } else if let list = value as? [Any] {
            for child in list { walk(child, visit) }
        }
    }
}
