import Foundation
import Testing
import TidegateModel

@Suite struct AdHocTests {
    @Test func `an ad-hoc run exports the latest snapshot in full, and moves neither baseline nor schedule`() throws {
        let site = try Site()
        try site.cycle()
        let next = try site.tidegate("next", "changes", "--json").output
        let finished = try site.tidegate("run", "--ad-hoc", "changes", "--json")
        let run = try #require(try finished.objects().first)
        #expect(finished.status == 0)
        #expect(Set(run.keys) == runKeys)
        #expect(run.text("trigger") == "ad-hoc" && run.text("state") == "completed")
        #expect(run["forced"] as? Bool == false)
        let file = try #require(run.objects("files").first?.text("name"))
        #expect(try site.delivered(file) == "id,status\nc1,realized\nc2,realized\nc4,realized\n")
        #expect(try site.tidegate("next", "changes", "--json").output == next)
        let preview = try #require(try site.tidegate("preview", "changes", "--json").objects().first)
        #expect(preview.object("counts").number("selected") == 3, "the next incremental file still has everyone")
        #expect(
            try StateCheck(site).count("baseline WHERE dataflow IN (SELECT id FROM object WHERE name = 'changes')") == 0
        )
    }

    @Test func `only the named segments are exported, each once`() throws {
        let site = try Site()
        try site.write(Site.dataflow("nightly", segments: "buyers, everyone"), to: "nightly.yaml")
        try site.cycle()
        let one = try site.tidegate(
            "run",
            "--ad-hoc",
            "nightly",
            "--segment",
            "everyone",
            "--segment",
            "everyone",
            "--json"
        )
        #expect(try one.objects().map { $0["segments"] as? [String] } == [["everyone"]])
        #expect(try site.tidegate("run", "--ad-hoc", "nightly", "--json").objects().count == 2)
    }

    @Test func `with no snapshot yet it is refused, and no empty file appears`() throws {
        let site = try Site()
        let finished = try site.tidegate("run", "--ad-hoc", "nightly")
        #expect(finished.status == 75)
        #expect(
            finished.sentences == [
                "refused: there is no snapshot yet to export from; run a cycle first (tidegate run --once)"
            ]
        )
        #expect(site.outbox == [])
    }

    @Test
    func `for twenty minutes after the first activation it is refused, with the instant from which it is allowed`()
        throws
    {
        let site = try Site(guardrails: "{}")
        let run = try #require(try site.cycle().first)
        let refused = try site.tidegate("run", "--ad-hoc", "nightly")
        #expect(refused.status == 75)
        #expect(refused.output == "")
        let sentence = try #require(refused.sentences.first)
        let said = try #require(
            sentence.firstMatch(of: #/^refused: segment buyers was first activated .* allowed from (\S+)$/#)
        )
        let allowed = try #require(Instant(iso: String(said.1)))
        let queued = try #require(Instant(iso: run.text("queuedAt") ?? ""))
        #expect(allowed > queued + .minutes(18) && allowed <= queued + .minutes(21))
        #expect(try site.tidegate("runs", "--json").objects().count == 1, "a refused job leaves no run")
    }

    @Test func `force passes the delay, is recorded, and passes nothing else`() throws {
        let site = try Site(guardrails: "{}")
        try site.cycle()
        let forced = try site.tidegate("run", "--ad-hoc", "nightly", "--force", "--json")
        #expect(forced.status == 0)
        #expect(try forced.objects().first?["forced"] as? Bool == true)
        let id = try #require(try forced.objects().first?.text("id"))
        #expect(try site.tidegate("show", id).output.contains("trigger     ad-hoc (forced)\n"))
        #expect(try site.tidegate("run", "--ad-hoc", "nightly", "--force", "--segment", "everyone").status == 75)
    }

    @Test func `a segment that is not in the dataflow is refused`() throws {
        let site = try Site()
        try site.cycle()
        let finished = try site.tidegate("run", "--ad-hoc", "nightly", "--segment", "buyers", "--segment", "everyone")
        #expect(finished.status == 75)
        #expect(
            finished.sentences == [
                "refused: Segments everyone are not part of this dataflow or out of schedule range! (not-in-dataflow)"
            ]
        )
    }

    @Test(arguments: [(", start: %1", 1), (", start: %-9, end: %0", 0)])
    func `outside the schedule's window it is refused`(window: (String, Int)) throws {
        let site = try Site()
        let schedule = window.0.replacing(#/%(-?\d+)/#) { Self.day(Int($0.1) ?? 0) }
        try site.write(Site.dataflow("nightly", schedule: schedule + ", timeZone: UTC"), to: "nightly.yaml")
        try site.cycle()
        let finished = try site.tidegate("run", "--ad-hoc", "nightly", "--force")
        #expect(finished.status == 75)
        #expect(
            finished.sentences == [
                "refused: Segments buyers are not part of this dataflow or out of schedule range! (out-of-schedule)"
            ]
        )
        #expect(site.outbox == [])
    }

    @Test func `more than eighty segments are refused as a whole`() throws {
        let site = try Site()
        let names = (1...81).map { "s\($0)" }
        try site.write(
            names.map { "kind: Segment\nname: \($0)\nwhere: orders > 1" }.joined(separator: "\n---\n"),
            to: "many.yaml"
        )
        let start = ", start: \(Self.day(0))"
        try site.write(Site.dataflow("many", segments: names.joined(separator: ", "), schedule: start), to: "flow.yaml")
        #expect(try site.tidegate("apply").status == 0)
        let finished = try site.tidegate("run", "--ad-hoc", "many", "--force")
        #expect(finished.status == 75)
        #expect(finished.sentences == ["refused: ad-hoc job names 81 segments, and 80 is the most"])
        #expect(try site.tidegate("runs").output == "no runs\n")
    }

    @Test func `a destination that is not reachable ends with 69, before any run is made`() throws {
        let site = try Site()
        try site.cycle()
        try FileManager.default.removeItem(atPath: site.folder.path("outbox"))
        try site.folder.write("in the way", to: "outbox")
        let finished = try site.tidegate("run", "--ad-hoc", "nightly")
        #expect(finished.status == 69)
        #expect(
            finished.sentences == [
                "error: destination 'drop' did not pass its check: folder '\(site.folder.path("outbox"))' cannot be opened, not a directory"
            ]
        )
        #expect(try site.tidegate("runs", "--json").objects().count == 1)
    }

    /// The local date so many days from today, in UTC.
    private static func day(_ offset: Int) -> String {
        Date(timeIntervalSinceNow: Double(offset) * 86_400).formatted(.iso8601.year().month().day())
    }
}
