import Digests
import Foundation
import Testing
import TidegateModel
import TidegateTesting

/// Files of ids as a partner gets them, checked against their control file by nothing but what was delivered.
@Suite struct OutboundFilesTests {
    private static let dataSources = """
        kind: DataSource
        name: crm
        dpid: 478
        type: cross-device
        attribute: id
        ---
        kind: Segment
        name: heavy
        sid: 24
        where: orders > 6
        ---
        kind: Segment
        name: buying
        sid: 5
        where: orders > 1
        """

    private static func dataflow(_ name: String, to destination: String, file: String = "") -> String {
        """
        kind: Dataflow
        name: \(name)
        destination: \(destination)
        segments: [heavy, buying]
        schedule: { frequency: daily, trigger: after-segmentation }
        file:
          layout: audience-manager
          dataSource: crm
          orderId: 1234
          pidAlias: partner
        \(file)
        """
    }

    private func site() throws -> GateSite {
        let gates = try GateSite()
        try gates.site.write(Self.dataSources, to: "ids.yaml")
        return gates
    }

    /// Reads files by the names that the control file gives, and holds them against what it says.
    ///
    /// - Returns: the lines of all parts.
    private func checked(_ name: String, _ read: (String) throws -> [UInt8]) throws -> [String] {
        let control = try JSONSerialization.jsonObject(with: Data(try read(name + ".info"))) as? [String: Any] ?? [:]
        var (lines, bytesInAll) = ([String](), 0)
        for (number, file) in control.objects("Files").enumerated() {
            let bytes = try read(try #require(file.text("FileName")))
            let text = file.text("FileName")?.hasSuffix(".gz") == true ? try unpacked(bytes) : bytes
            #expect(file.number("FileSequenceNumber") == number + 1)
            #expect(file.number("FileByteSize") == bytes.count)
            #expect(file.text("md5") == md5(of: bytes))
            #expect(file.number("FileLineCount") == text.count { $0 == UInt8(ascii: "\n") })
            // Each line has its end, so that there is nothing behind the last one.
            let split = String(decoding: text, as: UTF8.self).components(separatedBy: "\n")
            #expect(split.last == "")
            lines += split.dropLast()
            bytesInAll += bytes.count
        }
        let totals = control.object("Totals")
        #expect(totals.number("TotalByteSize") == bytesInAll)
        #expect(totals.number("TotalNumberFiles") == control.objects("Files").count)
        #expect(totals.number("TotalNumberLines") == lines.count)
        return lines
    }

    private func unpacked(_ bytes: [UInt8]) throws -> [UInt8] {
        let folder = try TemporaryFolder()
        try Data(bytes).write(to: URL(filePath: folder.path("file.gz")))
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/bin/gzip")
        process.arguments = ["-dc", folder.path("file.gz")]
        process.standardOutput = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Unexpected(text: "gzip refuses") }
        return Array(text)
    }

    private static let everyone = ["c1 5 ", "c2 5,24 ", "c4 5,24 ", "c5 5 "]

    /// The name of the control file among what was published, without its ending.
    private func control(_ names: [String]) throws -> String {
        String(try #require(names.first { $0.hasSuffix(".info") }).dropLast(5))
    }

    @Test func `a bucket, a server and a folder get the same rows, and their control files tell the truth`() throws {
        let gates = try site()
        let (bucket, root) = (try Bucket(), try LocalServer.shared("sshd")["root"])
        let own = "ids-\(UUID().uuidString.lowercased())"
        try gates.declareBucket(bucket, path: "out")
        try gates.declarePartner(path: own)
        try gates.site.write(
            Self.dataflow("to-store", to: "store", file: "  compression: gzip\n  maxRows: 2"), to: "to-store.yaml")
        try gates.site.write(
            Self.dataflow("to-partner", to: "partner", file: "  header: \"<MASTER_DPID><TAB><SYNC_MODE>\""),
            to: "to-partner.yaml")
        try gates.site.write(Self.dataflow("to-drop", to: "drop"), to: "to-drop.yaml")
        let finished = try gates.tidegate("run", "--once", "--json")
        #expect(finished.status == 0, "\(finished.complaints)")
        let runs = try finished.objects()
        #expect(runs.map { $0["segments"] as? [String] } == .init(repeating: ["heavy", "buying"], count: 3))
        #expect(runs.allSatisfy { $0.object("counts").number("exported") == 4 })

        let keys = try bucket.keys().map { String($0.dropFirst("out/".count)) }
        let stored = try control(keys)
        #expect(stored.hasPrefix("S3_1234_478_partner_full_"))
        #expect(try checked(stored) { try bucket.object("out/" + $0) } == Self.everyone)
        let order = try bucket.requests("PutObject").compactMap { $0["key"] }
        #expect(
            order.map { $0.contains("manifest") ? "manifest" : $0.hasSuffix(".info") ? "info" : "data" }
                == ["data", "data", "info", "manifest"])

        let partner = try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(own)")
        let sent = try control(partner)
        #expect(sent.hasPrefix("ftp_1234_478_partner_full_"))
        let lines = try checked(sent) { Array(try Data(contentsOf: URL(filePath: "\(root)/\(own)/\($0)"))) }
        #expect(lines == ["478\tfull"] + Self.everyone)

        let dropped = try control(gates.site.outbox)
        #expect(try checked(dropped) { try gates.site.folder.read("outbox/" + $0) } == Self.everyone)
        #expect(try gates.leaks(finished, gates.tidegate("doctor")) == [])
    }

    @Test func `a retry of the next full file tells who left, under the name that the failed run would have given it`()
        throws
    {
        let gates = try site()
        try gates.site.write(Self.dataflow("to-drop", to: "drop"), to: "to-drop.yaml")
        _ = try gates.cycle()
        try FileManager.default.removeItem(atPath: gates.site.folder.path("outbox"))
        try gates.site.folder.write("in the way", to: "outbox")
        try gates.write(customers: "c1,,9\nc2,,2\nc5,,0\n")
        let failed = try #require(try gates.cycle(status: 1)["to-drop"])
        #expect(failed.text("state") == "failed")
        try FileManager.default.removeItem(atPath: gates.site.folder.path("outbox"))
        let run = try #require(try gates.tidegate("retry", failed.text("id") ?? "", "--json").objects().first)
        #expect(run.text("trigger") == "retry" && run.text("state") == "completed")
        let name = try control(gates.site.outbox)
        let instant = try #require(failed.text("scheduledFor").flatMap { Instant(iso: $0) })
        #expect(name.hasPrefix("ftp_1234_478_partner_full_\(instant.wholeSeconds)"))
        #expect(
            try checked(name) { try gates.site.folder.read("outbox/" + $0) }
                == ["c1 5,24 ", "c2 5 24", "c4  5,24", "c5  5"])
        #expect(run.objects("files").compactMap { $0.text("name") } == [name + ".sync"])
        #expect(run.objects("files").first?.number("rows") == 4)
    }

    @Test func `preview, runs, show and status tell of rows of ids`() throws {
        let gates = try site()
        try gates.site.write(Self.dataflow("to-drop", to: "drop"), to: "to-drop.yaml")
        let run = try #require(try gates.cycle()["to-drop"])
        let preview = try #require(try gates.tidegate("preview", "to-drop", "--limit", "1", "--json").objects().first)
        #expect(preview["segments"] as? [String] == ["heavy", "buying"])
        #expect(preview["header"] as? [String] == ["row"])
        #expect(preview["rows"] as? [[String]] == [["c1 5 "]])
        #expect(preview.object("counts").number("exported") == 4)
        let text = try gates.tidegate("preview", "to-drop").output
        #expect(text.contains("heavy, buying: 4 selected, 4 would be exported"))
        let shown = try gates.show(run)
        #expect(shown.object("counts").number("selected") == 4)
        for command in ["runs", "status"] {
            #expect(try gates.tidegate(command).output.contains("to-drop"), "\(command)")
        }
        let asked = try gates.tidegate("run", "--ad-hoc", "to-drop", "--segment", "heavy", "--json")
        #expect(asked.status == 0, "\(asked.complaints)")
        #expect(try asked.objects().map { $0["segments"] as? [String] } == [["heavy", "buying"]])
    }
}
