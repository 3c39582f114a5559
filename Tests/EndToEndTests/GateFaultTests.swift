import Foundation
import Testing
import TidegateTesting

/// What goes wrong between Tidegate and a receiver, through the whole program.
@Suite struct GateFaultTests {
    /// Each run's state, attempts and exported profiles.
    private func summary(_ run: [String: Any]?) -> String {
        let (state, attempts) = (run?.text("state") ?? "none", run?.number("attempts") ?? 0)
        return "\(state) after \(attempts) with \(run?.object("counts").number("exported") ?? -1)"
    }

    @Test func `an answer lost after the receiver did its work is made up for, and counts once`() throws {
        let gates = try GateSite()
        for receiver in ["mail", "journeys", "hook"] { try gates.push(to: receiver) }
        try gates.mail.fail(.init("PUT /v3/marketing/contacts", .commitThenDrop))
        try gates.journeys.fail(.init("POST */v1/contacts", .commitThenStatus, status: 504))
        // The page is refused because of one profile; of its halves the first is taken without an answer.
        try gates.hook.set(["refuse": ["c3"]])
        try gates.hook.fail(.init("POST *", .commitThenDrop, skip: 1))
        let finished = try gates.tidegate("run", "--once", "--json")
        #expect(finished.status == 0)
        let runs = Dictionary(uniqueKeysWithValues: try finished.objects().map { ($0.text("dataflow"), $0) })
        #expect(summary(runs["to-mail"]) == "completed after 2 with 3")
        #expect(summary(runs["to-journeys"]) == "completed after 2 with 3")
        #expect(summary(runs["to-hook"]) == "partial after 2 with 4")
        let addresses = ["anna@example.com", "bo@example.com", "cy@example.com"]
        #expect(try gates.mail.state().stored.addresses == addresses)
        #expect(try gates.journeys.state().stored.addresses == addresses)
        #expect(try gates.hook.state().stored.ids == ["c1", "c2", "c4", "c5"])
        #expect(try gates.hook.state().problems == [])
        #expect(try gates.hook.requests("POST").map { $0.counts["profiles"] } == [5, 2, 2, 3, 1, 2])
        for receiver in ["mail", "journeys"] {
            let states = try gates.show(runs["to-\(receiver)"]).objects("batches").map { $0.text("state") }
            #expect(states == ["lost", "confirmed"])
        }
        #expect(try gates.leaks(finished) == [])
    }

    @Test(arguments: ["delta", "epoch", "retry-after"])
    func `a rate limit is waited out as the receiver says, in each of its dialects`(dialect: String) throws {
        let gates = try GateSite()
        try gates.push(to: "mail")
        try gates.mail.set(["reset": dialect])
        try gates.mail.set(["throttle": 1, "wait": 1])
        let run = try gates.cycle()["to-mail"]
        #expect(summary(run) == "completed after 2 with 3")
        let shown = try gates.show(run)
        #expect(shown.objects("tries").first?.text("reason") == "SendGrid asked for a pause (429)")
        let asked = shown.objects("transitions").compactMap { $0.text("to") }
        #expect(asked == ["queued", "processing", "retrying", "queued", "processing", "completed"])
    }

    @Test func `a plan that is used up and a key that is refused end the run at once`() throws {
        let gates = try GateSite()
        for receiver in ["mail", "journeys", "hook"] { try gates.push(to: receiver) }
        try gates.mail.fail(
            .init(
                "PUT *", status: 401,
                body: #"{"errors": [{"field": null, "message": "Maximum credits exceeded"}]}"#))
        try gates.journeys.set(["key": "another"])
        try gates.hook.set(["full": true])
        let finished = try gates.tidegate("run", "--once", "--json")
        #expect(finished.status == 1)
        #expect(finished.complaints.contains("error: 3 of 3 runs did not deliver\n"))
        for run in try finished.objects() { #expect(summary(run) == "failed after 1 with 0", "\(run)") }
        let reason = try finished.objects().first { $0.text("dataflow") == "to-mail" }?.text("reason")
        #expect(reason == "SendGrid's plan takes no more: Maximum credits exceeded")
        #expect(try gates.leaks(finished) == [])
    }
}
