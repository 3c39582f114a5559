import Foundation
import Testing
import TidegateTesting

/// Ad-hoc runs and the doctor over a receiver that answers.
@Suite struct AdHocPushTests {
    private static let key = ["TIDEGATE_TEST_KEY": "SG." + String(repeating: "k", count: 66)]

    /// A site with one snapshot and a dataflow `contacts`, to an account of the receiver that is this site's alone.
    private func site(
        list: String? = nil, orders: String = "orders", guardrails: String = "{ adHocDelay: 0s }"
    ) throws -> Site {
        let receiver = try LocalServer.shared("sendgrid")
        let site = try Site(guardrails: guardrails)
        try site.write(
            """
            kind: Destination
            name: mail
            type: sendgrid
            apiKey: ${env:TIDEGATE_TEST_KEY}
            baseURL: \(receiver["url"])/room-\(UUID().uuidString)
            consent: { agreedBy: Ann Berg, agreedOn: 2026-11-01 }
            ---
            kind: Dataflow
            name: contacts
            destination: mail
            segments: [buyers, everyone]
            schedule: { frequency: daily, trigger: scheduled, at: "\(Site.farTime)" }
            list: \(list ?? receiver["list"])
            mapping:
              - { attribute: email, required: true }
              - { attribute: orders, as: \(orders) }
            """,
            to: "mail.yaml"
        )
        try site.cycle()
        return site
    }

    private func push(_ site: Site, _ options: String...) throws -> Finished {
        let arguments = ["run", "--ad-hoc", "contacts", "--json"] + options
        return try TidegateProcess(arguments, in: site.folder.path, environment: Self.key).finish()
    }

    @Test func `the doctor shows what the receiver answered, and that the list exists`() throws {
        let site = try site()
        let finished = try site.tidegate("doctor", "--json", environment: Self.key)
        #expect(finished.status == 0)
        let dataflow = try #require(try finished.objects().first { $0.text("subject") == "dataflow contacts" })
        #expect(dataflow.text("detail")?.hasSuffix("exists, and the mapping fits") == true)
    }

    @Test func `the doctor finds a field that the receiver does not have, in the receiver's own words`() throws {
        let site = try site(orders: "ordres")
        let finished = try site.tidegate("doctor", environment: Self.key)
        #expect(finished.status == 69)
        #expect(finished.output.contains("FAIL dataflow contacts: SendGrid has no field 'ordres'"))
    }

    @Test func `a list that the receiver does not have stops an ad-hoc run before there is one`() throws {
        let site = try site(list: "00000000-0000-4000-8000-000000000000")
        let before = try site.tidegate("runs", "--json").objects().count
        let finished = try push(site)
        #expect(finished.status == 69)
        #expect(finished.complaints.contains("error: destination 'mail' did not pass its check: "))
        #expect(try site.tidegate("runs", "--json").objects().count == before)
        #expect(try site.tidegate("doctor", environment: Self.key).status == 69)
    }

    @Test func `an ad-hoc push is one run over all segments, with the receiver's job as its receipt`() throws {
        let site = try site()
        let finished = try push(site)
        let runs = try finished.objects()
        #expect(finished.status == 0)
        #expect(runs.map { $0["segments"] as? [String] } == [["buyers", "everyone"]])
        #expect(runs.first?.object("counts").number("selected") == 4)
        #expect(runs.first?.object("counts").number("exported") == 3)
        let shown = try site.tidegate("show", runs.first?.text("id") ?? "", "--json").object()
        #expect(shown.objects("batches").map { $0.text("state") } == ["confirmed"])
        #expect(shown.objects("receipts").first?.text("job") != nil)
    }

    @Test func `only the named segments are pushed`() throws {
        let site = try site()
        let runs = try push(site, "--segment", "buyers").objects()
        #expect(runs.map { $0["segments"] as? [String] } == [["buyers"]])
        #expect(runs.first?.object("counts").number("selected") == 3)
    }

    @Test func `an ad-hoc push above the cap sends nothing and ends with 75`() throws {
        let site = try site(guardrails: "{ adHocDelay: 0s, connectorProfiles: 3 }")
        let finished = try push(site)
        let run = try #require(try finished.objects().first)
        #expect(finished.status == 75)
        #expect(run.text("state") == "skipped")
        #expect(finished.complaints.contains("was skipped: over-cap: 4 profiles are selected"))
        #expect(try site.tidegate("show", run.text("id") ?? "", "--json").object().objects("batches").isEmpty)
    }
}
