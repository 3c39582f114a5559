import Foundation
import Testing

/// State that is damaged, out of reach or out of room.
@Suite struct DamageTests {
    private static let commands = [
        ["run", "--once"], ["run"], ["status"], ["doctor"], ["run", "--ad-hoc", "nightly"], ["backup", "copy.sqlite"],
    ]

    @Test(arguments: commands)
    func `a store that is no database is told in a sentence, ends with 65, and is left as it is`(arguments: [String])
        throws
    {
        let site = try Site()
        try site.cycle()
        let text = "this is not a database, whatever its name says\n"
        site.removeLogs(of: "tidegate.sqlite")
        try site.folder.write(text, to: "data/tidegate.sqlite")
        let finished = try TidegateProcess(arguments, in: site.folder.path).finish()
        #expect(finished.status == 65)
        let path = site.folder.path("data/tidegate.sqlite")
        #expect(finished.sentences == ["error: store '\(path)' cannot be used: file is not a database"])
        #expect(try String(decoding: site.folder.read("data/tidegate.sqlite"), as: UTF8.self) == text)
    }

    @Test(arguments: [["run", "--once"], ["segments"], ["doctor"], ["ingest"]])
    func `a profile store that is no database is told in a sentence and ends with 65`(arguments: [String]) throws {
        let site = try Site()
        try site.cycle()
        site.removeLogs(of: "profiles.sqlite")
        try site.folder.write("this is not a database, whatever its name says\n", to: "data/profiles.sqlite")
        let finished = try TidegateProcess(arguments, in: site.folder.path).finish()
        #expect(finished.status == 65)
        #expect(finished.sentences == ["error: profile store refuses: file is not a database"])
    }

    @Test(arguments: ["tidegate.sqlite", "profiles.sqlite"])
    func `a database with overwritten pages is found by the doctor, and nothing crashes on it`(name: String) throws {
        let site = try Site()
        try site.cycle()
        // Whoever looks last writes the log back into the file.
        #expect(try site.tidegate("segments").status == 0 && site.tidegate("runs").status == 0)
        let bytes = try site.folder.read("data/" + name)
        let damaged = bytes.prefix(4096) + [UInt8](repeating: 0xA5, count: bytes.count - 4096)
        try site.folder.write(damaged, to: "data/" + name)
        site.removeLogs(of: name)
        for command in [["doctor"], ["run", "--once"], ["status"], ["segments"]] {
            let finished = try TidegateProcess(command, in: site.folder.path).finish()
            #expect(finished.signal == 0)
            #expect([0, 1, 65].contains(finished.status))
            #expect(finished.status == 0 || finished.sentences.count <= 1, "\(finished.complaints)")
            #expect(!finished.complaints.contains("SELECT") && !finished.complaints.contains("Error Domain"))
            if command == ["doctor"] { #expect(finished.status != 0) }
        }
    }

    @Test func `a profile store that is gone is rebuilt from the sources`() throws {
        let site = try Site()
        try site.cycle()
        site.removeLogs(of: "profiles.sqlite")
        try FileManager.default.removeItem(atPath: site.folder.path("data/profiles.sqlite"))
        #expect(try site.cycle().first?.object("counts").number("exported") == 3)
    }

    @Test func `a data folder that is a file, or cannot be made, is told in a sentence`() throws {
        let site = try Site()
        try site.folder.write("in the way", to: "data")
        let file = try site.tidegate("run", "--once")
        let data = site.folder.path("data")
        #expect((file.status, file.sentences) == (1, ["error: '\(data)' cannot be made or written to: File exists"]))
        _ = try site.folder.makeFolder("locked")
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: site.folder.path("locked"))
        let locked = try site.tidegate("run", "--once", "--data", "locked/data", wrapper: Privileges.without)
        #expect(locked.status == 1)
        let inner = site.folder.path("locked/data")
        #expect(locked.sentences == ["error: '\(inner)' cannot be made or written to: Permission denied"])
    }

    @Test func `a data folder that became read-only is told in a sentence without SQL`() throws {
        let site = try Site()
        try site.cycle()
        for name in try FileManager.default.contentsOfDirectory(atPath: site.folder.path("data")) + ["."] {
            let path = site.folder.path("data/" + name)
            let isFolder = ["staging", "rejects", "."].contains(name)
            try FileManager.default.setAttributes([.posixPermissions: isFolder ? 0o555 : 0o444], ofItemAtPath: path)
        }
        let finished = try site.tidegate("run", "--once", wrapper: Privileges.without)
        #expect(finished.status == 1)
        #expect(finished.sentences.count == 1)
        #expect(!finished.complaints.contains("INSERT"))
        #expect(finished.complaints.hasPrefix("error: "))
    }

    @Test(.enabled(if: Privileges.canMount))
    func `a full outbox lets the run wait for room, and nothing half appears`() throws {
        let site = try Site(customers: (0..<4000).map { "c\($0),\($0)@example.com,5\n" }.joined())
        let outbox = try site.folder.makeFolder("outbox")
        try #require(mount("tmpfs", outbox, "tmpfs", 0, "size=64k") == 0)
        defer { umount2(outbox, Int32(MNT_DETACH)) }
        try site.started("run") { scheduler in
            let line = try scheduler.waitForLine("run retrying")
            #expect(line.contains("the disk is full"))
            #expect(site.outbox == [])
            scheduler.signal(SIGTERM)
            #expect(try scheduler.finish().status == 0)
        }
        let run = try #require(try site.tidegate("runs", "--json").objects().first)
        #expect(run.text("state") == "retrying")
        #expect(run.text("reason")?.contains("the disk is full") == true)
        try #require(mount("tmpfs", outbox, "tmpfs", UInt(MS_REMOUNT), "size=1m") == 0)
        #expect(try site.tidegate("cancel", run.text("id") ?? "").status == 0)
        let retried = try site.tidegate("retry", run.text("id") ?? "", "--json")
        #expect(retried.status == 0)
        #expect(try retried.objects().first?.object("counts").number("exported") == 4000)
        #expect(site.outbox.count == 2)
    }

    @Test(.enabled(if: Privileges.canMount), arguments: [16, 64, 112, 160, 208, 256, 304, 352])
    func `a full data folder is told in a sentence, and with room again work goes on`(kilobytes: Int) throws {
        let site = try Site()
        let data = try site.folder.makeFolder("data")
        try #require(mount("tmpfs", data, "tmpfs", 0, "size=\(kilobytes)k") == 0)
        defer { umount2(data, Int32(MNT_DETACH)) }
        try site.started("run") { scheduler in
            // Where the store itself has no room the process ends, else it waits for room.
            _ = try? scheduler.waitForLine("full", "run completed")
            scheduler.signal(SIGTERM)
            let finished = try scheduler.finish()
            #expect(finished.sentences.count <= 1)
            #expect(!finished.complaints.contains("INSERT") && !finished.complaints.contains("Fatal"))
        }
        try #require(mount("tmpfs", data, "tmpfs", UInt(MS_REMOUNT), "size=8m") == 0)
        let finished = try site.tidegate("run", "--once")
        #expect(finished.status == 0, "\(finished.complaints)")
        #expect(site.outbox.filter { $0.hasSuffix(".csv") }.count >= 1)
    }
}
