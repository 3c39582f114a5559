import Foundation
import Testing

/// `/openapi.json` against the running server.
@Suite struct DescriptionTests {
    /// A site with runs of each end, some of which a client may try again.
    private func server() throws -> (Site, CalledServer) {
        let site = try Site()
        try site.write(Site.dataflow("nightly", segments: "buyers, everyone"), to: "nightly.yaml")
        try site.write(Site.dataflow("switched-off") + "\nenabled: false", to: "off.yaml")
        try site.cycle()
        return (site, try CalledServer(site))
    }

    @Test func `whatever is asked, no answer is a server error or is not as described`() throws {
        let (site, server) = try server()
        let complaints = try Client("properties", server, "1", "10")
        #expect(complaints.answer as? [String] == [], "\(complaints.said.suffix(20_000))")
        #expect(server.process.isRunning)
        let metrics = String(decoding: try server.call("GET", "/metrics").body, as: UTF8.self)
        let counts = metrics.matches(of: #/tidegate_http_requests_total\{family="(.+?)",status="(\d)\d\d"\} (\d+)/#)
        #expect(counts.filter { $0.2 == "5" }.map { String($0.1) } == [])
        for family in ["ad-hoc", "flow-service", "segmentation", "health", "metrics", "page"] {
            #expect(counts.contains { $0.1 == family && ["2", "3"].contains($0.2) }, "nothing went well: \(family)")
        }
        withExtendedLifetime(site) {}
    }

    @Test func `a status that is not described is noticed`() throws {
        let (site, server) = try server()
        let complaints = try Client("properties", server, "1", "1", "400")
        #expect(complaints.answer as? [String] == ["what schemathesis made up was not answered as described"])
        #expect(complaints.said.contains("Undocumented status code"))
        withExtendedLifetime(site) {}
    }
}
