import Foundation
import Logging
import Store
import Testing
import TidegateModel
import TidegateTesting

@testable import Server

@Suite struct DescriptionTests {
    private let document: AnsweredJSON

    init() throws {
        let bytes = Data(Server.Description.document(version: "1.2.3").bytes)
        document = try JSONDecoder().decode(AnsweredJSON.self, from: bytes)
    }

    /// As `GET /health/live`.
    private var described: [String] {
        (document["paths"]?.object ?? [:]).flatMap { path, methods in
            methods.object.keys.map { "\($0.uppercased()) \(path)" }
        }.sorted()
    }

    /// Of every operation, at the place of its method.
    private var operations: [AnsweredJSON] {
        (document["paths"]?.object ?? [:]).values.flatMap(\.object.values)
    }

    @Test func `every path and method that is served is described, and no other`() throws {
        let folder = try TemporaryFolder()
        let store = try Store(path: folder.path("tidegate.sqlite"), role: .owner)
        let desk = Desk(
            store: store, clock: ManualClock(ServerFixture.noon), logger: Logger(label: "test"), sights: .nothing,
            controls: .nothing, version: "test"
        )
        let served = Routes(desk: desk, access: Access(tokens: []), feed: ChangeFeed(desk)).served
        #expect(served.count > 45)
        #expect(described == served.sorted())
    }

    @Test func `it is served without a token, as JSON of its own version`() async throws {
        let server = try await ServerFixture(JobSpec(profile: ProfileSchema(key: "id", attributes: [])))
        let answer = try await server.call("/openapi.json", token: nil)
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "application/json")
        let found = try answer.json()
        #expect(found["openapi"] as? String == "3.1.0")
        #expect((found["info"] as? [String: Any])?["version"] as? String == "test")
    }

    @Test func `whatever it refers to is there, and whatever is there is referred to`() throws {
        let text = String(decoding: Server.Description.document(version: "1").bytes, as: UTF8.self)
        let named = Set(text.matches(of: #/"\$ref":"#/components/(\w+)/(\w+)"/#).map { "\($0.1)/\($0.2)" })
        let kept = (document["components"]?.object ?? [:]).filter { $0.key != "securitySchemes" }
            .flatMap { kind, things in things.object.keys.map { "\(kind)/\($0)" } }
        #expect(named.subtracting(kept) == [])
        #expect(Set(kept).subtracting(named) == [])
    }

    @Test func `operations have names of their own, and one tag that is explained`() {
        let names = operations.compactMap { $0["operationId"]?.text }
        #expect(names.count == operations.count && Set(names).count == names.count)
        let tags = Set((document["tags"]?.array ?? []).compactMap { $0["name"]?.text })
        #expect(Set(operations.compactMap { $0["tags"]?.array.first?.text }) == tags)
    }

    @Test func `only what is marked so needs no token`() {
        let open = (document["paths"]?.object ?? [:]).flatMap { path, methods in
            methods.object.filter { $0.value["security"]?.array.isEmpty == true }.map { "\($0.key) \(path)" }
        }
        #expect(
            open.sorted() == [
                "get /health/live", "get /health/ready", "get /icon.svg", "get /live.js", "get /login", "get /metrics",
                "get /openapi.json", "get /style.css", "post /login",
            ])
    }

    @Test func `every answer says what its status means`() {
        for operation in operations {
            for (status, answer) in operation["responses"]?.object ?? [:] {
                #expect(answer["description"]?.text?.isEmpty == false, "\(status)")
            }
        }
    }

    @Test func `the table of docs/api.md has every call that is described, and what its token must allow`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/api.md"), encoding: .utf8)
        let rows = text.matches(of: #/(?m)^\| `([A-Z]+ \S+)` \| (\S+) \|/#).map { "\($0.1) \($0.2)" }
        let calls = (document["paths"]?.object ?? [:]).flatMap { path, methods in
            methods.object.filter { $0.value["tags"]?.array != [.text("Pages")] }.map { method, operation in
                let scope = operation["security"]?.array.first?["bearer"]?.array.first?.text ?? "–"
                return "\(method.uppercased()) \(path) \(scope)"
            }
        }
        #expect(calls.count == 30)
        #expect(rows.sorted() == calls.sorted())
    }
}
