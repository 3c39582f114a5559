import Foundation
import Testing

@Suite struct LookTests {
    @Test func `looking at nothing says how to make something`() throws {
        let site = try Site()
        for command in [["status"], ["runs"], ["show", "x"], ["backup", "copy.sqlite"]] {
            let finished = try TidegateProcess(command, in: site.folder.path).finish()
            #expect(finished.status == 65)
            #expect(
                finished.sentences == ["error: data folder 'data' holds no state yet; 'tidegate run --once' makes it"]
            )
        }
        #expect(try site.tidegate("segments").status == 65)
        #expect(!FileManager.default.fileExists(atPath: site.folder.path("data")))
    }

    @Test func `status tells the process, the cycle, what runs, what is next and what was last`() throws {
        let site = try Site()
        try site.cycle()
        let text = try site.tidegate("status")
        #expect(text.status == 0)
        for heading in [
            "process     stopped", "cycle       ", "next cycle  ", "\nrunning\n", "\nnext\n", "\nlast runs\n",
        ] {
            #expect(text.output.contains(heading), "\(heading)")
        }
        let status = try site.tidegate("status", "--json").object()
        #expect(Set(status.keys) == ["process", "cycle", "nextCycle", "running", "next", "paused", "last"])
        #expect(status.object("process").text("state") == "stopped")
        #expect(status.object("cycle").text("state") == "completed")
        #expect(status.objects("running").isEmpty)
        #expect(status.objects("last").allSatisfy { Set($0.keys) == runKeys })
        #expect(Set(status.objects("next").compactMap { $0.text("dataflow") }) == ["nightly", "changes"])
    }

    @Test func `runs are a table or an array, newest first, and can be narrowed`() throws {
        let site = try Site()
        try site.write(Site.dataflow("second", segments: "buyers, everyone"), to: "second.yaml")
        try site.cycle()
        try site.cycle()
        let table = try site.tidegate("runs")
        #expect(table.output.hasPrefix("RUN "))
        #expect(table.output.split(separator: "\n").count == 7)
        let all = try site.tidegate("runs", "--json").objects()
        #expect(all.allSatisfy { Set($0.keys) == runKeys })
        let queued = all.compactMap { $0.text("queuedAt") }
        #expect(queued == queued.sorted().reversed())
        #expect(try site.tidegate("runs", "--dataflow", "second", "--json").objects().count == 4)
        #expect(try site.tidegate("runs", "--limit", "1", "--json").objects().count == 1)
        #expect(try site.tidegate("runs", "--state", "failed", "--json").objects().isEmpty)
        #expect(try site.tidegate("runs", "--state", "failed").output == "no runs\n")
    }

    @Test func `show adds transitions, batches and receipts to the run, by any beginning of its id`() throws {
        let site = try Site()
        let id = try #require(try site.cycle().first?.text("id"))
        let run = try site.tidegate("show", String(id.prefix(8)), "--json").object()
        #expect(Set(run.keys).isSuperset(of: runKeys.union(["transitions", "batches", "receipts"])))
        #expect(run.objects("transitions").compactMap { $0.text("to") } == ["queued", "processing", "completed"])
        #expect(run.objects("transitions").allSatisfy { $0.text("actor") != nil && $0.text("at") != nil })
        #expect(run.objects("receipts").count == 1)
        #expect(run.objects("receipts").first?.text("sha256") == run.objects("files").first?.text("sha256"))
        #expect((run["batches"] as? [Any])?.isEmpty == true)
        let text = try site.tidegate("show", id.uppercased()).output
        #expect(text.hasPrefix("run         \(id)\n"))
        #expect(text.contains("counts      3 selected = 3 exported\n"))
        #expect(text.contains("  Completed  by "))
    }

    @Test func `next counts from any instant, in local time and UTC, and flags clock changes`() throws {
        let site = try Site()
        let flow = Site.changes.replacing("name: changes\n", with: "name: spring\n")
            .replacing(", at: \"\(Site.farTime)\"", with: ", at: \"02:30\", timeZone: Europe/Stockholm")
            .replacing("changes_", with: "spring_")
        try site.write(flow, to: "spring.yaml")
        let next = try site.tidegate("next", "spring", "--from", "2027-03-26T12:00:00Z", "--count", "3", "--json")
            .objects()
        #expect(next.allSatisfy { Set($0.keys) == ["scheduledFor", "local", "note"] })
        #expect(
            next.compactMap { $0.text("scheduledFor") } == [
                "2027-03-27T01:30:00Z", "2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z",
            ]
        )
        #expect(next[0]["note"] is NSNull)
        #expect(next[1].text("note") != nil)
        let text = try site.tidegate("next", "spring", "--from", "2027-03-26T12:00:00Z", "--count", "1").output
        #expect(text.contains("2027-03-27 02:30") && text.contains("2027-03-27T01:30:00Z"))
        #expect(try site.tidegate("next", "nightly", "--json").objects().count == 10)
    }

    @Test func `segments have members, joined and left, per snapshot`() throws {
        let site = try Site()
        try site.cycle()
        try site.folder.write("id,email,orders\nc1,,5\nc3,,4\n", to: "customers.csv")
        try site.cycle()
        let latest = try site.tidegate("segments", "--json").objects()
        #expect(latest.allSatisfy { Set($0.keys) == ["name", "id", "snapshot", "members", "joined", "left"] })
        let buyers = try #require(latest.first { $0.text("name") == "buyers" })
        #expect([buyers.number("members"), buyers.number("joined"), buyers.number("left")] == [2, 1, 2])
        #expect(
            try site.tidegate("segments", "buyers", "--json").objects().compactMap { $0.number("members") } == [2, 3]
        )
        #expect(try site.tidegate("segments").output.hasPrefix("SEGMENT "))
    }

    @Test func `preview shows rows and counts, and exports nothing`() throws {
        let site = try Site()
        let before = try site.tidegate("preview", "nightly")
        #expect(before.status == 75)
        try site.cycle()
        let outbox = site.outbox
        let preview = try #require(try site.tidegate("preview", "nightly", "--limit", "2", "--json").objects().first)
        #expect(preview["header"] as? [String] == ["id", "contact_email"])
        #expect((preview["rows"] as? [[Any]])?.count == 2)
        #expect(preview.object("counts").number("selected") == 3)
        #expect(try site.tidegate("preview", "nightly").output.hasPrefix("buyers: 3 selected, 3 would be exported\n"))
        #expect(site.outbox == outbox)
    }

    @Test func `plan shows what apply would change, and changes nothing`() throws {
        let site = try Site()
        let first = try site.tidegate("plan", "--json").object()
        #expect(first.objects("changes").allSatisfy { $0.text("change") == "add" })
        #expect(!FileManager.default.fileExists(atPath: site.folder.path("data")))
        let applied = try site.tidegate("apply")
        #expect(applied.output.contains("+ Dataflow nightly\n"))
        #expect(try site.tidegate("apply").output == "no changes\n")
        try site.write(Site.dataflow("nightly", segments: "everyone"), to: "nightly.yaml")
        try FileManager.default.removeItem(atPath: site.folder.path("jobs/changes.yaml"))
        let plan = try site.tidegate("plan")
        #expect(plan.output.contains("~ Dataflow nightly\n    - segments[1]: buyers\n    + segments[1]: everyone\n"))
        #expect(plan.output.contains("- Dataflow changes\n"))
        #expect(plan.output.contains("\nnext occurrences:\n"))
        let changes = try site.tidegate("plan", "--json").object().objects("changes")
        #expect(changes.contains { $0.text("name") == "nightly" && $0["keys"] as? [String] == ["segments[1]"] })
        #expect(site.outbox == [])
    }

    @Test func `ingest and segment do one stage each`() throws {
        let site = try Site()
        let ingested = try #require(try site.tidegate("ingest", "crm", "--json").objects().first)
        #expect(ingested.number("rowsRead") == 4 && ingested.number("inserted") == 4)
        #expect(
            try site.tidegate("ingest").output
                == "crm: 4 rows read, 0 inserted, 0 updated, 4 unchanged, 0 removed, 0 rejected\n"
        )
        let segments = try site.tidegate("segment", "--json").objects()
        #expect(segments.compactMap { $0.number("members") } == [3, 4])
        #expect(try site.tidegate("segment").output.hasPrefix("SEGMENT "))
        #expect(site.outbox == [])
    }
}
