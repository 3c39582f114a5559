import Foundation
import Store
import Testing
import TidegateModel
import TidegateTesting

@testable import Server

/// The vendor's own description of its calls, which may lie beside the project; where it does not, these tests are
/// skipped and say so.
@Suite(.enabled(if: FlowDescription.isThere, "no experience-platform-subset.json in ../shared/data/openapi"))
struct FlowDescriptionTests {
    /// What the vendor tells of its own house, and we have nothing to tell: the sandbox's id.
    private static let absent: Set<String> = ["sandboxId"]

    private func fixture() async throws -> FlowFixture {
        let access = Access(tokens: [(ServerFixture.token, .admin)], organization: "o", sandbox: "s")
        let fixture = try await FlowFixture([FlowFixture.flow(1)], access: access)
        let run = fixture.run(1)
        try fixture.record([run])
        let file = DeliveredFile(path: "/outbox", name: "vip.csv", rows: 7, size: 4096, sha256: "ab12")
        try fixture.end(run, .delivered, counts: RunCounts(selected: 7, exported: 7), files: [file])
        return fixture
    }

    @Test(arguments: [
        ("/flows?count=true&limit=1", "flowservice_FlowListResponse"),
        ("/runs?count=true&limit=1", "flowservice_FlowRunsListResponse"),
    ])
    func `a list has every member that the description has, of the described type`(
        _ path: String, _ schema: String
    ) async throws {
        let fixture = try await fixture()
        try fixture.record([fixture.run(2, state: .missed)])
        let description = try FlowDescription()
        let answer = try await fixture.get(path, headers: ["x-gw-ims-org-id: o", "x-sandbox-name: s"]).json()
        // The run that is looked at is the delivered one.
        var list = answer
        if path.hasPrefix("/runs") {
            let all = try await fixture.get("/runs", headers: ["x-gw-ims-org-id: o", "x-sandbox-name: s"]).json()
            list["items"] = (all["items"] as? [Any]).map { Array($0.suffix(1)) }
        } else {
            list["_links"] = ["next": ["href": "/flows?continuationToken=a"]]
        }
        #expect(description.differences(list, schema, absent: Self.absent) == [])
    }

    @Test func `an answer to a change has the members of the description`() async throws {
        let fixture = try await fixture()
        let answer = try await fixture.server.call(
            "\(FlowFixture.base)/flows/\(FlowFixture.id(1001).text)/action?op=DISABLE", method: "POST",
            headers: ["x-gw-ims-org-id: o", "x-sandbox-name: s"])
        let description = try FlowDescription()
        #expect(try description.differences(answer.json(), "flowservice_CreateFlowResponse", absent: []) == [])
    }
}

/// An OpenAPI document, as far as it tells of answers.
struct FlowDescription {
    static let path = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("shared/data/openapi/experience-platform-subset.json").path

    static var isThere: Bool { FileManager.default.fileExists(atPath: path) }

    private let schemas: [String: Any]

    init() throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: Self.path))
        let document = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        schemas = document.at("components/schemas") as? [String: Any] ?? [:]
    }

    /// What is not there, or not of the type that the schema wants.
    func differences(_ value: Any, _ schema: String, absent: Set<String>) -> [String] {
        differences(value, schemas[schema] as? [String: Any] ?? [:], "", absent)
    }

    private func differences(_ value: Any, _ schema: [String: Any], _ path: String, _ absent: Set<String>) -> [String] {
        if let reference = schema.text("$ref") {
            let name = reference.split(separator: "/").last.map(String.init) ?? ""
            return differences(value, schemas[name] as? [String: Any] ?? [:], path, absent)
        }
        switch schema.text("type") {
        case "object":
            guard let object = value as? [String: Any] else { return ["\(path) is no object"] }
            let members = schema["properties"] as? [String: [String: Any]] ?? [:]
            return members.sorted { $0.key < $1.key }.flatMap { name, member -> [String] in
                guard let value = object[name] else {
                    return absent.contains(name) ? [] : ["\(path)/\(name) is missing"]
                }
                return differences(value, member, "\(path)/\(name)", absent)
            }
        case "array":
            guard let list = value as? [Any] else { return ["\(path) is no list"] }
            let items = schema["items"] as? [String: Any] ?? [:]
            return list.flatMap { differences($0, items, "\(path)/-", absent) }
        case "string": return value is String ? [] : ["\(path) is no text"]
        case "integer":
            return (value as? NSNumber).map { Double($0.int64Value) == $0.doubleValue } == true
                ? [] : ["\(path) is no integer"]
        case "boolean": return value is Bool ? [] : ["\(path) is no truth"]
        default: return []
        }
    }
}
