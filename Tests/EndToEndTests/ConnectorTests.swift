import Foundation
import Testing

/// Commands over a dataflow to a connector that nobody answers for.
@Suite struct ConnectorTests {
    private static let destination = """
        kind: Destination
        name: mail
        type: sendgrid
        apiKey: ${env:TIDEGATE_TEST_KEY}
        baseURL: http://127.0.0.1:9
        consent: { agreedBy: Ann Berg, agreedOn: 2026-11-01 }
        """

    /// Without a consent of its own to run: switched off, or detached.
    private static func dataflow(_ state: String = "enabled: false") -> String {
        """
        kind: Dataflow
        name: contacts
        destination: mail
        segments: [buyers, everyone]
        schedule: { frequency: daily, trigger: after-segmentation }
        \(state)
        list: 6f1d0c5a-8b0e-4c57-9c0b-7a1de6a7e001
        mapping:
          - { attribute: email, required: true }
          - { attribute: orders, as: orders_total }
        """
    }

    private static let key = ["TIDEGATE_TEST_KEY": "SG.test"]

    private func site(guardrails: String = "{ adHocDelay: 0s }") throws -> Site {
        let site = try Site(guardrails: guardrails)
        try site.write(Self.destination, to: "mail.yaml")
        try site.write(Self.dataflow(), to: "contacts.yaml")
        return site
    }

    @Test func `preview of a push is one table over all segments, with the receiver's names and the counts`() throws {
        let site = try site()
        try site.cycle()
        let text = try site.tidegate("preview", "contacts").output
        #expect(
            text.hasPrefix("buyers, everyone: 7 selected, 4 distinct, 3 would be pushed, 1 skipped (missing-email)\n")
        )
        let documents = try site.tidegate("preview", "contacts", "--limit", "1", "--json").objects()
        let preview = try #require(documents.first)
        #expect(documents.count == 1)
        #expect(preview["segments"] as? [String] == ["buyers", "everyone"])
        #expect(preview["header"] as? [String] == ["email", "orders_total"])
        #expect((preview["rows"] as? [[Any]])?.count == 1)
        #expect(preview.number("memberships") == 7 && preview.number("distinct") == 4)
        #expect(preview["aboveCap"] as? Bool == false)
        #expect(site.outbox.allSatisfy { !$0.contains("contacts") })
    }

    @Test func `preview tells that a push is above the cap`() throws {
        let site = try site(guardrails: "{ connectorProfiles: 3 }")
        try site.cycle()
        let text = try site.tidegate("preview", "contacts").output
        #expect(text.contains("nothing would be pushed: 4 is above the cap of 3 (guardrails.connectorProfiles)"))
    }

    @Test func `the doctor tells a secret that is not there, and checks the rest`() throws {
        let site = try site()
        let finished = try site.tidegate("doctor")
        #expect(finished.status == 69)
        let missing = "destination 'mail': environment variable 'TIDEGATE_TEST_KEY' is not set"
        let list = "6f1d0c5a-8b0e-4c57-9c0b-7a1de6a7e001"
        #expect(finished.output.contains("FAIL destination mail, list \(list): \(missing)\n"))
        #expect(finished.output.contains("FAIL dataflow contacts: list '\(list)' is not confirmed: \(missing)\n"))
        #expect(finished.output.contains("ok   destination drop: "))
    }

    @Test func `the doctor connects, also where only a switched-off dataflow would`() throws {
        let site = try site()
        let finished = try site.tidegate("doctor", "--json", environment: Self.key)
        #expect(finished.status == 69)
        let findings = try finished.objects().filter { $0["ok"] as? Bool == false }
        #expect(findings.count == 2)
        #expect(!finished.output.contains("SG.test") && !finished.complaints.contains("SG.test"))
    }

    @Test(arguments: ["plan", "apply"])
    func `a destination that a dataflow uses is not removed, and the way out is told`(command: String) throws {
        let site = try site()
        #expect(try site.tidegate("apply").status == 0)
        try FileManager.default.removeItem(atPath: site.folder.path("jobs/mail.yaml"))
        let refused = try site.tidegate(command)
        #expect(refused.status == 65)
        let sentence =
            "destination 'mail' cannot be removed: dataflow contacts uses it; "
            + "remove it, or keep it with 'detached: true'"
        #expect(refused.complaints.contains("error: \(sentence)\n"))
        try site.write(Self.dataflow("detached: true"), to: "contacts.yaml")
        let plan = try site.tidegate("plan")
        #expect(plan.status == 0)
        #expect(plan.output.contains("- Destination mail\n"))
        #expect(try site.tidegate("apply").status == 0)
    }

    @Test func `a destination that was never applied is misspelled, not removed`() throws {
        let site = try site()
        try FileManager.default.removeItem(atPath: site.folder.path("jobs/mail.yaml"))
        let refused = try site.tidegate("plan")
        #expect(refused.status == 65)
        #expect(!refused.complaints.contains("cannot be removed"))
    }
}
