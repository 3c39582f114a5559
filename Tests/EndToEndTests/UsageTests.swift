import Foundation
import Testing

@Suite struct UsageTests {
    @Test func `help names every command and every exit code`() throws {
        let help = try Site().tidegate("--help")
        #expect(help.status == 0)
        let commands = [
            "run", "validate", "plan", "apply", "ingest", "segment", "status", "runs", "show", "cancel", "retry",
            "next",
            "segments", "preview", "doctor", "health", "backup", "schema",
        ]
        for command in commands { #expect(help.output.contains("\n  \(command) "), "\(command)") }
        for code in ["0 done", "1 the run failed", "2 wrong usage", "65 bad", "69 a destination", "75 refused"] {
            #expect(help.output.contains(code), "\(code)")
        }
    }

    @Test(arguments: ["run", "validate", "next", "show", "doctor", "backup"])
    func `each command has help of its own`(command: String) throws {
        let help = try Site().tidegate(command, "--help")
        #expect(help.status == 0)
        #expect(help.output.contains("USAGE: tidegate \(command)"))
        #expect(help.complaints == "")
    }

    @Test func `the version is one line`() throws {
        let version = try Site().tidegate("--version")
        #expect(version.status == 0)
        #expect(version.output.wholeMatch(of: #/\d+\.\d+\.\d+\n/#) != nil)
    }

    @Test(arguments: [
        ["run", "--bogus"], ["bogus"], ["next"], ["runs", "--limit", "0"], ["runs", "--state", "asleep"],
        ["run", "--once", "--ad-hoc", "nightly"], ["run", "--force"], ["next", "nightly", "--from", "tomorrow"],
        ["--log-level", "loud", "status"],
    ])
    func `wrong usage ends with 2, a sentence, and nothing on standard output`(arguments: [String]) throws {
        let site = try Site()
        let finished = try TidegateProcess(arguments, in: site.folder.path).finish()
        #expect(finished.status == 2)
        #expect(finished.output == "")
        #expect(finished.complaints.contains("Error: "))
        #expect(!FileManager.default.fileExists(atPath: site.folder.path("data")))
    }

    @Test(arguments: [
        ["next", "nigthly"], ["preview", "nigthly"], ["run", "--ad-hoc", "nigthly"], ["runs", "--dataflow", "nigthly"],
    ])
    func `a dataflow that is not there ends with 2 and a guess`(arguments: [String]) throws {
        let site = try Site()
        try site.cycle()
        let finished = try TidegateProcess(arguments, in: site.folder.path).finish()
        #expect(finished.status == 2)
        #expect(finished.sentences == ["error: dataflow 'nigthly' is not in the job files; did you mean 'nightly'?"])
    }

    @Test func `a source, a segment and a run that are not there end with 2`() throws {
        let site = try Site()
        try site.cycle()
        let source = try site.tidegate("ingest", "erp")
        #expect(
            (source.status, source.sentences) == (2, ["error: source 'erp' is not in the job files; there is: crm"])
        )
        let segment = try site.tidegate("segments", "byers")
        #expect(segment.status == 2)
        let run = try site.tidegate("show", "00000000")
        #expect((run.status, run.sentences) == (2, ["error: run '00000000' is not known"]))
    }

    @Test func `folders come from options, else from the environment, else are jobs and data`() throws {
        let site = try Site()
        let manager = FileManager.default
        try manager.moveItem(atPath: site.folder.path("jobs"), toPath: site.folder.path("elsewhere"))
        let environment = ["TIDEGATE_JOBS": "elsewhere", "TIDEGATE_DATA": "state"]
        #expect(try site.tidegate("run", "--once", environment: environment).status == 0)
        #expect(manager.fileExists(atPath: site.folder.path("state/tidegate.sqlite")))
        let overridden = try site.tidegate(
            "run",
            "--once",
            "--jobs",
            "elsewhere",
            "--data",
            "other",
            environment: ["TIDEGATE_JOBS": "nowhere"]
        )
        #expect(overridden.status == 0)
        #expect(manager.fileExists(atPath: site.folder.path("other/tidegate.sqlite")))
        #expect(!manager.fileExists(atPath: site.folder.path("data")))
    }

    @Test func `log lines are text or JSON, one event each, and go to standard error`() throws {
        let site = try Site()
        let finished = try site.tidegate("run", "--once", "--json", "--log-format", "json")
        let lines = finished.complaints.split(separator: "\n")
        let events = try lines.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: String] ?? [:] }
        #expect(events.contains { $0["event"] == "run completed" })
        #expect(events.allSatisfy { $0["level"] != nil && $0["time"] != nil })
        #expect(try finished.objects().count == 1)
    }

    @Test func `at log level critical a good cycle says nothing beside its report`() throws {
        let finished = try Site().tidegate("run", "--once", "--log-level", "critical")
        #expect(finished.complaints == "")
        #expect(finished.output.contains("Completed"))
    }
}
