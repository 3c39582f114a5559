import Foundation
import Testing

@Suite struct OperateTests {
    @Test func `a backup is a whole state to work with, and never overwrites`() throws {
        let site = try Site()
        try site.cycle()
        let first = try site.tidegate("backup", "copy.sqlite")
        #expect(first.status == 0)
        #expect(first.output == "state is in 'copy.sqlite', profiles are in 'copy.sqlite.profiles'\n")
        for name in ["copy.sqlite", "copy.sqlite.profiles"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: site.folder.path(name))
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
            let second = try site.tidegate("backup", "copy.sqlite")
            #expect(second.status == 2)
            #expect(second.sentences == ["error: file '\(name)' exists already; a backup never overwrites"])
            try FileManager.default.moveItem(atPath: site.folder.path(name), toPath: site.folder.path("moved.\(name)"))
        }
        _ = try site.folder.makeFolder("restored")
        try site.folder.write(try site.folder.read("moved.copy.sqlite"), to: "restored/tidegate.sqlite")
        try site.folder.write(try site.folder.read("moved.copy.sqlite.profiles"), to: "restored/profiles.sqlite")
        for look in ["runs", "segments"] {
            let told = try site.tidegate(look, "--json").output
            #expect(try site.tidegate(look, "--json", "--data", "restored").output == told)
        }
        let cycle = try site.tidegate("run", "--once", "--data", "restored")
        #expect(cycle.status == 0 && !cycle.complaints.contains("baseline lost"))
    }

    @Test func `a backup of the state alone does without a profile store that can be read`() throws {
        let site = try Site()
        try site.cycle()
        site.removeLogs(of: "profiles.sqlite")
        try site.folder.write("this is not a database\n", to: "data/profiles.sqlite")
        #expect(try site.tidegate("backup", "copy.sqlite").status == 65)
        #expect(!FileManager.default.fileExists(atPath: site.folder.path("copy.sqlite")))
        let finished = try site.tidegate("backup", "--state-only", "copy.sqlite")
        #expect(finished.status == 0)
        #expect(finished.output == "state is in 'copy.sqlite', without profiles\n")
        #expect(!FileManager.default.fileExists(atPath: site.folder.path("copy.sqlite.profiles")))
    }

    @Test func `a backup that cannot be written is told without SQL`() throws {
        let site = try Site()
        try site.cycle()
        let finished = try site.tidegate("backup", "nowhere/copy.sqlite")
        #expect(finished.status == 1)
        #expect(finished.sentences.count == 1)
        #expect(finished.complaints.hasPrefix("error: backup 'nowhere/copy.sqlite' cannot be written: "))
        #expect(!finished.complaints.contains("VACUUM"))
    }

    @Test func `the doctor checks job files, zones, state and destinations`() throws {
        let site = try Site()
        #expect(try site.tidegate("doctor").status == 0)
        try site.cycle()
        let findings = try site.tidegate("doctor", "--json").objects()
        let subjects = ["job files", "time zone data", "state", "source crm", "destination drop"]
        #expect(findings.allSatisfy { Set($0.keys) == ["subject", "ok", "detail"] && $0["ok"] as? Bool == true })
        #expect(findings.compactMap { $0.text("subject") } == subjects)
    }

    @Test func `the doctor finds a destination that is not reachable and ends with 69`() throws {
        let site = try Site()
        try site.folder.write("in the way", to: "outbox")
        let finished = try site.tidegate("doctor")
        #expect(finished.status == 69)
        let folder = site.folder.path("outbox")
        #expect(
            finished.output.contains("FAIL destination drop: folder '\(folder)' cannot be opened, not a directory\n")
        )
    }

    @Test func `a retry is a new run that names its parent, with the same snapshot and instant`() throws {
        let site = try Site()
        try site.folder.write("in the way", to: "outbox")
        #expect(try site.tidegate("run", "--once").status == 1)
        let failed = try #require(try site.tidegate("runs", "--json").objects().first)
        let parent = try #require(failed.text("id"))
        #expect(failed.text("state") == "failed")
        try FileManager.default.removeItem(atPath: site.folder.path("outbox"))
        let finished = try site.tidegate("retry", parent, "--json")
        let run = try #require(try finished.objects().first)
        #expect(finished.status == 0)
        #expect(run.text("trigger") == "retry" && run.text("state") == "completed" && run.text("parent") == parent)
        #expect(run.text("snapshot") == failed.text("snapshot"))
        #expect(run.text("scheduledFor") == failed.text("scheduledFor"))
        let after = try site.tidegate("show", parent, "--json").object()
        #expect(after.text("state") == "failed", "terminal states are final")
        #expect(try site.tidegate("show", run.text("id") ?? "").output.contains("parent      \(parent)\n"))
    }

    @Test func `what went well is not tried again`() throws {
        let site = try Site()
        let id = try #require(try site.cycle().first?.text("id"))
        let finished = try site.tidegate("retry", id)
        #expect(finished.status == 75)
        let refusal = "run \(id) is Completed; only a failed, cancelled, partial or missed run is tried again"
        #expect(finished.sentences == ["refused: " + refusal])
    }

    @Test func `what is done or refused on the command line is in the audit`() throws {
        let site = try Site()
        let id = try #require(try site.cycle().first?.text("id"))
        #expect(try site.tidegate("retry", id).status == 75)
        #expect(try site.tidegate("cancel", id).status == 75)
        #expect(try site.tidegate("run", "--ad-hoc", "nightly").status == 0)
        let entries = try StateCheck(site).texts(
            "SELECT actor || ' ' || action || ' ' || subject || ': ' || COALESCE(refusal, 'done') FROM audit ORDER BY sequence"
        )
        #expect(
            entries == [
                "cli retry \(id): run \(id) is Completed; only a failed, cancelled, partial or missed run is tried again",
                "cli cancel \(id): run \(id) is Completed already, and that is final", "cli run-now nightly: done",
            ]
        )
    }
}
