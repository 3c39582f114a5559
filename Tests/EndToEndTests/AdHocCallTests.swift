import Digests
import Foundation
import Testing
import TidegateModel

/// Ad-hoc activation as a client of the vendor calls it.
@Suite struct AdHocCallTests {
    private static let path = "/data/core/activation/disflowprovider/adhocrun"
    private static let second = "application/vnd.adobe.adhoc.activation+json; version=2"
    private static let runs = "/data/foundation/flowservice/runs/"

    private func body(_ info: [String: [String]] = ["nightly": ["buyers"]], exportIds: [Int]? = nil) throws -> String {
        var body: [String: Any] = [
            "activationInfo": Dictionary(
                uniqueKeysWithValues: info.map { dataflow, segments in
                    (
                        UUID(kind: "Dataflow", name: dataflow).uuidString.lowercased(),
                        segments.map { UUID(kind: "Segment", name: $0).uuidString.lowercased() }
                    )
                })
        ]
        body["exportIds"] = exportIds
        return String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
    }

    private func post(_ server: CalledServer, _ body: String, accept: String = second, key: String? = nil) throws
        -> CalledServer.Answer
    {
        var headers = ["Accept": accept, "Content-Type": "application/json"]
        headers["Idempotency-Key"] = key
        return try server.call("POST", Self.path, headers: headers, body: body)
    }

    /// The ids of the runs that an answer's addresses lead to, each of which is on the host that was called.
    private func runs(_ answer: CalledServer.Answer, of server: CalledServer) throws -> [String] {
        try answer.object().objects("order").map { record in
            let address = try #require(record.text("statusURL"))
            #expect(address.hasPrefix(server.url + Self.runs))
            return String(address.dropFirst(server.url.count + Self.runs.count))
        }
    }

    private func wait(for runs: [String], on server: CalledServer) throws {
        for run in runs { try server.process.waitForLine("reason=- run=\(run)") }
    }

    private func adHocRuns(_ site: Site) throws -> [String] {
        try StateCheck(site).texts("SELECT id FROM run WHERE \"trigger\" = 'ad-hoc' ORDER BY sequence")
    }

    /// A site with a snapshot, where nothing but what is asked for happens.
    private func site(_ guardrails: String = "{ adHocDelay: 0s }") throws -> Site {
        let site = try Site(guardrails: guardrails)
        try site.write(Site.dataflow("nightly", segments: "buyers, everyone"), to: "nightly.yaml")
        try site.cycle()
        return site
    }

    @Test func `a call exports full files of each segment, and its answer leads to each run`() throws {
        let site = try site()
        let server = try CalledServer(site)
        let answer = try post(server, body(["nightly": ["everyone", "buyers"], "changes": ["buyers"]]))
        #expect(answer.status == 200)
        let runs = try runs(answer, of: server)
        #expect(runs.count == 3)
        #expect(try Set(adHocRuns(site)) == Set(runs))
        try wait(for: runs, on: server)
        for record in try answer.object().objects("order") {
            let status = try server.call("GET", #require(record.text("statusURL"))).object().objects("items").first
            #expect(status?.text("flowId") == record.text("order"))
            #expect(status?.object("metrics").object("statusSummary").text("status") == "success")
        }
        for run in runs {
            let shown = try site.tidegate("show", run, "--json").object()
            #expect(shown.text("trigger") == "ad-hoc" && shown.text("state") == "completed")
            #expect(shown["forced"] as? Bool == false)
            #expect(shown.objects("transitions").first?.text("actor") == "api:admin")
            let name = try #require(shown.objects("files").first?.text("name"))
            let rows = (shown["segments"] as? [String]) == ["everyone"] ? 4 : 3
            #expect(try site.delivered(name).split(separator: "\n").count == rows + 1)
        }
    }

    @Test func `a kill between two calls with one key loses nothing and doubles nothing`() throws {
        let site = try site()
        let first = try CalledServer(site)
        let answer = try post(first, body(), key: "k1")
        let started = try runs(answer, of: first)
        try first.kill()
        // The first process may have been faster than the kill.
        let left = try started.filter { try site.tidegate("show", $0, "--json").object().text("state") != "completed" }
        let second = try CalledServer(site)
        let again = try post(second, body(), key: "k1")
        #expect(again.status == 200)
        #expect(again.headers["idempotency-replayed"] == "true")
        #expect(try runs(again, of: second) == started, "the same run, on the host that is called now")
        try wait(for: left, on: second)
        #expect(try adHocRuns(site) == started)
        #expect(try post(second, body(["nightly": ["everyone"]]), key: "k1").status == 422)
        try second.kill()
        var verified: Set<String> = []
        #expect(try StateCheck(site).faults(verified: &verified) + StateCheck(site).unfinished() == [])
    }

    @Test func `calls with one key at the same time start one run`() throws {
        let site = try site()
        let server = try CalledServer(site)
        let text = try body()
        let answers = Locked<[CalledServer.Answer]>([])
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            guard let answer = try? post(server, text, key: "k1") else { return }
            answers.withLock { $0.append(answer) }
        }
        let all = answers.withLock { $0 }
        #expect(all.map(\.status) == Array(repeating: 200, count: 8))
        #expect(Set(all.map(\.body)).count == 1)
        #expect(try adHocRuns(site).count == 1)
    }

    @Test func `a call that comes again without a key starts nothing, though its run has ended`() throws {
        let site = try site()
        let server = try CalledServer(site)
        let started = try runs(post(server, body()), of: server)
        try wait(for: started, on: server)
        let again = try post(server, body())
        #expect(again.status == 200)
        #expect(again.headers["idempotency-replayed"] == "true")
        #expect(try runs(again, of: server) == started)
        let forced = try runs(post(server, body(), key: "once more"), of: server)
        #expect(forced != started)
        #expect(try adHocRuns(site) == started + forced)
    }

    @Test func `while a run waits for its receiver, a call for it is refused with its id`() throws {
        let site = try site()
        // Nobody listens there, so that the push is tried again and again.
        try site.write(
            """
            kind: Destination
            name: mail
            type: sendgrid
            apiKey: ${env:TIDEGATE_TEST_KEY}
            baseURL: http://127.0.0.1:9
            consent: { agreedBy: Ann Berg, agreedOn: 2026-11-01 }
            ---
            kind: Dataflow
            name: contacts
            destination: mail
            segments: [buyers, everyone]
            schedule: { frequency: daily, trigger: scheduled, at: "\(Site.farTime)" }
            mapping: [{ attribute: email, required: true }]
            """,
            to: "mail.yaml"
        )
        let key = "SG." + String(repeating: "k", count: 66)
        let server = try CalledServer(site, environment: ["TIDEGATE_TEST_KEY": key])
        let answer = try post(server, body(["contacts": ["buyers", "everyone"]]))
        let runs = try runs(answer, of: server)
        #expect(runs.count == 2 && Set(runs).count == 1, "one push, named for each segment")
        try server.process.waitForLine("run retrying")
        let refused = try post(server, body(["nightly": ["buyers"], "contacts": ["everyone"]]))
        #expect(refused.status == 400)
        let (segment, order) = (UUID(kind: "Segment", name: "everyone"), UUID(kind: "Dataflow", name: "contacts"))
        #expect(
            try refused.object().text("message")
                == "Run already going on for segment \(segment.uuidString.lowercased()) "
                + "for order \(order.uuidString.lowercased()) with run id \(runs[0])"
        )
        #expect(try adHocRuns(site) == [runs[0]], "nothing of a refused job starts")
    }

    @Test func `version 1 exports the snapshot of the export job that it names`() throws {
        let site = try site()
        try site.folder.write("id,email,orders\nc9,new@example.com,9\n", to: "customers.csv")
        try site.cycle()
        let server = try CalledServer(site)
        let jobs = try server.call("GET", "/data/core/ups/export/jobs").object().objects("records")
            .filter { $0.object("schema").text("name") == "_xdm.context.profile" }.compactMap { $0.number("id") }
        #expect(jobs.count == 2)
        let old = try runs(post(server, body(exportIds: [#require(jobs.last)]), accept: "*/*"), of: server)
        try wait(for: old, on: server)
        let new = try runs(post(server, body(exportIds: jobs), accept: "*/*"), of: server)
        try wait(for: new, on: server)
        let snapshots = try StateCheck(site).texts("SELECT snapshot FROM cycle ORDER BY sequence")
        #expect(
            try (old + new).map { try site.tidegate("show", $0, "--json").object().text("snapshot") } == snapshots)
        let missing = try post(server, body(), accept: "*/*")
        #expect(missing.status == 400)
        #expect(try missing.object().text("message")?.hasPrefix("exportIds is missing") == true)
        #expect(try post(server, body(exportIds: [3]), accept: "*/*").status == 400)
    }

    @Test func `every guardrail refuses over HTTP as on the command line, and nothing starts`() throws {
        let site = try site("{}")
        let server = try CalledServer(site)
        let early = try post(server, body())
        #expect(early.status == 400)
        #expect(try early.object().text("code") == "too-early")
        let said = try #require(try early.object().text("message")?.firstMatch(of: #/allowed from (\S+)$/#)?.1)
        let exact = try #require(Instant(iso: said))
        let allowed = try #require(Instant(iso: try early.object().text("allowedFrom") ?? ""))
        #expect(allowed >= exact && allowed < exact + .seconds(1))
        let foreign = try post(server, body(["changes": ["everyone"]]))
        #expect(
            try foreign.object().text("message")
                == "Segments everyone are not part of this dataflow or out of schedule range!")
        #expect(try foreign.object().text("code") == "not-in-dataflow")
        #expect(try post(server, body(["nobody": ["buyers"]])).status == 404)
        #expect(try post(server, body(["nightly": ["nobody"]])).status == 404)
        #expect(try post(server, body(), accept: Self.second.replacing("2", with: "3")).status == 406)
        #expect(try adHocRuns(site) == [])
        let refusals = try StateCheck(site).count("audit WHERE refusal IS NOT NULL AND actor = 'api:admin'")
        #expect(refusals == 4)
    }
}
