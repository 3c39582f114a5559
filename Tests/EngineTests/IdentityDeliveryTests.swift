import Digests
import Engine
import Foundation
import Profiles
import Store
import Testing
import TidegateModel

@Suite struct IdentityDeliveryTests {
    private let fixture: EngineFixture

    init() throws { fixture = try EngineFixture() }

    /// One dataflow of both segments after each segmentation; everybody who has an order has bought.
    private func spec(
        _ export: Dataflow.ExportMode = .incremental, fullEvery: AudienceManagerLayout.FullEvery = .never,
        _ change: (inout Dataflow) -> Void = { _ in }
    ) -> JobSpec {
        fixture.spec { spec in
            spec.dataSources = [
                DataSource(
                    id: UUID(kind: "DataSource", name: "crm"), name: "crm", dpid: 7, kind: .crossDevice, attribute: "id"
                )
            ]
            spec.segments[0].sid = 24
            spec.segments[1].sid = 5
            spec.dataflows[0].segments = ["buyers", "all"]
            spec.dataflows[0].export = export
            spec.dataflows[0].file = FileLayout(
                name: AudienceManagerLayout.defaultName,
                audienceManager: AudienceManagerLayout(
                    dataSource: "crm", orderID: 99, fullEvery: fullEvery, header: "ids of <DPID>")
            )
            change(&spec.dataflows[0])
        }
    }

    /// The cycle of the next day and what it exports, with these orders of each customer.
    private func nextDay(_ spec: JobSpec, _ orders: [String: Int]? = nil) async throws -> Run {
        if let orders { try write(orders) }
        fixture.clock.advance(by: .hours(24))
        return try #require(try await fixture.once(spec).first)
    }

    private func write(_ orders: [String: Int]) throws {
        try fixture.write(orders.sorted { $0.key < $1.key }.map { (id: $0.key, email: nil, orders: $0.value) })
    }

    /// The lines of the data that a run delivered, without the header.
    private func lines(_ run: Run) throws -> [String] {
        try run.files.flatMap { try text($0.name).split(separator: "\n").map(String.init).dropFirst() }
    }

    private func text(_ name: String) throws -> String { try fixture.text(name) }

    private func name(_ run: Run, _ mode: String) -> String {
        "ftp_99_7_\(mode)_\(run.scheduledFor.milliseconds)"
    }

    @Test func `all segments go out in one run, data first, then the control file, then the manifest`() async throws {
        let runs = try await fixture.once(spec(.full))
        #expect(runs.map { $0.segments.map(\.name) } == [["buyers", "all"]])
        let run = try #require(runs.first)
        let name = name(run, "full")
        #expect(run.state == .completed)
        #expect(run.files.map(\.name) == ["\(name).sync"])
        #expect(try text("\(name).sync") == "ids of 7\nc1 5,24 \nc2 5,24 \nc3 5 \nc4 5,24 \n")
        #expect(
            fixture.delivered() == [
                "\(name).info", "\(name).sync", "manifest-\(run.dataflow.text)-\(run.id.text).json",
            ])
        #expect(run.counts == RunCounts(selected: 4, exported: 4))
    }

    @Test func `the control file says size, lines and digest of every part as it was delivered`() async throws {
        let spec = spec(.full) { dataflow in
            dataflow.file.compression = .gzip
            dataflow.file.maxRows = 3
        }
        let run = try #require(try await fixture.once(spec).first)
        let name = name(run, "full")
        #expect(run.files.map(\.name) == ["\(name).sync.gz", "\(name)001.sync.gz"])
        let control = try JSONDecoder().decode(Control.self, from: Data(try text("\(name).info").utf8))
        #expect(control.Files.map(\.FileName) == run.files.map(\.name))
        #expect(control.Files.map(\.FileLineCount) == [4, 2])
        #expect(control.Files.map(\.FileSequenceNumber) == [1, 2])
        for file in control.Files {
            let bytes = try Data(contentsOf: URL(filePath: "\(fixture.outbox)/\(file.FileName)"))
            #expect(file.FileByteSize == bytes.count)
            #expect(file.md5 == md5(of: bytes))
        }
        #expect(control.Totals.TotalNumberLines == 6)
        #expect(control.Totals.TotalNumberFiles == 2)
        #expect(control.Totals.TotalByteSize == run.files.reduce(0) { $0 + $1.size })
    }

    private struct Control: Decodable {
        struct File: Decodable {
            let FileByteSize: Int
            let FileLineCount: Int
            let FileName: String
            let FileSequenceNumber: Int
            let md5: String
        }
        struct Totals: Decodable {
            let TotalByteSize: Int
            let TotalNumberFiles: Int
            let TotalNumberLines: Int
        }
        let Files: [File]
        let Totals: Totals
    }

    @Test func `rows have the partner's number that the job file says`() async throws {
        let spec = spec(.full) { dataflow in
            dataflow.file.audienceManager?.pid = 1131
            dataflow.file.audienceManager?.row = "<PID>|<UUID>"
        }
        let run = try #require(try await fixture.once(spec).first)
        #expect(try lines(run) == ["1131|c1", "1131|c2", "1131|c3", "1131|c4"])
    }

    @Test func `without a control file none is published`() async throws {
        let run = try #require(
            try await fixture.once(spec { $0.file.audienceManager?.hasControlFile = false }).first)
        #expect(fixture.delivered().count == 2)
        #expect(run.files.map(\.name) == ["\(name(run, "iter")).sync"])
    }

    @Test func `day by day an incremental dataflow tells who came into segments and who left`() async throws {
        let spec = spec()
        let first = try #require(try await fixture.once(spec).first)
        #expect(try lines(first) == ["c1 5,24 ", "c2 5,24 ", "c3 5 ", "c4 5,24 "])
        // c2 leaves the buyers, c3 comes, c4 goes altogether, c5 is new.
        let second = try await nextDay(spec, ["c1": 9, "c2": 1, "c3": 2, "c5": 0])
        #expect(try lines(second) == ["c2  24", "c3 24 ", "c4  5,24", "c5 5 "])
        #expect(second.counts == RunCounts(selected: 4, exported: 4))
        #expect(try lines(try await nextDay(spec)) == [])
        let fourth = try await nextDay(spec, ["c1": 9, "c2": 2, "c3": 2, "c4": 0, "c5": 0])
        #expect(try lines(fourth) == ["c2 24 ", "c4 5 "])
        #expect(fourth.files.map(\.name) == ["\(name(fourth, "iter")).sync"])
    }

    @Test func `every seven days everyone goes out, the first time at once`() async throws {
        let spec = spec(fullEvery: .week)
        var modes = [mode(of: try #require(try await fixture.once(spec).first))]
        for _ in 1...15 { modes.append(mode(of: try await nextDay(spec))) }
        let week = ["full"] + Array(repeating: "iter", count: 6)
        #expect(modes == week + week + ["full", "iter"])
    }

    private func mode(of run: Run) -> String {
        run.files.first.map { $0.name.contains("_full_") ? "full" : $0.name.contains("_iter_") ? "iter" : "?" }
            ?? "none"
    }

    @Test func `a full sync that failed is made up for by the next run, and no baseline moved`() async throws {
        let good = spec(fullEvery: .week)
        let broken = broken(good)
        let failed = try #require(try await fixture.once(broken).first)
        #expect(failed.state == .failed)
        let run = try await nextDay(good, ["c1": 9, "c9": 9])
        #expect(mode(of: run) == "full")
        #expect(try lines(run) == ["c1 5,24 ", "c9 5,24 "])
    }

    @Test func `a failed incremental run is made up for, and its retry counts from where it did`() async throws {
        let good = spec(fullEvery: .week)
        try await fixture.once(good)
        let failed = try await nextDay(broken(good), ["c1": 0, "c2": 7, "c3": 0, "c4": 9])
        #expect(failed.state == .failed)
        let place = try fixture.place()
        let retry = try RetryJob(failed).queue(in: place.store, at: fixture.clock.now(), actor: "test")
        try await Scheduler.start(place, spec: good, actor: "test").finish([retry.id])
        let done = try #require(try place.store.run(retry.id))
        #expect(try lines(done) == ["c1  24"])
        #expect(done.files.map(\.name) == ["\(name(failed, "iter")).sync"])
        let next = try await nextDay(good, ["c1": 5, "c2": 7, "c3": 0])
        #expect(try lines(next) == ["c1 24 ", "c4  5,24"])
    }

    @Test func `after seven days it is a retry that is the full sync, where the run failed`() async throws {
        let good = spec(fullEvery: .week)
        try await fixture.once(good)
        for _ in 1...6 { _ = try await nextDay(good) }
        let failed = try await nextDay(broken(good))
        let place = try fixture.place()
        let retry = try RetryJob(failed).queue(in: place.store, at: fixture.clock.now(), actor: "test")
        try await Scheduler.start(place, spec: good, actor: "test").finish([retry.id])
        #expect(mode(of: try #require(try place.store.run(retry.id))) == "full")
        #expect(mode(of: try await nextDay(good)) == "iter")
    }

    /// The same job files with an outbox that cannot be a folder.
    private func broken(_ spec: JobSpec) -> JobSpec {
        try? fixture.folder.write("a file where the folder should be", to: "elsewhere")
        var broken = spec
        broken.destinations[0].place = .directory(DirectoryPlace(path: fixture.folder.path("elsewhere/outbox")))
        return broken
    }

    @Test func `an ad-hoc run is full, has all segments, and moves neither baseline nor full sync`() async throws {
        let spec = spec(fullEvery: .week)
        try await fixture.once(spec)
        _ = try await nextDay(spec, ["c1": 0, "c2": 7, "c3": 0, "c4": 9])
        let place = try fixture.place()
        let before = try place.store.fullSync(of: spec.dataflows[0].id)
        let scheduler = try await Scheduler.start(place, spec: spec, actor: "test")
        fixture.clock.advance(by: .hours(1))
        let queued = try AdHocJob(dataflow: spec.dataflows[0], segments: ["all"], isForced: false).queue(
            in: place.store, spec: spec, snapshot: try place.profiles.latestSnapshot(), at: fixture.clock.now(),
            actor: "test")
        #expect(queued.map { $0.segments.map(\.name) } == [["buyers", "all"]])
        try await scheduler.finish(Set(queued.map(\.id)))
        let run = try #require(try place.store.run(queued[0].id))
        #expect(mode(of: run) == "full")
        #expect(try lines(run) == ["c1 5 ", "c2 5,24 ", "c3 5 ", "c4 5,24 "])
        #expect(try place.store.fullSync(of: spec.dataflows[0].id) == before)
        #expect(try lines(try await nextDay(spec, ["c1": 0, "c2": 7, "c3": 0])) == ["c4  5,24"])
    }

    @Test func `a job that names a segment which the dataflow does not have is refused`() async throws {
        let spec = spec { $0.segments = ["buyers"] }
        let place = try fixture.place()
        try await fixture.once(spec, place)
        #expect(throws: AdHocRefusal.outOfScope(segments: ["all"], .notInDataflow)) {
            try AdHocJob(dataflow: spec.dataflows[0], segments: ["all"], isForced: true).queue(
                in: place.store, spec: spec, snapshot: try place.profiles.latestSnapshot(),
                at: fixture.clock.now(), actor: "test")
        }
    }

    @Test func `the cap of connectors does not hold for files`() async throws {
        var spec = spec()
        spec.segmentation.guardrails.connectorProfiles = 1
        #expect(try await fixture.once(spec).map(\.state) == [.completed])
    }

    @Test func `a file of the same name and fewer parts leaves no old part`() async throws {
        let many = spec(.full) { dataflow in
            dataflow.file.name = "everyone_SPLITNUM.sync"
            dataflow.file.maxRows = 1
        }
        try await fixture.once(many)
        #expect(fixture.delivered().filter { $0.hasSuffix(".sync") }.count == 4)
        // On the first of these days it is told who left.
        #expect(try await nextDay(many, ["c1": 0, "c2": 7]).files.count == 4)
        let run = try await nextDay(many)
        #expect(run.files.map(\.name) == ["everyone_.sync", "everyone_001.sync"])
        #expect(
            fixture.delivered().filter { !$0.hasPrefix("manifest") } == [
                "everyone_.info", "everyone_.sync", "everyone_001.sync",
            ])
    }

    @Test func `parts of the last full sync do not stay beside the next, though increments came between`() async throws
    {
        let spec = spec(fullEvery: .week) { dataflow in
            dataflow.file.name = "everyone_<SYNC_MODE>_SPLITNUM.sync"
            dataflow.file.maxRows = 1
        }
        #expect(try #require(try await fixture.once(spec).first).files.count == 4)
        // Three customers go, who are told of by the increment, and of the full sync's four parts one is left.
        #expect(try await nextDay(spec, ["c2": 7]).files.count == 3)
        for _ in 2...6 { _ = try await nextDay(spec) }
        let full = try await nextDay(spec)
        #expect(full.files.map(\.name) == ["everyone_full_.sync"])
        #expect(
            fixture.delivered().filter { $0.hasSuffix(".sync") } == ["everyone_full_.sync", "everyone_iter_.sync"])
    }

    @Test func `a preview shows the lines that a run would write now`() async throws {
        let spec = spec(fullEvery: .week)
        let place = try fixture.place()
        try await fixture.once(spec, place)
        let previewer = Previewer(store: place.store, profiles: place.profiles, schema: spec.profile)
        func preview(at instant: Instant) throws -> ExportPreview {
            let layout = try #require(spec.dataflows[0].file.audienceManager)
            return try previewer.previewIdentities(
                spec.dataflows[0], as: layout, spec.segments, of: spec, at: instant, limit: 2)
        }
        #expect(try preview(at: fixture.clock.now()).rows == [])
        let full = try preview(at: fixture.clock.now() + .days(7))
        #expect(full.rows == [["c1 5,24 "], ["c2 5,24 "]])
        #expect(full.counts == RunCounts(selected: 4, exported: 4))
    }

    @Test func `a segment without a number, or a data source that is gone, is said so`() async throws {
        var without = spec()
        without.segments[0].sid = nil
        #expect(
            try await fixture.once(without).map(\.reason) == ["segment 'buyers' has no number (sid) in the job files"])
        var gone = spec()
        gone.dataSources = []
        #expect(try await nextDay(gone).reason == "data source 'crm' is no longer in the job files")
    }

    @Test func `where the snapshots that it counts from are lost everyone is told of again`() async throws {
        let spec = spec()
        try await fixture.once(spec)
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: fixture.folder.path("data/profiles.sqlite\(suffix)"))
        }
        #expect(try lines(try await nextDay(spec)).count == 4)
    }
}
