import Digests
import Foundation
import Testing
import TidegateModel

/// Segmentation as a client of the vendor calls it.
@Suite struct SegmentationCallTests {
    private static let base = "/data/core/ups/"

    private func object(_ path: String, of server: CalledServer) throws -> [String: Any] {
        let answer = try server.call("GET", Self.base + path)
        try #require(answer.status == 200)
        return try answer.object()
    }

    private func post(_ server: CalledServer, key: String? = nil) throws -> String {
        var headers = ["Content-Type": "application/json"]
        headers["Idempotency-Key"] = key
        let answer = try server.call(
            "POST", Self.base + "segment/jobs", headers: headers, body: #"[{"segmentId":"*"}]"#
        )
        try #require(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
        return try #require(try answer.object().text("id"))
    }

    @Test func `a job that a call starts fires the dataflows, and its export job is the first to be found`() throws {
        let site = try Site()
        try site.cycle()
        let server = try CalledServer(site)
        let id = try post(server)
        try server.process.waitForLine("run completed")

        let job = try object("segment/jobs/\(id)", of: server)
        #expect(job.text("status") == "SUCCEEDED")
        #expect(job.text("source") == "api")
        let snapshot = try #require(job.text("batchId"))
        let metrics = try #require(job["metrics"] as? [String: Any])
        let byStatus = try #require(metrics["segmentedProfileByStatusCounter"] as? [String: [String: Int]])
        for (segment, members) in try #require(metrics["segmentedProfileCounter"] as? [String: Int]) {
            #expect(byStatus[segment].map { $0["realized", default: 0] + $0["existing", default: 0] } == members)
        }
        #expect(metrics["totalProfiles"] as? Int == 4)

        let runs = try site.tidegate("runs", "--json").objects()
        #expect(runs.map { $0.text("trigger") } == ["after-segmentation", "after-segmentation"])
        #expect(runs.first?.text("snapshot") == snapshot)

        let records = try #require(try object("export/jobs", of: server)["records"] as? [[String: Any]])
        let first = records.first { ($0["schema"] as? [String: String])?["name"] == "_xdm.context.profile" }
        #expect(first?["id"] as? Int == 2)
        #expect((first?["destination"] as? [String: Any])?.text("batchId") == snapshot)

        try v1Call(server, exporting: try #require(first?["id"] as? Int))

        // A client that never saw the answer asks again.
        #expect(try post(server) == id)
        #expect(try object("segment/jobs", of: server).count("_page", "totalCount") == 2)
        try outlivesRestart(server, site)
    }

    /// What a client of the ad-hoc API's first version does with the id.
    private func v1Call(_ server: CalledServer, exporting id: Int) throws {
        let page = try object("segment/definitions?sort=name:asc&limit=1", of: server)
        let buyers = try #require((page["segments"] as? [[String: Any]])?.first?.text("id"))
        let answer = try server.call(
            "POST", "/data/core/activation/disflowprovider/adhocrun", headers: ["Content-Type": "application/json"],
            body:
                #"{"activationInfo":{"\#(UUID(kind: "Dataflow", name: "nightly"))":["\#(buyers)"]},"exportIds":["\#(id)"]}"#
        )
        #expect(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
    }

    /// A key is known to the next process too.
    private func outlivesRestart(_ server: CalledServer, _ site: Site) throws {
        let id = try post(server, key: "night-1")
        server.process.signal(SIGTERM)
        _ = try server.process.finish()
        let next = try CalledServer(site)
        #expect(try post(next, key: "night-1") == id)
        #expect(try object("segment/jobs", of: next).count("_page", "totalCount") == 3)
    }
}

extension [String: Any] {
    fileprivate func count(_ object: String, _ key: String) -> Int? {
        (self[object] as? [String: Any])?[key] as? Int
    }
}
