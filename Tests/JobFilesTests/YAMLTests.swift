import Foundation
import JobFiles
import Testing

/// What YAML and its parser do that a reader of job files must not let through.
struct YAMLTests {
    @Test func `ten thousand aliases are told apart from a document at once`() {
        let bomb = "kind: &k Segment\nname: [" + String(repeating: "*k, ", count: 10_000) + "]\n"
        #expect(
            told(bomb) == ["jobs/a.yaml:2:88: error: a document may use at most 20 aliases, not 10000"]
        )
    }

    @Test func `aliases within the limit are expanded`() throws {
        let text = """
            kind: Profile
            key: &id id
            attributes: { *id : &text text, mail: *text }
            """
        let spec = try #require(read(text).spec)
        #expect(spec.profile.attributes.map(\.type) == [.text, .text])
    }

    @Test func `stars in comments and texts are no aliases`() {
        let stars = String(repeating: "*a ", count: 30)
        let text =
            "# \(stars)\nkind: Profile\nkey: id\nattributes: { id: text }\n---\n"
            + "kind: Segment\nname: all\ndescription: |\n  \(stars)\nwhere: id is not null\n"
        #expect(told(text) == [])
    }

    @Test func `a thousand levels end with a sentence`() {
        let deep = "kind: Segment\nname: " + String(repeating: "[", count: 20_000)
        #expect(told(deep).contains { $0.hasPrefix("jobs/a.yaml:2:") && $0.contains("error: not valid YAML: ") })
    }

    @Test func `a document with very many keys twice is not read over and over`() {
        let keys = (0..<3000).map { "k\($0): 1\nk\($0): 2\n" }.joined()
        #expect(
            told("kind: Segment\n" + keys)
                == ["jobs/a.yaml:1:1: error: a document may have at most 100 keys that are given twice"]
        )
    }

    @Test func `a byte order mark and carriage returns change nothing`() throws {
        let text = "\u{FEFF}kind: Profile\r\nkey: id\r\nattributes:\r\n  id: text\r\n  idd: txt\r\n"
        #expect(
            told(text) == [
                "jobs/a.yaml:5:8: error: 'idd' must be text, integer, real, boolean, date or timestamp, not 'txt', "
                    + "did you mean 'text'?"
            ]
        )
    }

    @Test func `lines are counted as editors count them`() {
        let separator = "\u{2028}"
        let text =
            "kind: Profile # a\(separator)# b\nkey: id\nattributes: { id: text }\n---\n"
            + "{ kind: Segment, description: \"a\(separator)b\", name: All, where: id = 'a' }"
        #expect(
            told(text) == [
                "jobs/a.yaml:5:44: error: 'name' must be at most 63 lower-case letters, digits and hyphens "
                    + "with a letter first, not 'All'"
            ]
        )
    }

    @Test(
        arguments: [
            "", "\n", "---", "---\n---\n", "# only\n", "...\n", "%YAML 1.1\n---\n", "~", "\"\"", "{}", "[]", "- ",
        ]
    )
    func `odd and empty texts are told or passed over, never fatal`(text: String) {
        let findings = read(text).findings
        let words = ["Profile", "mapping"]
        #expect(findings.contains { finding in words.contains { finding.diagnostic.message.contains($0) } })
    }

    /// Cuts and changes a good file at many places: whatever comes out, reading it ends.
    @Test(arguments: [[], ["audience-manager"], ["audience-manager-layout", "webhook"]])
    func `damaged files end in findings or a specification`(examples: [String]) throws {
        let files = ["Base/base.yaml"] + examples.map { "Valid/\($0).yaml" }
        let texts = try files.map { try String(contentsOf: Fixture.tests.appending(path: $0), encoding: .utf8) }
        let whole = Array(texts.joined(separator: "\n---\n").utf8)
        #expect(read(String(decoding: whole, as: UTF8.self)).findings.isEmpty)
        var seed: UInt64 = 20_261_121
        for _ in 0..<100 {
            var damaged = whole
            for _ in 0..<3 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let place = Int(seed >> 33) % damaged.count
                let bytes = Array("{}[]:,&*!|>'\"%@`\t\n -#?".utf8)
                damaged[place] = bytes[Int(seed >> 20) % bytes.count]
            }
            damaged.removeLast(Int(seed >> 40) % 40)
            let reading = read(String(decoding: damaged, as: UTF8.self))
            #expect((reading.spec == nil) == !reading.errors.isEmpty)
        }
    }

    private func read(_ text: String) -> JobFileReading {
        JobFileReader.read([JobFile(path: "jobs/a.yaml", folder: "/srv/jobs", text: text)])
    }

    private func told(_ text: String) -> [String] {
        read(text).findings.map { String($0.description.prefix { $0 != "\n" }) }
    }
}
