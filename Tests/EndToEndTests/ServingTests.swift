import Foundation
import Testing
import TidegateTesting

/// What the program does as a server.
@Suite struct ServingTests {
    /// Where it listens.
    private func address(_ scheduler: TidegateProcess) throws -> String {
        let line = try scheduler.waitForLine("listening address=")
        return String(try #require(line.split(separator: "address=").last))
    }

    private func get(_ path: String, _ address: String, headers: String = "") throws -> String {
        let connection = try RawConnection(address)
        connection.send("GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\(headers)\r\n")
        return connection.readToEnd()
    }

    @Test func `neither slow clients nor a flood of requests keep the scheduler from its work`() throws {
        let site = try Site()
        try site.started("run") { scheduler in
            let address = try address(scheduler)
            try scheduler.waitForLine("run completed")
            let flood = try Flood(
                address, slow: 200, asking: 8, for: "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            defer { flood.end() }
            let run = try site.tidegate("run", "--ad-hoc", "nightly", "--json")
            #expect(run.status == 0, "\(run.complaints)")
            let id = try #require(try run.objects().first?.text("id"))
            // The scheduler did it, not the command beside it.
            #expect(scheduler.said.contains("run=\(id)"))
            let before = flood.answers
            #expect(try site.tidegate("run", "--ad-hoc", "nightly").status == 0)
            #expect(try site.tidegate("health").status == 0)
            while flood.answers == before { _ = try get("/health/live", address) }
            scheduler.signal(SIGTERM)
            let finished = try scheduler.finish()
            #expect(finished.status == 0)
            #expect(finished.complaints.contains("scheduler stopped"))
            #expect(!finished.complaints.contains(" ERROR "), "\(finished.complaints)")
        }
        #expect(try StateCheck(site).unfinished() == [])
    }

    @Test func `connections beyond the limit wait, and the scheduler does not`() throws {
        let site = try Site()
        try site.started("run") { scheduler in
            let address = try address(scheduler)
            try scheduler.waitForLine("run completed")
            let flood = try Flood(address, slow: 400, asking: 0, for: "")
            defer { flood.end() }
            #expect(try site.tidegate("run", "--ad-hoc", "nightly").status == 0)
            scheduler.signal(SIGTERM)
            #expect(try scheduler.finish().status == 0)
        }
    }

    @Test func `a port that is taken ends the second process before it exports anything`() throws {
        let (site, other) = (try Site(), try Site())
        try site.started("run") { scheduler in
            let address = try address(scheduler)
            let second = try other.tidegate("run", "--listen", address)
            #expect(second.status == 2)
            let reason = "address '\(address)' cannot be listened on: Address already in use"
            #expect(second.sentences == ["error: \(reason)"])
            #expect(other.outbox == [])
        }
        #expect(try other.tidegate("status", "--json").object().object("process").text("state") != "running")
    }

    @Test(arguments: [
        ("TIDEGATE_LISTEN", "8080", "TIDEGATE_LISTEN '8080' is no address with a port, such as 127.0.0.1:8080"),
        ("TIDEGATE_API_TOKEN", "too-short", "TIDEGATE_API_TOKEN is shorter than 16 characters"),
        ("TIDEGATE_API_TOKEN_READ_FILE", "/nowhere", "TIDEGATE_API_TOKEN_READ_FILE '/nowhere' cannot be read"),
    ])
    func `a setting that cannot be used ends the process at once`(
        _ name: String, _ value: String, _ sentence: String
    ) throws {
        let site = try Site()
        let finished = try TidegateProcess(["run"], in: site.folder.path, environment: [name: value]).finish()
        #expect(finished.status == 2)
        #expect(finished.sentences == ["error: \(sentence)"])
        #expect(!finished.complaints.contains("too-short"))
    }

    @Test func `the first start makes a token for its owner, tells where it is and never what it is`() throws {
        let site = try Site()
        let path = site.folder.path("data/api-token")
        for event in ["token made", "token kept"] {
            try site.started("run", "--log-level", "trace") { scheduler in
                let address = try address(scheduler)
                #expect(try scheduler.waitForLine("token made", "token kept").contains("\(event) path=\(path)"))
                let token = try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .newlines)
                let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                #expect(token.count == 64 && mode == 0o600)
                for headers in ["", "Authorization: Bearer \(token)\r\n"] {
                    for path in ["/metrics", "/data/foundation/flowservice/flows", "/?token=\(token)", "/\(token)"] {
                        _ = try get(path, address, headers: headers)
                    }
                }
                scheduler.signal(SIGTERM)
                let finished = try scheduler.finish()
                #expect(finished.complaints.contains("DEBUG request "))
                #expect(!(finished.complaints + finished.output).contains(token))
            }
        }
    }

    @Test func `health and metrics tell what the scheduler does, and that it is stopping`() throws {
        let site = try Site()
        try site.cycle()
        try FileManager.default.removeItem(atPath: site.folder.path("customers.csv"))
        #expect(mkfifo(site.folder.path("customers.csv"), 0o600) == 0)
        try FileManager.default.removeItem(atPath: site.folder.path("data/profiles.sqlite"))
        try site.started("run") { scheduler in
            let address = try address(scheduler)
            // Without a snapshot a cycle begins at once, and reading a pipe that nobody writes to never ends.
            try scheduler.waitForLine("cycle started")
            #expect(try get("/health/ready", address).hasSuffix(#"{"status":"ready"}"#))
            let metrics = try get("/metrics", address)
            #expect(metrics.contains("\ntidegate_runs_total{dataflow=\"nightly\",state=\"completed\"} 1\n"))
            #expect(metrics.contains("\ntidegate_wal_bytes{store=\"profiles\"} "))
            scheduler.signal(SIGTERM)
            try scheduler.waitForLine("stopping: taking no more work")
            while try !get("/health/ready", address).contains("503") {}
            #expect(try get("/health/ready", address).contains(#""reasons":["process is stopping"]"#))
            #expect(try get("/health/live", address).hasPrefix("HTTP/1.1 200 "))
            scheduler.signal(SIGTERM)
            #expect(try scheduler.finish().status == 130)
        }
    }
}
