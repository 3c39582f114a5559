import AudienceManager
import Foundation
import Profiles
import TidegateModel

/// An export of the ids of profiles with three segments, full and incremental, from a store that is made for it.
enum IdentityFiles {
    /// - Parameter arguments: a folder that exists, the number of profiles.
    static func measured(_ arguments: [String]) throws -> [String: Double] {
        let folder = arguments.first ?? "."
        let profiles = arguments.dropFirst().first.flatMap { Int($0) } ?? 1_000_000
        let store = try ProfileStore(path: folder + "/profiles.sqlite")
        let before = try publish(folder, profiles, in: store, day: 0)
        let now = try publish(folder, profiles, in: store, day: 1)
        var figures = ["profiles": Double(profiles)]
        let memory = peakMemory()
        for (name, attribute) in [("key", "id"), ("attribute", "phone")] {
            for isFull in [true, false] {
                let request = try request(folder, attribute, now: now, before: before, isFull: isFull)
                let begun = DispatchTime.now().uptimeNanoseconds
                let staged = try store.stage(request)
                let seconds = Double(DispatchTime.now().uptimeNanoseconds - begun) / 1e9
                let rows = staged.files.reduce(0) { $0 + $1.rows }
                let title = name + (isFull ? "Full" : "Incremental")
                figures[title + "Seconds"] = seconds
                figures[title + "Rows"] = Double(rows)
                figures[title + "RowsPerSecond"] = Double(rows) / seconds
                for file in staged.files { unlink(file.path) }
            }
        }
        figures["memoryBeforeMegabytes"] = memory
        figures["memoryAfterMegabytes"] = peakMemory()
        return figures
    }

    private static let schema = ProfileSchema(
        key: "id",
        attributes: [Attribute("id", .text), Attribute("phone", .text), Attribute("orders", .integer)]
    )

    private static let segments = ["orders > 20", "orders > 50", "orders > 80"].enumerated().map {
        Segment(id: UUID(), name: "segment-\($0.offset)", rule: $0.element, sid: Int64(100 + $0.offset))
    }

    /// Reads customers, a tenth of whom have other orders than the day before, and publishes a snapshot of them.
    private static func publish(_ folder: String, _ profiles: Int, in store: ProfileStore, day: Int) throws -> UUID {
        var dice = Dice(seed: 7)
        var text = Data("id,phone,orders\n".utf8)
        for number in 0..<profiles {
            let (first, phone, change) = (dice.next() % 100, dice.next(), dice.next())
            let orders = day > 0 && change % 10 == 0 ? change / 10 % 100 : first
            text.append(contentsOf: "customer-\(number),\(UUID(phone, change).uuidString),\(orders)\n".utf8)
        }
        let path = "\(folder)/customers.csv"
        try text.write(to: URL(filePath: path))
        let source = Source(id: UUID(), name: "crm", from: path)
        _ = try store.ingest(
            source, declared: [source.id], schema: schema, clock: StandingClock(), rejects: folder,
            progress: { _ in }, isCancelled: { false }
        )
        return try store.segment(
            segments, schema: schema, nominal: Instant(milliseconds: Int64(day)), clock: StandingClock(), id: UUID()
        ).id
    }

    private static func request(
        _ folder: String, _ attribute: String, now: UUID, before: UUID, isFull: Bool
    ) throws -> IdentityExportRequest {
        let source = DataSource(id: UUID(), name: "ids", dpid: 20914, kind: .device, attribute: attribute)
        let values = OutboundConstants(
            syncType: .s3, orderID: "1", dpid: source.dpid, syncMode: isFull ? .full : .incremental,
            timestamp: Instant(milliseconds: 1_486_140_844_000)
        )
        return IdentityExportRequest(
            run: UUID(), snapshot: now, segments: segments.map { .init(id: $0.id, sid: $0.sid ?? 0) },
            baselines: Dictionary(uniqueKeysWithValues: segments.map { ($0.id, before) }), isFull: isFull,
            schema: schema, dataSource: source, layout: FileLayout(compression: .gzip),
            row: try OutboundTemplate(AudienceManagerLayout.defaultRow, for: .row), constants: values,
            fileName: try OutboundFileName(
                template: try OutboundTemplate(AudienceManagerLayout.defaultName, for: .name), values: values
            ),
            folder: folder
        )
    }

    /// The most that the process has held, in megabytes.
    private static func peakMemory() -> Double {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0) / 1024
    }
}

/// Always 1970.
private struct StandingClock: WallClock {
    func now() -> Instant { Instant(milliseconds: 0) }
    func sleep(until deadline: Instant) async throws(CancellationError) {}
}

extension UUID {
    fileprivate init(_ high: UInt64, _ low: UInt64) {
        self = withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }
}
