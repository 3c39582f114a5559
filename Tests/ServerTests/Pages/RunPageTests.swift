import Foundation
import Store
import Testing
import TidegateModel
import TidegateTesting

@testable import Server

@Suite struct RunPageTests {
    private let spec = Sample.spec()

    private func path(_ number: Int) -> String { "/runs/\(Sample.id(number).text)" }

    /// Brings a run into the state by the steps that lead there.
    private func bring(_ server: ServerFixture, _ number: Int, to state: RunState) throws {
        let make = server.make
        let run = make.run(number, of: spec.dataflows[0], ["vip"], at: Sample.noon - .hours(1))
        switch state {
        case .queued: try make.record(run)
        case .processing:
            try make.record(run)
            _ = try make.claim(run)
        case .cancelling:
            try make.record(run)
            _ = try make.claim(run)
            _ = try server.store.requestCancel(of: run.id, at: Sample.noon, actor: "cli")
        case .retrying:
            try make.end(
                run,
                RunOutcome(
                    .deferred, attempt: "deferred", reason: "bucket 'exports' gave no answer",
                    retryAt: Sample.noon + .minutes(1)
                )
            )
        case .completed: try make.complete(run, rows: 10)
        case .partial: try make.end(run, RunOutcome(.deliveredInPart, attempt: "delivered-in-part", reason: "some"))
        case .failed: try make.end(run, RunOutcome(.gaveUp, attempt: "gave-up", reason: "bucket is not there"))
        case .cancelled:
            try make.record(run)
            _ = try server.store.requestCancel(of: run.id, at: Sample.noon, actor: "cli")
        case .skipped: try make.end(run, RunOutcome(.refused, attempt: "refused", reason: "over-cap: 9 are selected"))
        case .missed:
            let missed = make.run(
                number, of: spec.dataflows[0], ["vip"], at: Sample.noon - .hours(1), state: .missed,
                reason: "past-deadline"
            )
            try make.record(missed, .missed, .pastDeadline)
        }
    }

    @Test(arguments: RunState.allCases)
    func `a run in any state has a page that says the state, the advice and every transition`(_ state: RunState)
        async throws
    {
        let server = try await ServerFixture.sample()
        try bring(server, 1, to: state)
        let run = try #require(try server.store.run(Sample.id(1)))
        #expect(run.state == state)
        let answer = try await server.call(path(1))
        #expect(answer.status == 200)
        #expect(answer.text.contains(StateMark(state).badge.text))
        if let advice = Advice(run) { #expect(answer.text.contains(HTML(text: advice.deed).text)) }
        for step in try server.store.transitions(of: run.id) {
            #expect(answer.text.contains(step.event.replacing("-", with: " ")))
        }
        let hasControl = state != .completed && state != .cancelling
        let control =
            answer.text.contains("/cancel\"") || answer.text.contains("/retry\"")
            || answer.text.contains("No retry:")
        #expect(control == hasControl)
    }

    @Test func `a run that nobody takes up again says why there is no retry`() async throws {
        let server = try await ServerFixture.sample()
        try bring(server, 1, to: .failed)
        try server.make.complete(server.make.run(2, of: spec.dataflows[0], ["vip"], at: Sample.noon), rows: 3)
        let text = try await server.call(path(1)).text
        #expect(text.contains("No retry: run \(Sample.id(1).text) was overtaken"))
        #expect(!text.contains("/retry\""))
    }

    @Test
    func `a push shows its batches, their receipts and the counts of whom the receiver refused, and nobody's key`()
        async throws
    {
        let server = try await ServerFixture.sample()
        try server.make.push(server.make.run(1, of: spec.dataflows[2], ["vip", "news"], at: Sample.noon - .hours(5)))
        let text = try await server.call(path(1)).text
        for words in [
            "job-2", "created 1, errored 2, updated 997", "Confirmed in part", "invalid-address", "missing-email",
        ] {
            #expect(text.contains(words))
        }
        #expect(text.contains("3,012 selected = 2,998 exported + 12 skipped + 2 rejected"))
        #expect(text.contains("tidegate show 00000000 --rejected"))
        #expect(!text.contains("anna"))
        #expect(try await !server.call(path(1) + ".json").text.contains("anna"))
    }

    @Test func `files stand with their size and digest`() async throws {
        let server = try await ServerFixture.sample()
        try bring(server, 1, to: .completed)
        let text = try await server.call(path(1)).text
        #expect(text.contains(String(repeating: "ab12", count: 16)))
        #expect(text.contains("480 B"))
    }

    @Test func `a run knows whom it tries again and by whom it is tried again`() async throws {
        let server = try await ServerFixture.sample()
        try bring(server, 1, to: .failed)
        var again = server.make.run(2, of: spec.dataflows[0], ["vip"], at: Sample.noon, trigger: .retry)
        again.parent = Sample.id(1)
        try server.store.queueAdHoc([again], at: Sample.noon, actor: "cli")
        #expect(
            try await server.call(path(1)).text.contains(
                "Tried again by</dt><dd>run <a class=\"mono\" href=\"\(path(2))\""))
        #expect(
            try await server.call(path(2)).text.contains(
                "Tries again</dt><dd>run <a class=\"mono\" href=\"\(path(1))\""))
    }

    @Test func `a run as a document has what its page has`() async throws {
        let server = try await ServerFixture.sample()
        try bring(server, 1, to: .completed)
        let answer = try await server.call(path(1) + ".json")
        #expect(answer.headers["content-type"] == "application/json")
        let document = try answer.json()
        #expect(document["state"] as? String == "completed")
        #expect((document["transitions"] as? [Any])?.count == 3)
        #expect((document["files"] as? [Any])?.count == 1)
        #expect(document["parent"] is NSNull)
    }

    @Test func `words of a destination and a job file are shown as they are`() async throws {
        let evil = "<script>alert(\"1\")</script>&'"
        var spec = Sample.spec(hostile: "/out/\(evil)")
        spec.segments[2].description = evil
        spec.segments[2].rule = "name = '\(evil)'"
        let server = try await ServerFixture.sample(spec)
        let run = server.make.run(1, of: spec.dataflows[1], ["news"], at: Sample.noon)
        try server.make.end(run, RunOutcome(.gaveUp, attempt: "gave-up", reason: evil))
        let escaped = HTML(text: evil).text
        for path in [path(1), "/dataflows/weekly-news", "/segments/news", "/segments", "/dataflows/%3Cscript%3E"] {
            let text = try await server.call(path).text
            #expect(!text.contains("<script>"), "\(path)")
            if !path.hasSuffix("%3E") { #expect(text.contains(escaped), "\(path)") }
        }
    }

    @Test func `no page has an inline style, a script of its own or anything from elsewhere`() async throws {
        let server = try await ServerFixture.sample()
        try server.make.push(server.make.run(1, of: spec.dataflows[2], ["vip", "news"], at: Sample.noon - .hours(5)))
        for path in ["/dataflows/mail-push", path(1), "/segments", "/segments/vip?with=news", "/audit", "/login"] {
            let text = try await server.call(path).text
            #expect(
                text.firstMatch(
                    of: /\sstyle="|\son[a-z]+="|<style|<script(?! src="\/live\.js)|(src|href)="(https?:)?\/\//) == nil,
                "\(path)")
        }
    }

    @Test func `an unknown run, dataflow or segment has a page that helps`() async throws {
        let server = try await ServerFixture.sample()
        try bring(server, 1, to: .completed)
        let near = try await server.call("/dataflows/vip-nightl")
        #expect(near.status == 404)
        #expect(near.text.contains("<a href=\"/dataflows/vip-nightly\">Did you mean vip-nightly?</a>"))
        #expect(try await server.call("/segments/lapsd").text.contains("href=\"/segments/lapsed\""))
        let run = try await server.call("/runs/00000000")
        #expect(run.status == 404)
        #expect(run.text.contains("href=\"\(path(1))\""))
        for path in ["/runs/zz", "/runs/.json", "/runs/%00", "/segments/" + String(repeating: "x", count: 3000)] {
            #expect(try await server.call(path).status == 404)
        }
    }
}
