import Foundation
import Testing

/// The pages in a real browser: narrow and wide, light and dark, by keyboard, with and without scripts. What is wrong is
/// whatever the browser says, what is wider than its window, what is cut off, what WCAG's AA forbids, and what would be
/// asked of any other host.
@Suite(.serialized) struct BrowserTests {
    /// Without the dataflows that every site begins with.
    private func site(_ documents: String...) throws -> Site {
        let site = try Site()
        for name in ["nightly", "changes"] {
            try FileManager.default.removeItem(atPath: site.folder.path("jobs/\(name).yaml"))
        }
        for (number, text) in documents.enumerated() { try site.write(text, to: "more-\(number).yaml") }
        return site
    }

    /// Puts the job files in force and makes a snapshot, and no run.
    private func snapshot(_ site: Site) throws {
        for verb in ["apply", "ingest", "segment"] { #expect(try site.tidegate(verb).status == 0) }
    }

    @Test func `nothing is wrong with the pages before there is anything to show`() throws {
        let site = try site()
        try site.write(
            """
            kind: Profile
            key: id
            attributes: { id: text, email: { type: text, personal: true }, orders: integer }
            ---
            kind: Source
            name: crm
            from: ../customers.csv
            ---
            kind: Segmentation
            at: "\(Site.farTime)"
            """, to: "base.yaml"
        )
        let server = try CalledServer(site)
        try server.process.waitForLine("snapshot published")
        let paths = [
            "/login", "/", "/dataflows", "/dataflows?state=failed", "/segments", "/audit", "404:/dataflows/none",
        ]
        #expect(try Browser.complaints(about: server, paths) == [])
    }

    @Test func `nothing is wrong with the pages of one dataflow, and what changes shows up by itself`() throws {
        let site = try site(Site.dataflow("nightly"))
        try snapshot(site)
        let runs = try Browser.addHistory(of: "nightly", to: site, runs: 60)
        let (completed, failed) = (try #require(runs["completed"]), try #require(runs["failed"]))
        try site.cycle()
        let server = try CalledServer(site)
        let paths = [
            "/login", "/", "/dataflows", "/dataflows?state=failed", "/dataflows/nightly", "/runs/\(completed)",
            "/runs/\(failed)", "/segments", "/segments/buyers?with=everyone", "/audit", "404:/dataflows/nightli",
        ]
        #expect(try Browser.complaints(about: server, paths, "--change", "nightly") == [])
    }

    @Test func `nothing is wrong with the pages of 1,000 dataflows`() throws {
        let flows = (0..<1000).map { number in
            """
            kind: Dataflow
            name: flow-\(number)-of-a-thousand
            destination: drop
            segments: [buyers]
            schedule: { frequency: daily, trigger: scheduled, at: "\(Site.farTime)" }
            mapping: [{ attribute: id }]
            file: { name: "flow-\(number)_%RUN_ID%" }
            """
        }
        let site = try site(flows.joined(separator: "\n---\n"))
        try snapshot(site)
        let failed = try #require(try Browser.addHistory(of: "flow-0-of-a-thousand", to: site, runs: 10)["failed"])
        let server = try CalledServer(site)
        let paths = [
            "/", "/dataflows", "/dataflows?state=failed", "/dataflows/flow-0-of-a-thousand", "/runs/\(failed)",
            "/segments", "/segments/buyers?with=everyone", "/audit",
        ]
        #expect(try Browser.complaints(about: server, paths, "--brief") == [])
    }
}
