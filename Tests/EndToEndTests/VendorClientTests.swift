import Foundation
import Testing
import TidegateModel

/// Clients of the vendor, in which nothing is changed but the host.
@Suite struct VendorClientTests {
    /// More segments than the library asks for at once.
    private static let segments = (1...230).map { "segment-\($0)" }

    private func site() throws -> Site {
        let site = try Site()
        let documents = Self.segments.map { "kind: Segment\nname: \($0)\nwhere: orders > 1" }
        try site.write(documents.joined(separator: "\n---\n"), to: "segments.yaml")
        try site.write(Site.dataflow("switched-off") + "\nenabled: false", to: "off.yaml")
        try site.cycle()
        return site
    }

    @Test func `the library of the vendor's customers lists, looks, exports and follows`() throws {
        let site = try site()
        let server = try CalledServer(site)
        let found = try #require(try Client("library", server).answer as? [String: Any])
        // One page each, and none of them twice.
        #expect((found["flows"] as? [String])?.sorted() == ["changes", "nightly", "switched-off"])
        #expect(found["sources"] as? [String] == [], "flows lead to destinations only")
        #expect(found.text("flow") == (found["flows"] as? [String])?.first)
        let segments = try #require(found["segments"] as? [String])
        #expect(segments.sorted() == (Self.segments + ["buyers", "everyone"]).sorted())
        #expect(found.text("segment") == segments.first)
        #expect(found["schedules"] as? [String] == ["batch_segmentation", "export"])
        #expect(found["jobs"] as? [String] == ["SUCCEEDED"] && found.text("job") == "SUCCEEDED")
        #expect(found["exports"] as? [Int] == [1] && found.text("export") == "SUCCEEDED")

        #expect(found["refused"] is NSNull)
        let status = try #require(found.text("statusURL"))
        #expect(status.hasPrefix(server.url + "/data/foundation/flowservice/runs/"))
        #expect(found.text("run") == "success")
        #expect(found["isListed"] as? Bool == true && found["isFollowed"] as? Bool == true)
        let runs = try #require(found["runs"] as? [String])
        #expect(Set(runs).count == runs.count && runs.first == status.split(separator: "/").last.map(String.init))
        #expect(found.text("datasets")?.hasPrefix("version is not known") == true, "there are no data sets here")
        #expect(try StateCheck(site).texts("SELECT id FROM run WHERE \"trigger\" = 'ad-hoc'") == [runs[0]])
    }

    /// What else than 200 is right, where the requests are sent from top to bottom.
    private static let intended = ["Try a run again": 400]

    @Test func `the saved requests work from top to bottom, with host and token filled in`() throws {
        let site = try Site()
        try site.cycle()
        let server = try CalledServer(site)
        let file = Client.root.appending(path: "docs/tidegate.postman_collection.json")
        var saved = try SavedRequests(file, host: server.url, token: CalledServer.token)
        #expect(saved.items.count > 20)
        for item in saved.items {
            let name = item.text("name") ?? ""
            let answer = try saved.send(item, to: server)
            #expect(
                answer.status == Self.intended[name] ?? 200, "\(name): \(String(decoding: answer.body, as: UTF8.self))")
            // One run of a flow and segment at a time.
            guard name.hasPrefix("Export the"), let order = try answer.object().objects("order").first else { continue }
            let run = try #require(order.text("statusURL")?.split(separator: "/").last)
            try server.process.waitForLine("reason=- run=\(run)")
        }
    }

    @Test func `the saved requests are calls of every family, each as it is described`() throws {
        let site = try Site()
        let server = try CalledServer(site)
        let described = try server.call("GET", "/openapi.json").object().object("paths")
        let file = Client.root.appending(path: "docs/tidegate.postman_collection.json")
        let requests = try SavedRequests(file, host: "", token: "").items.map { $0.object("request") }
        var called: Set<String> = []
        for request in requests {
            let address = (request.text("url") ?? "").replacing("{{host}}", with: "")
            let path = String(address.prefix { $0 != "?" }).replacing(#/\{\{\w+\}\}/#, with: "{id}")
            let operation = described.object(path).object((request.text("method") ?? "").lowercased())
            let tag = try #require((operation["tags"] as? [String])?.first, "\(path) is not described")
            called.insert(tag)
        }
        #expect(called == ["Operating", "Ad-hoc activation", "Flow Service", "Segmentation"])
    }
}
