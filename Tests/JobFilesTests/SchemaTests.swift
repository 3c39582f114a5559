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
                "Profile", "Source", "Segmentation", "Segment", "Destination.directory", "Dataflow",
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
            guard case .object(let properties) = schema["properties"] else { return }
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
        #expect(objects == 13)
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
        let file = flow?["file"]?["properties"]
        #expect(file?["maxRows"]?["default"] == .integer(5_000_000))
        #expect(file?["compression"]?["default"] == .text("none"))
        #expect(file?["csv"]?["properties"]?["quote"]?["default"] == .text("\""))
        let guardrails = JobFileSchema.schema["$defs"]?["Segmentation"]?["properties"]?["guardrails"]?["properties"]
        #expect(guardrails?["adHocDelay"]?["default"] == .text("20m"))
        #expect(guardrails?["connectorProfiles"]?["default"] == .integer(100_000))
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
