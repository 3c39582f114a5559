import Foundation
import Testing
import TidegateTesting

/// Kills the program in the middle of uploads, which the next process goes on with.
@Suite struct UploadKillTests {
    /// More than an S3 upload in two parts, and more than the proxy lets through in one connection.
    private static let rows = (0..<2800).map { number in
        "c\(number),\(String(repeating: "x", count: 4096))\(number)@example.com,1\n"
    }

    @Test func `uploads that are killed are gone on with, and the files are whole`() throws {
        let gates = try GateSite(customers: Self.rows.joined())
        let bucket = try Bucket()
        let server = try LocalServer.shared("sshd")
        let stall = ["--stall-after", "8000000", "--times", "0"]
        let proxy = try LocalServer("faultproxy", [server["port"]] + stall)
        let folder = "killed-\(UUID().uuidString.lowercased())"
        try gates.declareBucket(bucket, path: "exports")
        try gates.declarePartner(path: folder, port: proxy["port"])
        try gates.export("to-store", to: "store", segments: "everyone")
        try gates.export("to-partner", to: "partner", segments: "everyone")

        try bucket.hold(afterParts: 2)
        defer { try? bucket.release() }
        let first = try gates.started(["run", "--once"])
        defer { first.signal(SIGKILL) }
        try proxy.block(until: "reached")
        try Self.wait(for: first) { try bucket.held() == 1 }
        #expect(first.visibleArguments.contains("nobody-sees") == false)
        first.signal(SIGKILL)
        let killed = try first.finish()
        #expect(killed.signal == SIGKILL)
        #expect(try bucket.keys() == [] && bucket.uploads() == 1)
        let there = try FileManager.default.contentsOfDirectory(atPath: server["root"] + "/" + folder)
        #expect(there.count == 1 && there.allSatisfy { $0.hasPrefix(".tidegate-") })

        let second = try gates.started(["run"])
        defer { second.signal(SIGKILL) }
        try Self.wait(for: second) { try StateCheck(gates.site).count("run WHERE finished_at IS NOT NULL") == 2 }
        second.signal(SIGTERM)
        let finished = try second.finish()
        let state = try StateCheck(gates.site)
        #expect(try state.texts("SELECT state || COALESCE(reason, '') FROM run") == ["completed", "completed"])
        #expect(try state.count("upload") == 0)

        let whole = Array(
            ("id,contact_email\n"
                + Self.rows.map { $0.dropLast(3) + "\n" }.sorted { Self.key($0) < Self.key($1) }.joined())
                .utf8)
        // One upload of three parts, of which the third was on its way.
        #expect(try bucket.requests("CreateMultipartUpload").count == 1)
        #expect(try bucket.requests("UploadPart").compactMap { $0["part"] } == ["1", "2", "3", "3"])
        #expect(try bucket.uploads() == 0)
        #expect(try bucket.object("exports/customers.csv") == whole)
        // No connection lets the whole file through.
        let path = "\(server["root"])/\(folder)"
        #expect(Array(try Data(contentsOf: URL(filePath: path + "/customers.csv"))) == whole)
        let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        #expect(names.count == 2 && names[1].hasPrefix("manifest-"))
        #expect(try gates.leaks(killed, finished) == [])
    }

    private static let environment = ProcessInfo.processInfo.environment
    private static let kills = environment["TIDEGATE_KILLS"].flatMap(Int.init) ?? 3
    private static let seed = environment["TIDEGATE_KILL_SEED"].flatMap(UInt64.init) ?? 20_261_121

    @Test func `exports that are killed anywhere end with every file whole and nothing hidden`() throws {
        let rows = (100..<300).map { "c\($0),p\($0)@example.com,1\n" }
        let gates = try GateSite(customers: rows.joined())
        let (bucket, root) = (try Bucket(), try LocalServer.shared("sshd")["root"])
        let folder = "killed-\(UUID().uuidString.lowercased())"
        try gates.declareBucket(bucket, path: "exports/%RUN_ID%")
        try gates.declarePartner(path: "\(folder)/%RUN_ID%")
        for place in ["store", "partner"] {
            try gates.export("to-\(place)", to: place, segments: "everyone", file: ", maxRows: 40")
        }
        var moments = SeededGenerator(seed: Self.seed)
        for kill in 1...max(1, Self.kills) {
            let process = try gates.started(["run", "--once"])
            defer { process.signal(SIGKILL) }
            try process.waitForLine("runs queued", "run completed")
            usleep(UInt32.random(in: 0..<250_000, using: &moments))
            process.signal(SIGKILL)
            #expect(try gates.leaks(process.finish()).filter { !$0.contains("staging") } == [])
            // A run that is lost five times is given up for good reason.
            if kill.isMultiple(of: 3) { #expect(try gates.tidegate("run", "--once").status == 0) }
        }
        let finished = try gates.tidegate("run", "--once")
        #expect(finished.status == 0, "\(finished.complaints)")
        let state = try StateCheck(gates.site)
        // While a killed run waits for the next process, the cycle after it makes none.
        let others = try Set(state.texts("SELECT state || ': ' || reason FROM run WHERE state <> 'completed'"))
        #expect(others.subtracting(["skipped: overlap"]) == [])
        #expect(try state.count("attempt WHERE outcome = 'lost'") > 0, "no kill ever hit an export")
        #expect(try state.count("upload") == 0 && bucket.uploads() == 0)
        let delivered = "SELECT id FROM run WHERE state = 'completed' AND dataflow_name ="
        let names = ["customers.csv"] + (2...5).map { "customers_\($0).csv" }
        let all = rows.map { $0.dropLast(3) + "\n" }.joined()
        for run in try state.texts("\(delivered) 'to-store'") {
            let there = try bucket.keys().filter { $0.contains(run) }.map { ($0 as NSString).lastPathComponent }
            #expect(there.filter { !$0.hasPrefix("manifest-") }.sorted() == names && there.count == 6)
            let bytes = try names.map { try bucket.object("exports/\(run)/\($0)") }
            #expect(Self.rows(of: bytes) == all)
        }
        for run in try state.texts("\(delivered) 'to-partner'") {
            let path = "\(root)/\(folder)/\(run)"
            let there = try FileManager.default.contentsOfDirectory(atPath: path)
            #expect(there.filter { !$0.hasPrefix("manifest-") }.sorted() == names && there.count == 6)
            let bytes = try names.map { Array(try Data(contentsOf: URL(filePath: "\(path)/\($0)"))) }
            #expect(Self.rows(of: bytes) == all)
        }
    }

    @Test func `a run that is given up because its processes were lost leaves nothing at the server`() throws {
        let gates = try GateSite(customers: Self.rows.joined())
        let server = try LocalServer.shared("sshd")
        let folder = "lost-\(UUID().uuidString.lowercased())"
        try gates.export("to-partner", to: "partner", segments: "everyone")
        var proxies: [LocalServer] = []
        defer { proxies.forEach { $0.stop() } }
        for life in 1...5 {
            // Silent for one upload; whatever comes after that gets through.
            let proxy = try LocalServer("faultproxy", [server["port"], "--stall-after", "400000"])
            proxies.append(proxy)
            try gates.declarePartner(path: folder, port: proxy["port"])
            let process = try gates.started(life == 1 ? ["run", "--once"] : ["run"])
            defer { process.signal(SIGKILL) }
            try proxy.block(until: "reached")
            process.signal(SIGKILL)
            _ = try process.finish()
        }
        let finished = try gates.tidegate("run", "--ad-hoc", "to-partner")
        #expect(finished.status == 0)
        let state = try StateCheck(gates.site)
        let runs = try state.texts("SELECT state FROM run ORDER BY sequence")
        #expect(runs == ["failed", "completed"])
        #expect(try state.count("upload") == 0, "\(finished.complaints)")
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(server["root"])/\(folder)")
        #expect(names.allSatisfy { !$0.hasPrefix(".") } && names.count == 2)
    }

    /// The rows of files without their headers.
    private static func rows(of files: [[UInt8]]) -> String {
        files.map { String(decoding: $0, as: UTF8.self).replacing("id,contact_email\n", with: "") }.joined()
    }

    private static func key(_ row: String) -> String { String(row.prefix { $0 != "," }) }

    /// Looks again and again, as long as the process runs.
    private static func wait(for process: TidegateProcess, until isTrue: () throws -> Bool) throws {
        let deadline = Date(timeIntervalSinceNow: TidegateProcess.patience)
        while process.isRunning, Date() < deadline {
            if try isTrue() { return }
            usleep(20_000)
        }
        throw Overdue(what: "nothing came of it", said: process.said)
    }
}
