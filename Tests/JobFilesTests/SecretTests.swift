import Testing
import TidegateModel

@testable import JobFiles

/// How secrets are read, on a made-up object; `Broken/literal-secrets.yaml` has those of destinations.
struct SecretTests {
    private static let password = Field.required("password", ValueKind<Secret>.secret, help: "The password.")
    private static let user = Field.optional("user", ValueKind<String>.objectName, help: "The user.")
    private static let shape = Shape("login", help: "A login.", [user.declaration, password.declaration])

    @Test(arguments: ["${env:SMTP_PASSWORD}", "${file:/run/secrets/smtp}"])
    func `where a secret is found may be written`(reference: String) throws {
        let (value, findings) = try read("password: \(reference)")
        #expect(value == reference)
        #expect(findings.isEmpty)
    }

    @Test(
        arguments: [
            "hunter2", "'hunter2 ${env:X}'", "${env:X}hunter2", "${env:hunter2!}", "[hunter2]", "{ hunter2: hunter2 }",
            "|\n  hunter2\n  hunter2", "\"a\\\n  hunter2\"", "!hunter2 hunter2",
        ]
    )
    func `a secret written literally is refused and never repeated`(literal: String) throws {
        let (value, findings) = try read("password: \(literal)\nuser: Me")
        #expect(value == nil)
        #expect(findings.contains { $0.contains("'password' is a secret and must not be written here") })
        #expect(!findings.contains { $0.contains("hunter2") && !$0.contains("tag '!hunter2'") })
    }

    @Test func `a problem beside a secret keeps its line to itself`() throws {
        let (_, findings) = try read("{ password: hunter2, user: Me }")
        #expect(findings.count == 2)
        #expect(!findings.joined().contains("hunter2"))
    }

    @Test func `a misspelled secret is still one`() throws {
        let (_, findings) = try read("pasword: hunter2")
        #expect(
            findings == [
                "jobs/a.yaml:1:1: error: missing key 'password'",
                "jobs/a.yaml:1:1: error: unknown key 'pasword', did you mean 'password'?",
            ]
        )
    }

    @Test(arguments: [
        "password: hunter2", "apiKey: hunter2", "{ secretKey: hunter2 }", "auth_token: [hunter2]",
        "decryptionKey: hunter2",
    ])
    func `a secret where none belongs is refused and never repeated`(secret: String) {
        let lines =
            secret.hasPrefix("{")
            ? "kind: Destination\nname: a\nmore: \(secret)" : "kind: Destination\nname: a\n\(secret)"
        let reading = JobFileReader.read([
            JobFile(path: "jobs/a.yaml", folder: "/srv/jobs", text: lines + "\ntype: directory\npath: ./o\n")
        ])
        #expect(reading.spec == nil)
        #expect(!reading.findings.map(\.description).joined().contains("hunter2"))
    }

    @Test func `a secret that YAML cannot be read for is not repeated either`() throws {
        let (_, findings) = try read("password: \"hunter2\nuser: me")
        #expect(findings.count == 1)
        #expect(!findings.joined().contains("hunter2"))
    }

    @Test func `the schema takes references alone`() {
        let property = Self.shape.schema["properties"]?["password"]
        #expect(property?["pattern"] == .text(#"^\$\{(env:[A-Za-z_][A-Za-z0-9_]*|file:/[^}]+)\}$"#))
    }

    private func read(_ text: String) throws -> (String?, [String]) {
        let problems = Problems(files: [JobFile(path: "jobs/a.yaml", folder: "/srv/jobs", text: text)])
        var composer = YAMLComposer(file: 0, lines: 0..<problems.sources[0].lineCount, problems: problems)
        guard case .mapping(let mapping) = composer.compose() else {
            return (nil, problems.findings().map(\.description))
        }
        let reader = ObjectReader(mapping, as: Self.shape, in: ReadingContext(problems: problems))
        _ = reader.value(Self.user)
        let value = reader.value(Self.password)
        return (value?.text, problems.findings().map(\.description))
    }
}
