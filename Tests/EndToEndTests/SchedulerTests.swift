import Foundation
import Testing

@Suite struct SchedulerTests {
    @Test func `with no snapshot yet a cycle starts at once, and SIGTERM ends the scheduler gracefully`() throws {
        let site = try Site()
        try site.started("run") { scheduler in
            try scheduler.waitForLine("scheduler ready")
            try scheduler.waitForLine("run completed")
            scheduler.signal(SIGTERM)
            let finished = try scheduler.finish()
            #expect((finished.status, finished.signal) == (0, 0))
            #expect(finished.output == "")
            #expect(finished.complaints.contains("NOTICE stopping: taking no more work"))
            #expect(finished.complaints.contains("INFO scheduler stopped"))
        }
        #expect(site.outbox.count == 2)
        #expect(try site.tidegate("runs", "--json").objects().map { $0.text("state") } == ["completed"])
    }

    @Test func `with a snapshot it waits for the next cycle`() throws {
        let site = try Site()
        try site.cycle()
        try site.started("run") { scheduler in
            try scheduler.waitForLine("scheduler ready")
            scheduler.signal(SIGINT)
            #expect(try scheduler.finish().status == 0)
        }
        #expect(try site.tidegate("runs", "--json").objects().count == 1)
    }

    @Test func `a second signal ends it abruptly, and what hung is taken up by the next process`() throws {
        let site = try Site()
        try FileManager.default.removeItem(atPath: site.folder.path("customers.csv"))
        #expect(mkfifo(site.folder.path("customers.csv"), 0o600) == 0)
        try site.started("run") { scheduler in
            // Reading a pipe that nobody writes to never ends.
            try scheduler.waitForLine("cycle started")
            scheduler.signal(SIGTERM)
            try scheduler.waitForLine("stopping: taking no more work")
            scheduler.signal(SIGTERM)
            let finished = try scheduler.finish()
            #expect(finished.status == 130)
            #expect(!finished.complaints.contains("scheduler stopped"))
        }
        try FileManager.default.removeItem(atPath: site.folder.path("customers.csv"))
        try site.folder.write("id,email,orders\nc1,,5\n", to: "customers.csv")
        try site.cycle()
        #expect(try StateCheck(site).unfinished() == [])
    }

    @Test func `SIGHUP takes good job files and leaves the old ones in force where they are bad`() throws {
        let site = try Site()
        try site.started("run") { scheduler in
            try scheduler.waitForLine("run completed")
            try site.write(Site.dataflow("second", segments: "nobody"), to: "second.yaml")
            scheduler.signal(SIGHUP)
            try scheduler.waitForLine(
                "job files not re-read, the old ones stay in force: job files in 'jobs' have 1 problem"
            )
            #expect(try site.tidegate("run", "--ad-hoc", "nightly").status == 0, "the old ones still work")
            try site.write(Site.dataflow("second", segments: "everyone"), to: "second.yaml")
            scheduler.signal(SIGHUP)
            #expect(try scheduler.waitForLine("job files re-read").hasSuffix("changes=1"))
            #expect(try site.tidegate("run", "--ad-hoc", "second").status == 0)
        }
    }

    @Test func `health is 0 while a scheduler works and 1 when none does`() throws {
        let site = try Site()
        #expect(try site.tidegate("health").status != 0)
        try site.started("run") { scheduler in
            try scheduler.waitForLine("scheduler ready")
            let alive = try site.tidegate("health")
            #expect(alive.status == 0)
            #expect(alive.output.hasPrefix("scheduler is alive, last sign of life "))
            #expect(try site.tidegate("status", "--json").object().object("process").text("state") == "running")
            scheduler.signal(SIGKILL)
            #expect(try scheduler.finish().signal == SIGKILL)
            let dead = try site.tidegate("health")
            #expect((dead.status, dead.sentences) == (1, ["error: no scheduler works in 'data'"]))
        }
    }

    @Test func `everything that looks works beside a running scheduler`() throws {
        let site = try Site()
        try site.started("run") { scheduler in
            try scheduler.waitForLine("run completed")
            for command in [
                ["status"], ["runs"], ["segments"], ["preview", "nightly"], ["plan"], ["doctor"],
                ["backup", "copy.sqlite"],
            ] {
                let finished = try TidegateProcess(command, in: site.folder.path).finish()
                #expect(finished.status == 0, "\(command): \(finished.complaints)")
            }
        }
    }
}
