import Foundation
import Testing
import TidegateTesting

/// Kills the program in the middle of uploads, which the next process goes on with.
@Suite struct UploadKillTests {
    /// More than an S3 upload in two parts, and more than the proxy lets through in one connection.
    private static let rows = (0..<2800).map { number in
        "c\(number),\(String(repeating: "x", count: 4096))\(number)@example.com,1\n"
    }

    @Test func `uploads that are killed are gone on with, and the files are whole`() async throws {
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
        try await proxy.wait(for: "reached")
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
