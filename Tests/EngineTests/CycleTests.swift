import Engine
import Foundation
import Profiles
import Store
import Testing
import TidegateModel

@Suite struct WholeCycleTests {
    let fixture: EngineFixture

    init() throws { fixture = try EngineFixture() }

    @Test func `one cycle turns a source into a delivered file and a manifest`() async throws {
        let runs = try await fixture.once(fixture.spec())
        let run = try #require(runs.first)
        #expect(runs.count == 1)
        #expect(run.state == .completed)
        #expect(run.counts == RunCounts(selected: 3, exported: 3))
        #expect(run.trigger == .afterSegmentation)
        let manifest = "manifest-\(run.dataflow.text)-\(run.id.text).json"
        #expect(fixture.delivered() == ["buyers_20261121120000.csv", manifest])
        #expect(
            try fixture.text("buyers_20261121120000.csv") == "id,email\nc1,anna@example.com\nc2,\nc4,cy@example.com\n")
    }

    @Test func `the manifest names the run, the snapshot and each file with rows and digest`() async throws {
        let run = try #require(try await fixture.once(fixture.spec()).first)
        let file = try #require(run.files.first)
        let text = try fixture.text("manifest-\(run.dataflow.text)-\(run.id.text).json")
        let manifest = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let results = try #require(manifest["exportResults"] as? [[String: Any]])
        #expect(manifest["flowRunId"] as? String == run.id.text)
        #expect(manifest["snapshotId"] as? String == run.snapshot?.text)
        #expect(manifest["scheduledTime"] as? String == "2026-11-21T12:00:00Z")
        #expect(results.first?["rows"] as? Int == 3)
        #expect(results.first?["sha256"] as? String == file.sha256)
        #expect(results.first?["size"] as? Int == file.size)
    }

    @Test func `a cycle whose source is gone fails and leaves the last snapshot in place`() async throws {
        try await fixture.once(fixture.spec())
        let place = try fixture.place()
        let before = try place.profiles.latestSnapshot()
        try FileManager.default.removeItem(atPath: fixture.folder.path("customers.csv"))
        #expect(try await fixture.once(fixture.spec(), place) == [])
        #expect(try place.profiles.latestSnapshot() == before)
        #expect(try place.store.cycles(limit: 1).first?.state == .failed)
    }

    @Test func `a required attribute that is missing skips the profile and counts it`() async throws {
        let spec = fixture.spec { $0.dataflows[0].mapping[1].isRequired = true }
        let run = try #require(try await fixture.once(spec).first)
        #expect(run.counts == RunCounts(selected: 3, exported: 2, skipped: ["missing-email": 1]))
    }

    @Test func `an incremental dataflow sends everybody first and then who joined and who left`() async throws {
        let spec = fixture.spec { spec in
            spec.dataflows[0].export = .incremental
            spec.dataflows[0].schedule = Schedule(frequency: .daily, trigger: .scheduled, at: LocalTime(iso: "13:00"))
            spec.dataflows[0].mapping = [
                MappedColumn(.attribute("id"), header: "id"), MappedColumn(.segmentStatus, header: "status"),
            ]
        }
        try await fixture.once(spec)
        fixture.clock.advance(by: .hours(1))
        try await fixture.once(spec)
        #expect(try fixture.text("buyers_20261121130000.csv") == "id,status\nc1,realized\nc2,realized\nc4,realized\n")
        try fixture.write([
            ("c1", "anna@example.com", 1), ("c2", nil, 7), ("c3", "bo@example.com", 2), ("c4", "cy@example.com", 9),
        ])
        fixture.clock.advance(by: .hours(23))
        try await fixture.once(spec)
        fixture.clock.advance(by: .hours(1))
        try await fixture.once(spec)
        #expect(try fixture.text("buyers_20261122130000.csv") == "id,status\nc1,exited\nc3,realized\n")
    }

    @Test func `a static file name leaves no part of an earlier, larger export`() async throws {
        let spec = fixture.spec {
            $0.dataflows[0].file.name = "buyers"
            $0.dataflows[0].file.maxRows = 2
        }
        try await fixture.once(spec)
        #expect(fixture.delivered().filter { $0.hasSuffix(".csv") } == ["buyers.csv", "buyers_2.csv"])
        try fixture.write([("c1", "anna@example.com", 5)])
        fixture.clock.advance(by: .hours(24))
        try await fixture.once(spec)
        #expect(fixture.delivered().filter { $0.hasSuffix(".csv") } == ["buyers.csv"])
    }

    @Test func `each segment's files go to the folder that the path's macros name for it`() async throws {
        let fixture = try EngineFixture()
        let runs = try await fixture.once(
            fixture.spec {
                $0.destinations[0] = $0.destinations[0].placed(
                    at: fixture.outbox + "/50%%/%SEGMENT_NAME%/%DATETIME(yyyy/MM)%")
                $0.dataflows[0].segments = ["buyers", "all"]
                $0.dataflows[0].file.name = "people"
            })
        #expect(runs.map(\.state) == [.completed, .completed])
        #expect(fixture.delivered() == ["50%"])
        for segment in ["buyers", "all"] {
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(fixture.outbox)/50%/\(segment)/2026/11")
            #expect(names.count == 2 && names.contains("people.csv"))
        }
        let paths = runs.flatMap(\.files).map(\.path)
        #expect(Set(paths) == ["buyers", "all"].reduce(into: []) { $0.insert("\(fixture.outbox)/50%/\($1)/2026/11") })
    }

    @Test func `nothing is left in the staging folder`() async throws {
        let place = try fixture.place()
        try await fixture.once(fixture.spec(), place)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.folder.stagingPath) == [])
    }
}
