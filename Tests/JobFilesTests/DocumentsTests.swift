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

    @Test func `all job files of the README are valid together as they are printed`() throws {
        let readme = try text("README.md")
        let files = readme.matches(of: /(?s)```yaml\n(?<yaml>.*?)```/).enumerated().map { number, block in
            JobFile(path: "my-jobs/\(number).yaml", folder: "/my-jobs", text: String(block.yaml))
        }
        #expect(files.count == 5)
        let reading = JobFileReader.read(files, jobsPath: "my-jobs")
        #expect(reading.findings.map(\.description) == [])
        let names = reading.spec?.destinations.map(\.name).sorted()
        #expect(names == ["agency", "backend", "lake", "newsletter", "partner", "printers"])
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

    @Test(arguments: try ValidFixture.all())
    func `each example in docs/job-files.md is valid as it is printed`(example: ValidFixture) throws {
        #expect(try text("docs/job-files.md").contains("```yaml\n\(example.text)```"))
        let reading = try example.reading()
        #expect(reading.findings.map(\.description) == [])
        #expect(reading.spec != nil)
    }

    @Test func `each type of destination has an example, with dataflows for connectors`() throws {
        let examples = try ValidFixture.all()
        let schema = try JSONSerialization.jsonObject(with: Data(JobFileSchema.text.utf8)) as? [String: Any]
        let definitions = try #require(schema?["$defs"] as? [String: Any])
        for type in definitions.keys.compactMap({ $0.split(separator: ".").last })
        where definitions["Destination.\(type)"] != nil {
            let example = try #require(examples.first { $0.name == type }, "\(type)")
            let spec = try #require(try example.reading().spec)
            let made = spec.destinations.filter { !["nightly-drop", "partner-drop"].contains($0.name) }
            #expect(made.first.map { example.text.contains("name: \($0.name)\ntype: \(type)\n") } == true)
            #expect(spec.dataflows.contains { $0.push != nil } == made.contains(where: \.isConnector))
        }
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

/// A file in `Valid/`, read together with `Base/base.yaml`.
struct ValidFixture: CustomTestStringConvertible, Sendable {
    let name: String
    let text: String

    var testDescription: String { name }

    static func all() throws -> [ValidFixture] {
        let folder = Fixture.tests.appending(path: "Valid")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { file in
            ValidFixture(
                name: String(file.prefix { $0 != "." }),
                text: try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            )
        }
    }

    func reading() throws -> JobFileReading {
        let base = try String(contentsOf: Fixture.tests.appending(path: "Base/base.yaml"), encoding: .utf8)
        return JobFileReader.read([
            JobFile(path: "jobs/base.yaml", folder: "/srv/jobs", text: base),
            JobFile(path: "jobs/\(name).yaml", folder: "/srv/jobs", text: text),
        ])
    }
}
