import Foundation
import Store
import Testing
import TidegateModel
import TidegateTesting

@testable import Server

@Suite struct FormTests {
    private let pause = "/dataflows/vip-nightly/pause"
    private let page = "/dataflows/vip-nightly"

    @Test func `a form of one's own session is acted upon`() async throws {
        let server = try await ServerFixture.sample()
        let visitor = try await Visitor(server)
        let fields = try await visitor.form(on: page, to: pause)
        for headers in [["Origin: \(server.base)"], ["Origin: null", "Sec-Fetch-Site: same-origin"]] {
            let answer = try await visitor.post(pause, fields, headers: headers)
            #expect(answer.status == 303)
        }
        #expect(try server.store.pausedDataflows() == [Sample.id(1)])
    }

    @Test func `a form without the session's token is refused, whatever else it has`() async throws {
        let server = try await ServerFixture.sample()
        let visitor = try await Visitor(server)
        let other = try await Visitor(server)
        var fields = try await visitor.form(on: page, to: pause)
        let foreign = try await other.form(on: page, to: pause)
        for token in [nil, "", "0", foreign["form-token"]] {
            fields["form-token"] = token
            #expect(try await visitor.post(pause, fields).status == 403)
        }
        #expect(try server.store.pausedDataflows() == [])
        #expect(try server.store.audit(limit: 9).allSatisfy { $0.entry.refusal != nil })
    }

    @Test(arguments: [
        ["Origin: https://evil.example"], ["Origin: null"], ["Sec-Fetch-Site: cross-site"],
        ["Sec-Fetch-Site: same-site"], ["Origin: http://127.0.0.1"],
    ])
    func `a form that the browser says another site sent is refused`(_ headers: [String]) async throws {
        let server = try await ServerFixture.sample()
        let visitor = try await Visitor(server)
        let fields = try await visitor.form(on: page, to: pause)
        #expect(try await visitor.post(pause, fields, headers: headers).status == 403)
        #expect(try server.store.pausedDataflows() == [])
    }

    @Test func `a call with a token needs no form's token`() async throws {
        let server = try await ServerFixture.sample()
        #expect(try await server.call(pause, method: "POST").status == 303)
        #expect(try server.store.pausedDataflows() == [Sample.id(1)])
    }

    @Test func `a form sent twice, also at once, is acted upon once and leads to the same place`() async throws {
        let forced = Counter()
        let server = try await ServerFixture.sample { store in
            var controls = Controls.nothing
            controls.force = { order, actor in
                await Task.yield()
                let number = forced.next()
                let run = RunMaker(store: store).run(
                    7000 + number, of: Sample.spec().dataflows[1], ["news"], at: Sample.noon, trigger: .adHoc
                )
                try store.queueAdHoc([run], at: Sample.noon, actor: actor)
                return [run]
            }
            controls.guardrails = { _ in [] }
            return controls
        }
        let visitor = try await Visitor(server)
        let fields = try await visitor.form(on: "/dataflows/weekly-news", to: "/dataflows/weekly-news/run")
        async let one = visitor.post("/dataflows/weekly-news/run", fields)
        async let two = visitor.post("/dataflows/weekly-news/run", fields)
        let places = try await [one, two].map { $0.headers["location"] }
        let third = try await visitor.post("/dataflows/weekly-news/run", fields).headers["location"]
        #expect(Set(places + [third]) == ["/runs/\(Sample.id(7001).text)"])
        #expect(forced.count == 1)
        #expect(try server.store.transitions(of: Sample.id(7001)).map(\.actor) == ["page:admin"])
        let again = try await visitor.form(on: "/dataflows/weekly-news", to: "/dataflows/weekly-news/run")
        #expect(again["once"] != fields["once"])
    }

    @Test func `a form with a longer mark than forms have is acted upon, and not remembered`() async throws {
        let server = try await ServerFixture.sample()
        let visitor = try await Visitor(server)
        var fields = try await visitor.form(on: page, to: pause)
        fields["once"] = String(repeating: "x", count: 65)
        #expect(try await visitor.post(pause, fields).headers["location"] == page)
        fields["changes"] = "1"
        #expect(try await visitor.post("/dataflows/vip-nightly/resume", fields).headers["location"] == page)
        #expect(try server.store.pausedDataflows() == [])
    }

    @Test func `a form whose first try failed can be sent again`() async throws {
        let outcomes = FormOutcomes()
        await #expect(throws: NothingThere.self) { try await outcomes.outcome(of: "a") { throw NothingThere() } }
        #expect(try await outcomes.outcome(of: "a") { .done("/x") }.path == "/x")
        #expect(try await outcomes.outcome(of: "a") { .done("/y") }.path == "/x")
    }

    @Test func `fields are read as browsers write them`() {
        let form = SentForm(Array("a=1+2&b=%C3%A9%26&a=3&c&d=%zz%4".utf8))
        #expect(form["a"] == "1 2")
        #expect(form.all("a") == ["1 2", "3"])
        #expect(form["b"] == "é&")
        #expect(form["c"] == "")
        #expect(form["d"] == "%zz%4")
        #expect(form["e"] == nil)
    }
}

/// Counts from any task.
final class Counter: Sendable {
    private let number = Locked(0)

    var count: Int { number.withLock { $0 } }

    func next() -> Int {
        number.withLock {
            $0 += 1
            return $0
        }
    }
}
