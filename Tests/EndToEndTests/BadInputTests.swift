import Foundation
import Testing

/// Bad input gets one sentence on standard error and loses nothing.
@Suite struct BadInputTests {
    /// Runs a cycle that must fail with 65, and checks that the snapshot before it stays the latest.
    private func failingCycle(_ site: Site) throws -> Finished {
        let before = try site.tidegate("segments", "--json").output
        let outbox = site.outbox
        let finished = try site.tidegate("run", "--once")
        #expect(finished.status == 65)
        #expect(finished.sentences.count == 1)
        #expect(try site.tidegate("segments", "--json").output == before)
        #expect(site.outbox == outbox)
        return finished
    }

    @Test func `a source that is missing`() throws {
        let site = try Site()
        try site.cycle()
        try FileManager.default.removeItem(atPath: site.folder.path("customers.csv"))
        let path = site.folder.path("customers.csv")
        #expect(
            try failingCycle(site).sentences == [
                "error: cycle did not publish a snapshot: source 'crm' cannot read '\(path)': No such file or directory"
            ]
        )
        #expect(try site.tidegate("run", "--ad-hoc", "nightly").status == 0, "the last snapshot can still be exported")
    }

    @Test func `a source without the key, or empty`() throws {
        let site = try Site()
        try site.cycle()
        try site.folder.write("mail,orders\na,1\n", to: "customers.csv")
        #expect(try failingCycle(site).complaints.contains("finds no column 'id' for the key 'id' in the header"))
        try site.folder.write("", to: "customers.csv")
        #expect(try failingCycle(site).complaints.contains("empty"))
    }

    @Test func `a source that is half-written is tried again later, and changes nothing`() throws {
        let site = try Site()
        try site.cycle()
        let before = try site.tidegate("segments", "--json").output
        try site.folder.write("id,email,orders\nc1,x@example.com,5\nc2,\"half", to: "customers.csv")
        let finished = try site.tidegate("ingest")
        #expect(finished.status == 75)
        #expect(finished.sentences.count == 1)
        #expect(
            finished.complaints.contains("ends inside a quoted field of the row on line 3; is it still being written?")
        )
        #expect(try site.tidegate("segment").status == 0)
        #expect(try site.tidegate("preview", "nightly").output.hasPrefix("buyers: 3 selected"))
        #expect(before != "")
    }

    @Test func `too many rejected rows are counted and kept aside, and nobody's data is in the text`() throws {
        let site = try Site()
        try site.cycle()
        try site.folder.write("id,email,orders\nc1,,5\nsecret-key,secret@example.com,many\n", to: "customers.csv")
        let finished = try failingCycle(site)
        #expect(finished.complaints.contains("has 1 of 2 rows rejected"))
        #expect(finished.complaints.contains("customers.csv line 3: invalid-integer in 'orders'"))
        #expect(!finished.complaints.contains("secret"))
        let rejects = try FileManager.default.contentsOfDirectory(atPath: site.folder.path("data/rejects"))
        #expect(rejects.count == 1)
        #expect(
            try String(decoding: site.folder.read("data/rejects/" + rejects[0]), as: UTF8.self).contains("secret-key")
        )
    }

    @Test func `a segment that divides by zero leaves the profile out`() throws {
        let site = try Site()
        let base = Site.base(guardrails: "{}").replacing("where: orders > 1", with: "where: 10 / orders > 1")
        try site.write(base, to: "base.yaml")
        let run = try #require(try site.cycle().first)
        #expect(run.object("counts").number("exported") == 3)
        #expect(try site.delivered(run.objects("files")[0].text("name") ?? "").contains("c3") == false)
    }

    @Test func `an outbox that is a file fails the run with a reason, and a manifest never appears`() throws {
        let site = try Site()
        try site.folder.write("precious", to: "outbox")
        let finished = try site.tidegate("run", "--once")
        let reason = "folder '\(site.folder.path("outbox"))' cannot be opened, not a directory"
        #expect(finished.status == 1)
        #expect(finished.sentences == ["error: 1 of 1 run did not deliver"])
        #expect(finished.output.contains(reason))
        #expect(finished.output.contains("runs went Queued → Processing → Failed\n"))
        #expect(try String(decoding: site.folder.read("outbox"), as: UTF8.self) == "precious")
        #expect(try site.tidegate("runs", "--json").objects().first?.text("reason") == reason)
    }

    @Test func `an outbox that is not writable fails the run with a reason`() throws {
        let site = try Site()
        _ = try site.folder.makeFolder("outbox")
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: site.folder.path("outbox"))
        let finished = try site.tidegate("run", "--once", wrapper: Privileges.without)
        #expect(finished.status == 1)
        #expect(finished.output.contains("permission denied"))
        #expect(site.outbox == [])
        #expect(try site.tidegate("run", "--ad-hoc", "nightly", wrapper: Privileges.without).status == 69)
        #expect(try site.tidegate("doctor", wrapper: Privileges.without).status == 69)
    }

    @Test func `hostile values stay values, in files and on the terminal`() throws {
        let rows = """
            "a,b","quote "" and
            line",5
            "'; DROP TABLE profile; --",=cmd|' /C calc'!A0,6
            ../../etc/passwd,\u{1B}[31mred,7
            \u{202E}abc,\u{FEFF}ö,8

            """
        let site = try Site(customers: rows)
        let run = try #require(try site.cycle().first)
        #expect(run.object("counts").number("exported") == 4)
        let text = try site.delivered(run.objects("files")[0].text("name") ?? "")
        #expect(text.contains("\"a,b\",\"quote \"\" and\nline\"\n"))
        #expect(text.contains("'; DROP TABLE profile; --,=cmd|' /C calc'!A0\n"))
        let preview = try site.tidegate("preview", "nightly")
        #expect(!preview.output.unicodeScalars.contains("\u{1B}"), "no escape sequence reaches the terminal")
        #expect(try site.cycle().count == 1)
    }

    @Test func `hostile file names are read as they are`() throws {
        let site = try Site()
        let base = Site.base(guardrails: "{}").replacing(
            "from: ../customers.csv",
            with: "from: ../drop off; rm -rf '$HOME'"
        )
        try site.write(base, to: "base.yaml")
        let folder = "drop off; rm -rf '$HOME'"
        _ = try site.folder.makeFolder(folder)
        try site.folder.write("id,email,orders\nc1,,5\n", to: folder + "/new\nline \u{1B}[31m.csv")
        try site.folder.write("id,email,orders\nc2,,5\n", to: folder + "/--data=x.csv")
        let finished = try site.tidegate("run", "--once", "--json")
        #expect(finished.status == 0)
        #expect(try finished.objects().first?.object("counts").number("exported") == 2)
        #expect(!finished.complaints.unicodeScalars.contains("\u{1B}"))
    }
}
