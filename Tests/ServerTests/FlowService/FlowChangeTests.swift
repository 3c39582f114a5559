import Foundation
import Store
import Testing
import TidegateModel
import TidegateTesting
import Transfer

@testable import Server

@Suite struct FlowChangeTests {
    private static let flow = FlowFixture.id(1001)
    private let path = "\(FlowFixture.base)/flows/\(flow.text)"

    private func patch(
        _ fixture: FlowFixture, _ state: String, etag: String?, token: String = ServerFixture.token
    ) async throws -> TransferAnswer {
        try await fixture.server.call(
            path, method: "PATCH", token: token, headers: etag.map { ["If-Match: \($0)"] } ?? [],
            body: #"[{"op":"replace","path":"/state","value":"\#(state)"}]"#
        )
    }

    private func etag(_ fixture: FlowFixture) async throws -> String {
        try #require(try await fixture.list("/flows").items.first?.text("etag"))
    }

    @Test func `a patch disables a flow and enables it again, each time under a new etag`() async throws {
        let fixture = try await FlowFixture([FlowFixture.flow(1)])
        let first = try await etag(fixture)
        fixture.server.clock.advance(by: .minutes(1))
        let disabled = try await patch(fixture, "disabled", etag: first)
        #expect(disabled.status == 200)
        #expect(Set(try disabled.json().keys) == ["id", "etag"])
        #expect(try disabled.json().text("id") == Self.flow.text)
        #expect(try fixture.store.pausedDataflows() == [Self.flow])

        let flow = try await fixture.list("/flows").items[0]
        #expect(flow.text("state") == "disabled")
        #expect(flow.text("extensions/disabledBecause") == "paused")
        #expect(flow.text("etag") == (try disabled.json().text("etag")) && flow.text("etag") != first)
        #expect(flow.text("lastOperation/operation") == "disable")
        #expect(flow.number("updatedAt") == Int((ServerFixture.noon + .minutes(1)).milliseconds))
        #expect(flow.text("updatedBy") == "api:admin")

        let enabled = try await patch(fixture, "enabled", etag: try #require(try disabled.json().text("etag")))
        #expect(enabled.status == 200)
        #expect(try fixture.store.pausedDataflows().isEmpty)
        #expect(try enabled.json().text("etag") != first)
        let actions = try fixture.store.audit(limit: 10).map(\.entry)
        #expect(actions.map(\.action) == [.resume, .pause])
        #expect(actions.allSatisfy { $0.subject == "flow-1" && $0.actor == "api:admin" && $0.refusal == nil })
    }

    @Test func `a patch without the header is refused, and so is an etag without quotes or out of date`() async throws {
        let fixture = try await FlowFixture([FlowFixture.flow(1)])
        let tag = try await etag(fixture)
        let missing = try await patch(fixture, "disabled", etag: nil)
        #expect(missing.status == 400)
        #expect(missing.text.contains("1403-400 Header is missing"))
        let bare = tag.replacing("\"", with: "")
        for wrong in [bare, "\"\(UUID().uuidString)\"", "W/\(tag)", "*"] {
            let answer = try await patch(fixture, "disabled", etag: wrong)
            #expect(answer.status == 412, "\(wrong)")
            let expected =
                "Supplied version=[\(wrong)] does not match the current version on entity=[\(Self.flow.text)]"
            #expect(try answer.json().text("errorMessage") == expected)
        }
        #expect(try fixture.store.pausedDataflows().isEmpty)
        #expect(try fixture.store.audit(limit: 10).count == 5)
        #expect(try fixture.store.audit(limit: 10).allSatisfy { $0.entry.refusal != nil })
    }

    @Test func `of two that have seen the same version one is refused`() async throws {
        let fixture = try await FlowFixture([FlowFixture.flow(1)])
        let seen = try await etag(fixture)
        #expect(try await patch(fixture, "disabled", etag: seen).status == 200)
        #expect(try await patch(fixture, "disabled", etag: seen).status == 412)
    }

    @Test func `a flow that stands as wanted keeps its etag`() async throws {
        let fixture = try await FlowFixture([FlowFixture.flow(1)])
        let seen = try await etag(fixture)
        let answer = try await patch(fixture, "enabled", etag: seen)
        #expect(answer.status == 200)
        #expect(try answer.json().text("etag") == seen)
    }

    @Test(arguments: [FlowFixture.flow(1, enabled: false), FlowFixture.flow(1, detached: true)])
    func `what the job file holds back is not enabled here`(_ flow: Dataflow) async throws {
        let fixture = try await FlowFixture([flow])
        let answer = try await patch(fixture, "enabled", etag: try await etag(fixture))
        #expect(answer.status == 400)
        #expect(answer.text.contains("by its job file"))
    }

    @Test(arguments: [
        "", "[]", "{}", "null", "[1]", #"[{"op":"replace"}]"#, #"[{"op":"remove","path":"/state"}]"#,
        #"[{"op":"replace","path":"/state","value":"paused"}]"#, #"[{"op":"replace","path":"/state","value":true}]"#,
        #"[{"op":"replace","path":"/name","value":"x"}]"#, #"[{"op":"test","path":"/state","value":"enabled"}]"#,
        #"[{"op":"add","path":"/transformations/0/params/segmentSelectors/selectors/-","value":{}}]"#,
        #"[{"op":"replace","path":"/state","value":"disabled"},{"op":"replace","path":"/name","value":"x"}]"#,
        "[" + String(repeating: "[", count: 5000),
    ])
    func `a patch of anything but the state is refused and changes nothing`(_ body: String) async throws {
        let fixture = try await FlowFixture([FlowFixture.flow(1)])
        let answer = try await fixture.server.call(
            path, method: "PATCH", headers: ["If-Match: \(try await etag(fixture))"], body: body
        )
        #expect(answer.status == 400)
        #expect(try answer.json().text("errorMessage") != nil)
        #expect(try fixture.store.pausedDataflows().isEmpty)
    }

    @Test(arguments: ["add", "ADD", "Replace", "REPLACE"])
    func `an operation counts whatever its case`(_ op: String) async throws {
        let fixture = try await FlowFixture([FlowFixture.flow(1)])
        let answer = try await fixture.server.call(
            path, method: "PATCH", headers: ["If-Match: \(try await etag(fixture))"],
            body: #"[{"op":"\#(op)","path":"/state","value":"disabled"}]"#
        )
        #expect(answer.status == 200)
    }

    @Test func `an action needs no etag and minds one that is given`() async throws {
        let fixture = try await FlowFixture([FlowFixture.flow(1)])
        let seen = try await etag(fixture)
        let disabled = try await fixture.server.call("\(path)/action?op=DISABLE", method: "POST")
        #expect(disabled.status == 200)
        #expect(try fixture.store.pausedDataflows() == [Self.flow])
        let stale = try await fixture.server.call(
            "\(path)/action?op=ENABLE", method: "POST", headers: ["If-Match: \(seen)"])
        #expect(stale.status == 412)
        #expect(try await fixture.server.call("\(path)/action?op=ENABLE", method: "POST").status == 200)
        #expect(try fixture.store.pausedDataflows().isEmpty)
    }

    @Test(arguments: ["", "?op=", "?op=enable", "?op=FINALIZE", "?op=PUBLISH&subOp=APPLY"])
    func `an action that is not ours is refused`(_ query: String) async throws {
        let fixture = try await FlowFixture([FlowFixture.flow(1)])
        #expect(try await fixture.server.call("\(path)/action\(query)", method: "POST").status == 400)
    }

    @Test func `nothing that is not declared is changed`() async throws {
        let fixture = try await FlowFixture([FlowFixture.flow(1)])
        let unknown = "\(FlowFixture.base)/flows/\(FlowFixture.id(77).text)"
        #expect(try await fixture.server.call("\(unknown)/action?op=DISABLE", method: "POST").status == 404)
        let body = #"[{"op":"replace","path":"/state","value":"disabled"}]"#
        #expect(try await fixture.server.call(unknown, method: "PATCH", body: body).status == 404)
    }

    @Test func `only an administrator changes a flow, and who tried is kept`() async throws {
        let access = Access(tokens: [(ServerFixture.token, .admin), ("t", .trigger), ("r", .read)])
        let fixture = try await FlowFixture([FlowFixture.flow(1)], access: access)
        let seen = try await etag(fixture)
        for token in ["t", "r"] {
            #expect(try await patch(fixture, "disabled", etag: seen, token: token).status == 403)
            #expect(
                try await fixture.server.call("\(path)/action?op=DISABLE", method: "POST", token: token).status == 403)
        }
        #expect(try fixture.store.pausedDataflows().isEmpty)
        let entries = try fixture.store.audit(limit: 10).map(\.entry)
        #expect(entries.map(\.actor) == ["api:read", "api:read", "api:trigger", "api:trigger"])
        #expect(entries.allSatisfy { $0.refusal == "token does not allow 'admin'" })
    }
}
