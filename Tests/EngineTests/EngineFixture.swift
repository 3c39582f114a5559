import Destinations
import Digests
import Engine
import Foundation
import Logging
import Profiles
import Store
import TidegateModel
import TidegateTesting

/// A data folder, a source file and an outbox of its own, and job files over them.
struct EngineFixture {
    /// 2026-11-21T12:00:00Z
    static let noon = Instant(milliseconds: 1_795_262_400_000)

    let folder: TemporaryFolder
    let clock = ManualClock(noon)

    init(customers: [(id: String, email: String?, orders: Int)] = EngineFixture.customers) throws {
        folder = try TemporaryFolder()
        try write(customers)
    }

    static let customers: [(id: String, email: String?, orders: Int)] = [
        ("c1", "anna@example.com", 5), ("c2", nil, 7), ("c3", "bo@example.com", 0), ("c4", "cy@example.com", 9),
    ]

    /// Replaces the source file.
    func write(_ customers: [(id: String, email: String?, orders: Int)]) throws {
        let rows = customers.map { "\($0.id),\($0.email ?? ""),\($0.orders)\n" }
        try folder.write("id,email,orders\n" + rows.joined(), to: "customers.csv")
    }

    var outbox: String { folder.path("outbox") }

    /// What the outbox holds, hidden files too.
    func delivered() -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: outbox)) ?? []).sorted()
    }

    func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(outbox)/\(name)", encoding: .utf8)
    }

    /// One dataflow `nightly` of the segments `buyers` (more than one order) and `all`.
    func spec(
        _ change: (inout JobSpec) -> Void = { _ in }
    ) -> JobSpec {
        var spec = JobSpec(
            profile: ProfileSchema(
                key: "id",
                attributes: [Attribute("id", .text), Attribute("email", .text), Attribute("orders", .integer)]
            ),
            sources: [
                Source(
                    id: UUID(kind: "Source", name: "crm"), name: "crm", from: folder.path("customers.csv"),
                    mode: .replace)
            ],
            segmentation: Segmentation(at: LocalTime(iso: "02:00") ?? .midnight),
            segments: [
                Segment(id: UUID(kind: "Segment", name: "buyers"), name: "buyers", rule: "orders > 1"),
                Segment(id: UUID(kind: "Segment", name: "all"), name: "all", rule: "id is not null"),
            ],
            destinations: [
                Destination(
                    id: UUID(kind: "Destination", name: "drop"), name: "drop",
                    place: .directory(DirectoryPlace(path: outbox)))
            ],
            dataflows: [
                Dataflow(
                    id: UUID(kind: "Dataflow", name: "nightly"), name: "nightly", destination: "drop",
                    segments: ["buyers"],
                    schedule: Schedule(frequency: .daily, trigger: .afterSegmentation),
                    mapping: [
                        MappedColumn(.attribute("id"), header: "id"),
                        MappedColumn(.attribute("email"), header: "email"),
                    ],
                    file: FileLayout(name: "%SEGMENT_NAME%_%DATETIME(yyyyMMddHHmmss)%")
                )
            ]
        )
        change(&spec)
        return spec
    }

    /// The data folder, opened as a new process would.
    func place(
        limits: Workplace.Limits = Workplace.Limits(), owner: String = UUID().uuidString,
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        opening: (@Sendable (Destination, UploadJournal) -> OpenDestination)? = nil,
        openingDropOff: (@Sendable (Source, DropOff) -> (any DropOffPlace)?)? = nil
    ) throws -> Workplace {
        let data = DataFolder(path: folder.path("data"))
        try data.create()
        return Workplace(
            folder: data, store: try Store(path: data.storePath, role: .owner),
            profiles: try ProfileStore(path: data.profilesPath), clock: clock,
            logger: logger, limits: limits, owner: owner, opening: opening, openingDropOff: openingDropOff
        )
    }

    /// Runs one whole cycle.
    @discardableResult
    func once(_ spec: JobSpec, _ place: Workplace? = nil) async throws -> [Run] {
        let place = try place ?? self.place()
        let before = try place.store.lastRunSequence()
        let scheduler = try await Scheduler.start(place, spec: spec, actor: "test")
        _ = try await scheduler.once()
        return try place.store.runs(madeAfter: before)
    }
}
