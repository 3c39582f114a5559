import Foundation
import Testing

@testable import JobFiles

struct SchemaTests {
    @Test func `the schema is JSON and says which draft it follows`() throws {
        let parsed = try JSONSerialization.jsonObject(with: Data(JobFileSchema.text.utf8))
        let schema = try #require(parsed as? [String: Any])
        #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
        #expect(JobFileSchema.text == JobFileSchema.text)
    }

    @Test func `each kind has its definition, with each declared key and no other`() throws {
        #expect(
            JobFileSchema.definitions.map(\.name) == [
                "Profile", "Source", "Source.audience-manager", "DataSource", "Trait", "Segmentation", "Segment",
                "Destination.directory",
                "Destination.s3",
                "Destination.sftp", "Destination.ftp", "Destination.sendgrid", "Destination.autopilot",
                "Destination.webhook", "Dataflow",
            ]
        )
        for (name, shape) in JobFileSchema.definitions {
            let definition = try #require(JobFileSchema.schema["$defs"]?[name])
            #expect(definition["additionalProperties"] == .boolean(false))
            #expect(definition["required"] == .list(shape.fields.filter(\.isRequired).map { .text($0.name) }))
            #expect(keys(of: definition["properties"]) == shape.fields.map(\.name))
            #expect(definition["properties"]?["kind"]?["const"] == .text(String(name.prefix { $0 != "." })))
        }
    }

    @Test func `every object closes its keys and every key is explained`() {
        var objects = 0
        visit(JobFileSchema.schema) { schema in
            guard schema["type"] == .text("object"), case .object(let properties) = schema["properties"] else {
                return
            }
            objects += 1
            #expect(schema["additionalProperties"] == .boolean(false))
            for property in properties {
                guard case .text(let help) = property.value["description"] else {
                    Issue.record("\(property.key) has no description")
                    continue
                }
                #expect(help.hasSuffix("."), "\(property.key)")
            }
        }
        #expect(objects == 31)
    }

    @Test func `choices and defaults are those of the model`() {
        let flow = JobFileSchema.schema["$defs"]?["Dataflow"]?["properties"]
        let schedule = flow?["schedule"]?["properties"]
        #expect(
            schedule?["frequency"]?["enum"]
                == .list(
                    [
                        "once", "daily", "weekly", "monthly", "every-3-hours", "every-6-hours", "every-8-hours",
                        "every-12-hours",
                    ].map { .text($0) }
                )
        )
        #expect(schedule?["deadline"]?["default"] == .text("6h"))
        #expect(schedule?["gap"]?["default"] == .text("first-valid"))
        let files = Self.items(flow?["file"]?["anyOf"])
        let file = files.first?["properties"]
        #expect(file?["maxRows"]?["default"] == .integer(5_000_000))
        #expect(file?["compression"]?["default"] == .text("none"))
        #expect(file?["csv"]?["properties"]?["quote"]?["default"] == .text("\""))
        let guardrails = JobFileSchema.schema["$defs"]?["Segmentation"]?["properties"]?["guardrails"]?["properties"]
        #expect(guardrails?["adHocDelay"]?["default"] == .text("20m"))
        #expect(guardrails?["connectorProfiles"]?["default"] == .integer(100_000))
    }

    @Test func `what goes together or excludes each other is in the schema`() throws {
        let rules = JobFileSchema.schema["$defs"]?["Destination.sftp"]?["allOf"]
        let one: (String, String) -> JSON = { first, second in
            ["oneOf": .list([first, second].map { ["required": .list([.text($0)])] })]
        }
        #expect(
            rules
                == .list([
                    one("password", "privateKey"), one("hostKey", "knownHosts"),
                    ["dependentRequired": ["passphrase": .list([.text("privateKey")])]],
                ])
        )
        #expect(JobFileSchema.schema["$defs"]?["Destination.directory"]?["allOf"] == nil)
    }

    @Test func `what is wrong in a destination is refused by the schema's patterns too`() throws {
        let s3 = try properties("s3")
        let (sftp, ftp) = (try properties("sftp"), try properties("ftp"))
        #expect(try !matches("s3://exports", s3["bucket"]))
        #expect(try matches("exports", s3["bucket"]))
        #expect(try matches("${env:STAGE}-exports", s3["bucket"]))
        #expect(try !matches("16MB", s3["partSize"]))
        #expect(try matches("16 MiB", s3["partSize"]))
        #expect(try !matches("SHA256:short", sftp["hostKey"]))
        #expect(try !matches("sftp://host", sftp["host"]))
        #expect(try !matches("host:22", ftp["host"]))
        #expect(try matches("[::1]", ftp["host"]))
        #expect(try !matches("api.sendgrid.com", properties("sendgrid")["baseURL"]))
        #expect(s3["partSize"]?["default"] == .text("8 MiB"))
        #expect(ftp["tls"]?["default"] == .text("explicit"))
        #expect(ftp["port"]?["default"] == nil)
        #expect(try properties("webhook")["profilesPerPage"]?["maximum"] == .integer(10_000))
    }

    @Test func `a file has the keys of its layout, and a mapping is needed but for rows of ids`() throws {
        let dataflow = try #require(JobFileSchema.schema["$defs"]?["Dataflow"])
        let files = Self.items(dataflow["properties"]?["file"]?["anyOf"])
        #expect(files.map { $0["properties"]?["layout"]?["const"] } == [.text("rows"), .text("audience-manager")])
        #expect(files.map { $0["required"] } == [.list([]), .list([.text("layout"), .text("dataSource")])])
        let row = try #require(files.last?["properties"])
        #expect(row["compression"]?["enum"] == .list([.text("none"), .text("gzip")]))
        #expect(row["format"] == nil)
        #expect(row["controlFile"]?["default"] == .boolean(true))
        let rules = Self.items(dataflow["allOf"])
        #expect(rules.count == 1)
        #expect(Self.items(rules.first?["oneOf"]).first == ["required": .list([.text("mapping")])])
    }

    @Test func `a drop-off has keys of its own, and places with those of destinations`() throws {
        let definition = try #require(JobFileSchema.schema["$defs"]?["Source.audience-manager"])
        let properties = try #require(definition["properties"])
        #expect(properties["format"]?["const"] == .text("audience-manager"))
        #expect(properties["mode"] == nil)
        #expect(properties["limits"]?["properties"]?["compressed"]?["default"] == .text("1 GB"))
        #expect(properties["settle"]?["default"] == .text("10s"))
        #expect(definition["allOf"] == .list([["dependentRequired": ["passphrase": .list([.text("decryptionKey")])]]]))
        guard case .list(let forms) = properties["from"]?["anyOf"], case .list(let places) = forms.last?["anyOf"] else {
            Issue.record("'from' has no forms")
            return
        }
        for (place, type) in zip(places, ["directory", "s3", "sftp", "ftp"]) {
            let named = try self.properties(type)
            let own = keys(of: named).filter { !["kind", "name", "id", "displayName"].contains($0) }
            #expect(keys(of: place["properties"]) == own)
            #expect(place["allOf"] == JobFileSchema.schema["$defs"]?["Destination.\(type)"]?["allOf"])
        }
        let rows = JobFileSchema.schema["$defs"]?["Source"]?["properties"]
        #expect(rows?["format"]?["enum"] == .list([.text("csv"), .text("jsonl")]))
    }

    @Test(arguments: [
        ("s3", ["accessKey", "secretKey", "sessionToken"]), ("sftp", ["password", "privateKey", "passphrase"]),
        ("ftp", ["password"]), ("sendgrid", ["apiKey"]), ("autopilot", ["apiKey"]),
        ("webhook", ["url", "signingKey", "authorization"]), ("directory", []),
    ])
    func `each type of destination has its secrets`(type: String, secrets: [String]) throws {
        let shape = try #require(JobFileSchema.definitions.first { $0.name == "Destination.\(type)" }?.shape)
        #expect(shape.fields.filter(\.isSecret).map(\.name) == secrets)
        #expect(shape.fields.contains { $0.name == "displayName" && !$0.isRequired })
        let isConnector = ["sendgrid", "autopilot", "webhook"].contains(type)
        #expect(shape.fields.contains { $0.name == "consent" && $0.isRequired } == isConnector)
    }

    private static func items(_ schema: JSON?) -> [JSON] {
        guard case .list(let items) = schema else { return [] }
        return items
    }

    private func properties(_ type: String) throws -> JSON {
        try #require(JobFileSchema.schema["$defs"]?["Destination.\(type)"]?["properties"])
    }

    private func matches(_ text: String, _ schema: JSON?) throws -> Bool {
        guard case .text(let pattern) = schema?["pattern"] else {
            Issue.record("there is no pattern")
            return false
        }
        return try NSRegularExpression(pattern: pattern)
            .firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }

    private func keys(of schema: JSON?) -> [String] {
        guard case .object(let members) = schema else { return [] }
        return members.map(\.key)
    }

    private func visit(_ schema: JSON, _ body: (JSON) -> Void) {
        body(schema)
        switch schema {
        case .object(let members): for member in members { visit(member.value, body) }
        case .list(let items): for item in items { visit(item, body) }
        default: break
        }
    }
}
