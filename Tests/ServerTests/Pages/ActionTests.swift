import Foundation
import Store
import Testing
import TidegateModel
import TidegateTesting

@testable import Server

@Suite struct ActionTests {
    private let spec = Sample.spec()

    @Test(arguments: [
        ("reads", "/dataflows/vip-nightly/run", AuditEntry.Action.runNow), ("reads", "/cycle/start", .startCycle),
        ("reads", "/runs/\(Sample.id(1).text)/cancel", .cancel), ("reads", "/runs/\(Sample.id(1).text)/retry", .retry),
        ("triggers", "/dataflows/vip-nightly/pause", .pause), ("triggers", "/dataflows/vip-nightly/resume", .resume),
    ])
    func `what the scope does not allow is refused, and noted`(
        _ token: String, _ path: String, _ action: AuditEntry.Action
    ) async throws {
        let server = try await ServerFixture.sample()
        try server.make.record(server.make.run(1, of: spec.dataflows[0], ["vip"], at: Sample.noon))
        let answer = try await server.call(path, method: "POST", token: token)
        #expect(answer.status == 403)
        let noted = try #require(try server.store.audit(limit: 2).first?.entry)
        #expect(noted.action == action)
        #expect(noted.actor == (token == "reads" ? "page:read" : "page:trigger"))
        #expect(noted.refusal?.contains("does not allow") == true)
        #expect(try server.store.run(Sample.id(1))?.state == .queued)
    }

    @Test func `controls that the scope does not allow are not shown`() async throws {
        let server = try await ServerFixture.sample { _ in
            var controls = Controls.nothing
            controls.guardrails = { _ in AdHocRule.allCases.map { GuardrailAnswer(rule: $0, refusal: nil) } }
            return controls
        }
        try server.make.record(server.make.run(1, of: spec.dataflows[0], ["vip"], at: Sample.noon))
        let pages = ["/dataflows/vip-nightly", "/runs/\(Sample.id(1).text)", "/segments"]
        let wanted: [String: [Bool]] = [
            "reads": [false, false, false, false], "triggers": [true, false, true, true],
            ServerFixture.token: [true, true, true, true],
        ]
        for (token, shown) in wanted {
            let visitor = try await Visitor(server, token: token)
            var text = ""
            for page in pages { text += try await visitor.get(page).text }
            let signs = ["nightly/run\"", "nightly/pause\"", "/cancel\"", "/cycle/start\""]
            #expect(signs.map(text.contains) == shown, "\(token)")
        }
    }

    @Test func `each guardrail's answer stands on the page, and what no choice of segments changes shuts the form`()
        async throws
    {
        let refusing = Locked<AdHocRule?>(nil)
        let server = try await ServerFixture.sample { _ in
            var controls = Controls.nothing
            controls.guardrails = { _ in
                let rule = refusing.withLock { $0 }
                return AdHocRule.allCases.map {
                    GuardrailAnswer(rule: $0, refusal: $0 == rule ? "because <of it>" : nil)
                }
            }
            return controls
        }
        let visitor = try await Visitor(server, token: "triggers")
        for rule in AdHocRule.allCases {
            refusing.withLock { $0 = rule }
            for (page, hasChoice) in [("/dataflows/vip-nightly", true), ("/dataflows/weekly-news", false)] {
                let text = try await visitor.get(page).text
                #expect(text.contains(HTML(text: rule.rawValue).text))
                #expect(text.contains("because &lt;of it&gt;"))
                let isShut = rule != .delay && !(hasChoice && rule.dependsOnSegments)
                #expect(text.contains("disabled>Run now") == isShut, "\(rule) \(page)")
                #expect(text.contains("name=\"force\"") == (rule == .delay))
                #expect(!text.contains("fewer may pass") || hasChoice, "\(rule) \(page)")
            }
        }
    }

    @Test func `run now orders the chosen segments, and passes the delay only where asked to`() async throws {
        let orders = Locked<[AdHocOrder]>([])
        let server = try await ServerFixture.sample { _ in
            var controls = Controls.nothing
            controls.guardrails = { _ in [] }
            controls.force = { order, _ in
                orders.withLock { $0.append(order) }
                throw AdHocRefusal.noSnapshot
            }
            return controls
        }
        let visitor = try await Visitor(server, token: "triggers")
        let path = "/dataflows/vip-nightly/run"
        var fields = try await visitor.form(on: "/dataflows/vip-nightly", to: path)
        let empty = try await visitor.post(path, fields)
        #expect(try await visitor.get(try #require(empty.headers["location"])).text.contains("No segment is chosen."))
        fields = try await visitor.form(on: "/dataflows/vip-nightly", to: path)
        fields["segment"] = "lapsed"
        fields["force"] = "yes"
        let refused = try await visitor.post(path, fields)
        let back = try await visitor.get(try #require(refused.headers["location"]))
        #expect(back.text.contains("role=\"alert\""))
        #expect(back.text.contains("There is no snapshot yet to export from; run a cycle first (tidegate run --once)."))
        #expect(
            orders.withLock { $0 } == [
                AdHocOrder(items: [.init(dataflow: Sample.id(1), segments: [Sample.id(11)])], isForced: true)
            ]
        )
        let noted = try server.store.audit(limit: 9).map(\.entry)
        #expect(noted.map(\.subject) == ["vip-nightly", "vip-nightly"])
        #expect(noted.allSatisfy { $0.action == .runNow && $0.actor == "page:trigger" && $0.refusal != nil })
    }

    @Test func `a refusal without a session is a page of its own`() async throws {
        let server = try await ServerFixture.sample()
        let answer = try await server.call("/dataflows/weekly-news/run", method: "POST", token: "triggers")
        #expect(answer.status == 409)
        #expect(answer.text.contains("There is no snapshot yet"))
    }

    @Test func `a run is cancelled from its page, and one that has ended is not`() async throws {
        let server = try await ServerFixture.sample()
        try server.make.record(server.make.run(1, of: spec.dataflows[0], ["vip"], at: Sample.noon))
        let visitor = try await Visitor(server, token: "triggers")
        let path = "/runs/\(Sample.id(1).text)"
        let fields = try await visitor.form(on: path, to: path + "/cancel")
        let done = try await visitor.post(path + "/cancel", fields)
        #expect(try await visitor.get(try #require(done.headers["location"])).text.contains("The run is Cancelled."))
        let last = try #require(try server.store.transitions(of: Sample.id(1)).last)
        #expect(last.actor == "page:trigger")
        #expect(try await server.call(path + "/cancel", method: "POST").status == 409)
        #expect(try server.store.audit(limit: 9).map(\.entry.refusal) == ["run is Cancelled already", nil])
    }

    @Test func `a retry leads to the new run`() async throws {
        let server = try await ServerFixture.sample { _ in
            var controls = Controls.nothing
            controls.retry = { run, _ in
                var again = run
                again.id = Sample.id(2)
                return again
            }
            return controls
        }
        let run = server.make.run(1, of: spec.dataflows[0], ["vip"], at: Sample.noon)
        try server.make.end(run, RunOutcome(.gaveUp, attempt: "gave-up", reason: "no"))
        let answer = try await server.call("/runs/\(run.id.text)/retry", method: "POST")
        #expect(answer.headers["location"] == "/runs/\(Sample.id(2).text)")
    }

    @Test func `a pause that somebody else's has overtaken is refused`() async throws {
        let server = try await ServerFixture.sample()
        let visitor = try await Visitor(server)
        let page = "/dataflows/vip-nightly"
        let fields = try await visitor.form(on: page, to: page + "/pause")
        _ = try server.store.setPaused(true, Sample.id(1), at: Sample.noon, actor: "cli")
        let answer = try await visitor.post(page + "/pause", fields)
        #expect(try await visitor.get(try #require(answer.headers["location"])).text.contains("Somebody else"))
        let paused = try await visitor.get(page).text
        #expect(paused.contains("Paused") && paused.contains("by cli"))
        let resume = try await visitor.form(on: page, to: page + "/resume")
        #expect(try await visitor.post(page + "/resume", resume).headers["location"] == page)
        #expect(try server.store.pausedDataflows() == [])
    }

    @Test func `a cycle is started once, and a second wish is told of the first`() async throws {
        let isNew = Locked([true, false])
        let server = try await ServerFixture.sample { store in
            var controls = Controls.nothing
            controls.startCycle = {
                let isNew = isNew.withLock { $0.removeFirst() }
                if isNew { _ = try store.beginCycle(nominal: Sample.noon, trigger: .onDemand, at: Sample.noon) }
                return (try requireValue(try store.cycles(limit: 1).first), isNew)
            }
            return controls
        }
        let visitor = try await Visitor(server, token: "triggers")
        let fields = try await visitor.form(on: "/segments", to: "/cycle/start")
        let first = try await visitor.post("/cycle/start", fields)
        #expect(try await visitor.get(try #require(first.headers["location"])).text.contains("The cycle has begun."))
        #expect(try await server.call("/cycle/start", method: "POST").status == 409)
        #expect(try await !visitor.get("/segments").text.contains("/cycle/start"))
    }
}

extension ActionTests {
    @Test(arguments: [CycleRefusal.notNow, .goingDown])
    func `why a cycle is not started is said on the page and in the audit`(_ refusal: CycleRefusal) async throws {
        let server = try await ServerFixture.sample { _ in
            var controls = Controls.nothing
            controls.startCycle = { throw refusal }
            return controls
        }
        let answer = try await server.call("/cycle/start", method: "POST")
        #expect(answer.status == 409)
        #expect(answer.text.contains(refusal.description.capitalizedAsSentence))
        #expect(try server.store.audit(limit: 1).map(\.entry.refusal) == [refusal.description])
    }
}

extension HTML {
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
