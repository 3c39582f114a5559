import Digests
import Foundation
import Testing

/// The keys of a run's document.
let runKeys: Set = [
    "id", "dataflow", "segments", "trigger", "state", "reason", "snapshot", "scheduledFor", "queuedAt", "startedAt",
    "finishedAt", "attempts", "counts", "files", "parent", "forced",
]

@Suite struct OnceTests {
    @Test func `one cycle leaves files and a manifest, and prints segments, runs and their path`() throws {
        let site = try Site()
        let finished = try site.tidegate("run", "--once")
        #expect(finished.status == 0)
        #expect(site.outbox.count == 2)
        let file = try #require(site.outbox.first { $0.hasSuffix(".csv") })
        #expect(try site.delivered(file) == "id,contact_email\nc1,anna@example.com\nc2,\nc4,cy@example.com\n")
        #expect(finished.output.contains("SEGMENT "))
        #expect(finished.output.contains("RUN  "))
        #expect(finished.output.contains(file))
        #expect(finished.output.hasSuffix("runs went Queued → Processing → Completed\n"))
        for line in ["cycle started", "source ingested", "snapshot published", "runs queued", "run completed"] {
            #expect(finished.complaints.contains(line), "\(line)")
            #expect(!finished.output.contains(line), "\(line)")
        }
    }

    @Test func `a run's document has every key, and null where there is no value`() throws {
        let site = try Site()
        let run = try #require(try site.cycle().first)
        #expect(Set(run.keys) == runKeys)
        #expect(Set(run.object("counts").keys) == ["selected", "exported", "skipped", "rejected"])
        #expect(run.objects("files").map { Set($0.keys) } == [["path", "name", "rows", "size", "sha256"]])
        #expect(run["reason"] is NSNull && run["parent"] is NSNull)
        #expect(run.text("state") == "completed" && run.text("trigger") == "after-segmentation")
        #expect(run["forced"] as? Bool == false)
        #expect(run["segments"] as? [String] == ["buyers"])
        #expect(run.text("scheduledFor")?.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/#) != nil)
    }

    @Test func `the manifest names the run, its snapshot and its files as they lie in the outbox`() throws {
        let site = try Site()
        let run = try #require(try site.cycle().first)
        let id = try #require(run.text("id"))
        let name = try #require(site.outbox.first { $0.hasPrefix("manifest-") && $0.hasSuffix("-\(id).json") })
        let manifest =
            try JSONSerialization.jsonObject(with: Data(site.folder.read("outbox/" + name))) as? [String: Any] ?? [:]
        let listed = try #require(manifest.objects("exportResults").first)
        let bytes = try site.folder.read("outbox/" + (listed.text("name") ?? ""))
        #expect(manifest.text("flowRunId") == id)
        #expect(manifest.text("snapshotId") == run.text("snapshot"))
        #expect(manifest.text("scheduledTime") == run.text("scheduledFor"))
        #expect(listed.number("size") == bytes.count)
        #expect(listed.number("rows") == 3)
        #expect(listed.text("sha256") == sha256(of: Data(bytes)))
        #expect(listed.text("sinkPath") == site.folder.path("outbox"))
    }

    @Test func `each cycle fires anew, and overwrites nothing`() throws {
        let site = try Site()
        let runs = try site.cycle() + site.cycle()
        #expect(runs.count == 2)
        #expect(Set(runs.compactMap { $0.text("snapshot") }).count == 2)
        #expect(runs.allSatisfy { $0.text("trigger") == "after-segmentation" })
        #expect(site.outbox.filter { $0.hasSuffix(".csv") }.count == 2)
        #expect(site.outbox.filter { $0.hasSuffix(".json") }.count == 2)
        let all = try site.tidegate("runs", "--json").objects()
        #expect(all.compactMap { $0.text("id") } == runs.reversed().compactMap { $0.text("id") })
    }

    @Test func `the same customers give the same bytes`() throws {
        let site = try Site()
        let digests = try (site.cycle() + site.cycle()).flatMap { $0.objects("files").compactMap { $0.text("sha256") } }
        #expect(digests.count == 2 && Set(digests).count == 1)
    }

    @Test func `job files that lost a dataflow keep its history`() throws {
        let site = try Site()
        try site.cycle()
        try FileManager.default.removeItem(atPath: site.folder.path("jobs/nightly.yaml"))
        #expect(try site.cycle().isEmpty)
        #expect(try site.tidegate("runs", "--json").objects().count == 1)
    }

    @Test func `nobody else can read the data folder`() throws {
        let site = try Site()
        try site.cycle()
        let attributes = try FileManager.default.attributesOfItem(atPath: site.folder.path("data"))
        #expect(attributes[.posixPermissions] as? Int == 0o700)
        #expect(try FileManager.default.contentsOfDirectory(atPath: site.folder.path("data/staging")) == [])
    }
}
