import Foundation
import Testing

@Suite struct HandoverTests {
    /// The one run that waits.
    private func queuedRun(_ site: Site) throws -> String {
        try #require(try site.tidegate("runs", "--state", "queued", "--json").objects().first?.text("id"))
    }

    @Test func `beside a running scheduler the work is the scheduler's, and is followed to its end`() throws {
        let site = try Site()
        try site.started("run") { scheduler in
            try scheduler.waitForLine("run completed")
            let finished = try site.tidegate("run", "--ad-hoc", "nightly", "--json")
            let run = try #require(try finished.objects().first)
            #expect(finished.status == 0)
            #expect(run.text("state") == "completed" && run.text("trigger") == "ad-hoc")
            #expect(finished.sentences.first == "nightly / buyers: Queued")
            #expect(finished.sentences.last == "nightly / buyers: Completed")
            let steps = try site.tidegate("show", run.text("id") ?? "", "--json").object().objects("transitions")
            let cycle = try #require(try site.tidegate("runs", "--json").objects().last?.text("id"))
            let scheduled = try site.tidegate("show", cycle, "--json").object().objects("transitions")
            #expect(steps.first?.text("actor") == "cli")
            #expect(steps.last?.text("actor") == scheduled.last?.text("actor"), "the scheduler did it")
            scheduler.signal(SIGTERM)
            #expect(try scheduler.finish().status == 0)
        }
    }

    @Test func `without a scheduler the command does the work itself`() throws {
        let site = try Site()
        try site.cycle()
        let finished = try site.tidegate("run", "--ad-hoc", "nightly")
        #expect(finished.status == 0)
        #expect(finished.output.contains("ad-hoc   Completed"))
        #expect(finished.complaints.contains("run completed"), "it logs its own work")
    }

    @Test func `while a run of the segment goes on, another is refused with its id`() throws {
        let site = try Site()
        try site.cycle()
        let hung = try HeldFolder(site)
        try site.started("run", "--ad-hoc", "nightly", "--json") { first in
            try first.waitForLine("nightly / buyers: Queued")
            let live = try queuedRun(site)
            let second = try site.tidegate("run", "--ad-hoc", "nightly", "--force")
            #expect(second.status == 75)
            let refusal = "Run already going on for segment buyers for order nightly with run id \(live)"
            #expect(second.sentences == ["refused: " + refusal])
            hung.letGo()
            let finished = try first.finish()
            #expect(finished.status == 0)
            #expect(try finished.objects().map { $0.text("id") } == [live], "left alone, it does the work itself")
        }
        #expect(try site.tidegate("run", "--ad-hoc", "nightly").status == 0)
    }

    @Test func `a queued run is cancelled for good, and whoever follows it is told`() throws {
        let site = try Site()
        try site.cycle()
        let outbox = site.outbox
        let hung = try HeldFolder(site)
        try site.started("run", "--ad-hoc", "nightly") { follower in
            try follower.waitForLine("nightly / buyers: Queued")
            let live = try queuedRun(site)
            let cancel = try site.tidegate("cancel", String(live.prefix(8)))
            #expect((cancel.status, cancel.output) == (0, "run \(live) is Cancelled\n"))
            let finished = try follower.finish()
            #expect(finished.status == 1)
            #expect(finished.complaints.contains("nightly / buyers: Cancelled"))
            let again = try site.tidegate("cancel", live)
            #expect(again.status == 75)
            #expect(again.sentences == ["error: run \(live) is Cancelled already, and that is final"])
        }
        hung.letGo()
        try site.cycle()
        #expect(site.outbox.count == outbox.count + 2, "the cancelled run never delivers")
    }

    @Test func `apply beside a running scheduler is taken up by it`() throws {
        let site = try Site()
        try site.started("run") { scheduler in
            try scheduler.waitForLine("run completed")
            try site.write(Site.dataflow("second", segments: "everyone"), to: "second.yaml")
            let applied = try site.tidegate("apply")
            #expect((applied.status, applied.output) == (0, "+ Dataflow second\n"))
            let line = try scheduler.waitForLine("job files in force")
            #expect(line.hasSuffix("dataflows=3"))
            #expect(try site.tidegate("run", "--ad-hoc", "second").status == 0)
        }
    }

    @Test(arguments: [["run"], ["run", "--once"], ["ingest"], ["segment"]])
    func `a second process in the data folder is told who holds it`(arguments: [String]) throws {
        let site = try Site()
        try site.started("run") { scheduler in
            try scheduler.waitForLine("run completed")
            let second = try TidegateProcess(arguments, in: site.folder.path).finish()
            #expect(second.status == 75)
            #expect(second.output == "")
            let sentence = try #require(second.sentences.first)
            let holder = #/^error: data folder '.*/data' is held by tidegate run, process \d+ on \S+, since \S+Z$/#
            #expect(sentence.contains(holder))
        }
    }
}
