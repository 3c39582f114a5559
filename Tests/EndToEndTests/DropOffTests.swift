import Foundation
import Testing
import TidegateTesting

@Suite struct DropOffTests {
    static let name = "ftp_dpm_478_1366545717.sync"

    @Test func `signals and traits of a file decide who is exported, in the cycle that takes it`() throws {
        let site = try DropOffSite()
        try site.drop(
            "c1\tproduct=camera,\"price\" = \"120\"\r\nc2\td_sid=25\r\nc3\tproduct=camera,,price=5\r\n", as: Self.name)
        let runs = try site.site.cycle()
        #expect(runs.allSatisfy { $0.text("state") == "completed" })
        let files = runs.flatMap { $0.objects("files") }.compactMap { $0.text("name") }
        let cameras = try #require(files.first { $0.contains("cameras") })
        let onboarded = try #require(files.first { $0.contains("onboarded") })
        #expect(try site.site.delivered(cameras) == "id,contact_email\nc1,anna@example.com\n")
        #expect(try site.site.delivered(onboarded) == "id,contact_email\nc2,\n")
    }

    @Test func `a receipt lies beside the file, and its counters add up`() throws {
        let site = try DropOffSite()
        try site.drop("c1\td_sid=25\nC1\td_sid=26\nnobody\tcolour=red\nbroken\n", as: "date=2026-11-21/\(Self.name)")
        try site.ingest()
        let receipt = try site.receipt("date=2026-11-21/\(Self.name)")
        #expect(receipt.text("outcome") == "taken" && receipt.text("environment") == "production")
        let counts = receipt.object("data")
        #expect(counts.number("recordsReceived") == 4 && counts.number("recordsProcessed") == 4)
        #expect(counts.number("formatErrors") == 1)
        #expect(counts.number("noTraitRealized") == 2)
        #expect(counts.number("traitsFailedValidation") == 1 && counts.number("usersWithFailedTraits") == 1)
        #expect(counts.number("storedRecords") == 1)
        #expect(counts.object("rejected").number("no-tab") == 1)
    }

    @Test func `the report tells every receipt, newest first, also of cycles before`() throws {
        let site = try DropOffSite()
        try site.drop("c1\td_sid=25\n", as: Self.name)
        try site.site.cycle()
        try site.drop("c2\td_sid=25\n", as: "ftp_dpm_478_1366545718.sync")
        let finished = try site.site.tidegate("ingest", "--report", "--json")
        #expect(try finished.objects().map { $0.text("file") } == ["ftp_dpm_478_1366545718.sync", Self.name])
        let text = try site.site.tidegate("ingest", "onboarding", "--report").output
        for line in ["records received: 1", "stored records: 1", "realized traits: 1"] {
            #expect(text.contains(line), "\(line)")
        }
    }

    @Test func `the report tells first what is refused and what waits, each time it is so`() throws {
        let site = try DropOffSite()
        try site.drop("c1\td_sid=25\n", as: Self.name)
        try site.drop("c1\td_sid=25\n", as: "ftp_dpm_700_1366545717.sync")
        try site.drop("c1\td_s", as: "ftp_dpm_478_1366545719.sync.part")
        for _ in 1...2 {
            let told = try site.site.tidegate("ingest", "--report", "--json").objects()
            #expect(told.compactMap { $0.text("outcome") } == ["waiting", "refused", "taken"])
        }
        #expect(try site.site.tidegate("ingest", "--report").output.contains("data source 700 is not declared"))
    }

    @Test func `what a killed process was taking in is gone from the staging folder with the next ingest`() throws {
        let site = try DropOffSite()
        try site.drop("c1\td_sid=25\n", as: Self.name)
        _ = try site.folder.makeFolder("data/staging/drop-off-1A2B3C4D")
        try site.folder.write("c1\td_sid=25\n", to: "data/staging/drop-off-1A2B3C4D/plain")
        try site.ingest()
        #expect(try FileManager.default.contentsOfDirectory(atPath: site.folder.path("data/staging")) == [])
    }

    @Test func `what files brought that are gone is in the backup, and only there`() throws {
        let site = try DropOffSite(source: "afterwards: remove")
        try site.drop("c1\td_sid=25\n", as: Self.name)
        try site.ingest()
        #expect(try site.members("onboarded") == ["c1"])
        #expect(try site.site.tidegate("backup", "copy.sqlite").status == 0)
        try FileManager.default.removeItem(atPath: site.folder.path("data"))
        #expect(try site.members("onboarded") == [])
        try FileManager.default.removeItem(atPath: site.folder.path("data"))
        _ = try site.folder.makeFolder("data")
        try site.folder.write(try site.folder.read("copy.sqlite"), to: "data/tidegate.sqlite")
        try site.folder.write(try site.folder.read("copy.sqlite.profiles"), to: "data/profiles.sqlite")
        #expect(try site.members("onboarded") == ["c1"])
    }

    @Test func `beta that references lead into production's drop-off takes nothing`() throws {
        let site = try DropOffSite()
        try site.declare("rehearsal", from: "${env:REHEARSAL}", "environment: beta")
        try site.drop("c1\td_sid=25\n", as: "date=2026-11-21/\(Self.name)")
        let environment = ["REHEARSAL": site.folder.path("drop/date=2026-11-21")]
        let sick = try site.site.tidegate("doctor", environment: environment)
        #expect(sick.output.contains("FAIL source rehearsal: place of source 'rehearsal' is in 'date=2026-11-21' of"))
        let finished = try site.site.tidegate("ingest", environment: environment)
        #expect(finished.status == 65)
        #expect(finished.sentences.contains { $0.hasPrefix("error: place of source 'onboarding' has the place of") })
        #expect(site.dropped() == ["date=2026-11-21/\(Self.name)"])
    }

    @Test func `beside a running scheduler the report is told and nothing is read`() throws {
        let site = try DropOffSite()
        try site.drop("c1\td_sid=25\n", as: Self.name)
        try site.site.started("run") { process in
            try process.waitForLine("run completed")
            try site.drop("c2\td_sid=25\n", as: "ftp_dpm_478_1366545718.sync")
            let finished = try site.site.tidegate("ingest", "--report", "--json")
            #expect(finished.status == 0)
            #expect(try finished.objects().map { $0.text("file") } == [Self.name])
            #expect(finished.complaints.contains("nothing is read now"))
        }
    }

    @Test func `the same file is taken once, whatever its time, and another of its name once more`() throws {
        let site = try DropOffSite()
        try site.drop("c1\td_sid=25\n", as: Self.name)
        #expect(try site.ingest().count == 1)
        #expect(try site.ingest().isEmpty)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)],
            ofItemAtPath: site.folder.path("drop/" + Self.name))
        #expect(try site.ingest().isEmpty)
        try site.drop("c2\td_sid=25\n", as: Self.name)
        #expect(try site.ingest().count == 1)
        #expect(try site.members("onboarded") == ["c1", "c2"])
    }

    @Test(arguments: [
        ("ftp_dpm_478_136654571.sync", "timestamp"), ("ftp_dpm_478_1366545717.snc", "sync mode"),
        ("ftp_dpm_20914_1366545717.sync", "is a global one"), ("customers.csv", "ftp_dpm_"),
        ("ftp_dpm_478_1366545717.sync.zip", "zip"),
    ])
    func `a badly named file goes to rejected with the reason`(_ name: String, _ reason: String) throws {
        let site = try DropOffSite()
        try site.drop("c1\td_sid=25\n", as: name)
        try site.drop("c2\td_sid=25\n", as: Self.name)
        let receipts = try site.ingest()
        #expect(receipts[name]?.text("outcome") == "rejected")
        #expect(receipts[name]?.text("reason")?.contains(reason) == true, "\(receipts[name]?.text("reason") ?? "none")")
        #expect(receipts[Self.name]?.text("outcome") == "taken")
        #expect(
            site.dropped()
                == [
                    Self.name, Self.name + ".receipt.json", "rejected/\(name)", "rejected/\(name).receipt.json",
                ].sorted())
        #expect(try site.receipt("rejected/\(name)").text("outcome") == "rejected")
        #expect(try site.ingest().isEmpty)
    }

    @Test func `an empty file and a damaged one are rejected, and change nothing`() throws {
        let site = try DropOffSite()
        try site.drop("", as: Self.name)
        try site.drop("c1\td_sid=25\n", as: "ftp_dpm_478_1366545718.sync.gz")
        let receipts = try site.ingest()
        #expect(receipts.values.allSatisfy { $0.text("outcome") == "rejected" } && receipts.count == 2)
        #expect(receipts[Self.name]?.text("reason") == "file is empty")
        #expect(try site.members("onboarded") == [])
    }

    @Test func `a file that is still arriving waits for the end of its part name`() throws {
        let site = try DropOffSite()
        try site.drop("c1\td_sid=25\n", as: Self.name)
        try site.drop("c1\td_s", as: Self.name + ".part")
        #expect(try site.ingest()[Self.name]?.text("outcome") == "waiting")
        try FileManager.default.removeItem(atPath: site.folder.path("drop/\(Self.name).part"))
        #expect(try site.ingest()[Self.name]?.text("outcome") == "taken")
    }

    @Test func `data of a source that nobody declares is refused where it is, and taken once somebody does`() throws {
        let site = try DropOffSite()
        try site.drop("c1\td_sid=99\n", as: "ftp_dpm_700_1366545717.sync")
        let refused = try #require(try site.ingest()["ftp_dpm_700_1366545717.sync"])
        #expect(refused.text("outcome") == "refused")
        #expect(refused.text("reason") == "data source 700 is not declared")
        #expect(site.dropped() == ["ftp_dpm_700_1366545717.sync"])
        try site.site.write(
            """
            kind: DataSource
            name: loyalty
            dpid: 700
            type: cross-device
            ---
            kind: Trait
            name: loyal
            sid: 99
            dataSource: loyalty
            """, to: "loyalty.yaml")
        #expect(try site.ingest()["ftp_dpm_700_1366545717.sync"]?.text("outcome") == "taken")
    }

    @Test func `production and beta never mix`() throws {
        let site = try DropOffSite()
        try site.declare("rehearsal", from: "../beta", "environment: beta")
        try site.drop("c1\td_sid=25\n", as: Self.name)
        try site.drop("c1\td_unsid=25\nc2\td_sid=25\n", as: Self.name, in: "beta")
        try site.drop("c2\td_sid=25\n", as: "ftp_dpm_478_1366545717.overwrite", in: "beta")
        #expect(try site.ingest("rehearsal").count == 2)
        #expect(try site.members("onboarded") == [])
        #expect(try site.ingest().count == 1)
        #expect(try site.members("onboarded") == ["c1"])
        #expect(try site.receipt(Self.name, in: "beta").text("environment") == "beta")
    }

    @Test func `ids chain through devices, and their traits reach the customer whatever comes first`() throws {
        let site = try DropOffSite()
        try site.site.write("kind: DataSource\nname: tablets\ndpid: 111\ntype: device", to: "tablets.yaml")
        let visits = "ftp_dpm_567_1366545717.sync"
        try site.drop("b1\td_sid=26\n", as: visits)
        let early = try site.ingest()[visits]?.object("data")
        #expect(early?.number("noMatchingAAMIDs") == 1, "nobody has brought b1 yet")
        try site.drop("t1\tc1\nt2\tc4\n", as: "adobe_id_111_478_1454442149.sync")
        try site.drop("b1\tt1\nb2\tC4\nb3 \tt2 \n", as: "adobe_id_567_111_1454442149.sync")
        let receipts = try site.ingest()
        let chained = try #require(receipts["adobe_id_567_111_1454442149.sync"]).object("ids")
        #expect(chained.number("storedRecords") == 2 && chained.object("rejected").number("trailing-blank") == 1)
        try site.drop("b1\td_sid=26\nb2\td_sid=26\n", as: "ftp_dpm_567_1366545718.sync")
        try site.ingest()
        #expect(try site.members("visitors") == ["c1"])
    }

    @Test func `personal ids are warned about, and never shown`() throws {
        let site = try DropOffSite()
        try site.drop("kim.larsson@example.com\td_sid=25\n+46701234567\td_sid=25\nc1\td_sid=25\n", as: Self.name)
        let finished = try site.site.tidegate("ingest", "onboarding", "--json")
        let receipt = try site.receipt(Self.name)
        #expect(receipt.object("warnings").number("e-mail") == 1 && receipt.object("warnings").number("phone") == 1)
        let said =
            finished.output + finished.complaints
            + String(decoding: try site.folder.read("drop/\(Self.name).receipt.json"), as: UTF8.self)
        #expect(!said.contains("kim.larsson") && !said.contains("46701234567"))
        #expect(finished.complaints.contains("personal-e-mail=1"))
    }

    @Test func `a drop-off that is not there fails the ingest with a sentence`() throws {
        let site = try DropOffSite()
        try FileManager.default.removeItem(atPath: site.folder.path("drop"))
        let finished = try site.site.tidegate("ingest", "onboarding")
        #expect(finished.status != 0)
        #expect(finished.complaints.contains("drop-off of source 'onboarding' cannot be used"))
    }

    @Test func `what was taken goes away where the source says so`() throws {
        let site = try DropOffSite(source: "afterwards: remove")
        try site.drop("c1\td_sid=25\n", as: Self.name)
        try site.ingest()
        #expect(site.dropped() == [Self.name + ".receipt.json"])
        #expect(try site.ingest().isEmpty)
    }

    @Test func `the doctor lists drop-offs, and tells of one that is not there and of a key that is none`() throws {
        let site = try DropOffSite()
        _ = try site.folder.makeFolder("beta")
        try site.declare("rehearsal", from: "../beta", "environment: beta\ndecryptionKey: ${env:DROP_KEY}")
        let sick = try site.site.tidegate("doctor", environment: ["DROP_KEY": "not a key"])
        #expect(sick.output.contains("ok   source onboarding: "))
        #expect(sick.output.contains("FAIL source rehearsal: 'decryptionKey' is no key that GnuPG can read"))
        try FileManager.default.removeItem(atPath: site.folder.path("drop"))
        #expect(try site.site.tidegate("doctor").output.contains("FAIL source onboarding: "))
    }
}
