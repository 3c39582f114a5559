import CCodecs
import Digests
import Foundation
import TidegateModel
import TidegateTesting

@testable import Profiles

/// A store and a folder for its sources, both gone with the fixture.
final class IngestFixture {
    let folder: String
    let store: ProfileStore
    let clock = ManualClock(Instant(milliseconds: 1_795_240_800_000))
    var tuning = IngestTuning()
    /// The ids of all sources that the fixture made.
    private var declared: Set<UUID> = []

    static let schema = ProfileSchema(
        key: "id",
        attributes: [
            Attribute("id", .text), Attribute("name", .text, personal: true), Attribute("orders", .integer),
            Attribute("spent", .real), Attribute("consent", .boolean), Attribute("born", .date),
            Attribute("seen", .timestamp),
        ]
    )

    init() throws {
        folder = NSTemporaryDirectory() + "tidegate-ingest-" + UUID().uuidString
        for name in ["", "/rejects", "/in"] {
            try FileManager.default.createDirectory(atPath: folder + name, withIntermediateDirectories: true)
        }
        store = try ProfileStore(path: folder + "/profiles.sqlite")
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Writes a source file and answers its path.
    @discardableResult
    func write(_ bytes: [UInt8], as name: String = "customers.csv") throws -> String {
        let path = folder + "/in/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    @discardableResult
    func write(_ text: String, as name: String = "customers.csv") throws -> String {
        try write(Array(text.utf8), as: name)
    }

    /// Without an id, one that comes of the name.
    func source(
        _ path: String,
        name: String = "crm",
        id: UUID? = nil,
        format: Source.Format = .csv,
        mode: Source.Mode = .upsert,
        columns: [String: String] = [:],
        csv: CSVReading = CSVReading(),
        maxRejected: Double = 0.01
    ) -> Source {
        let id = id ?? UUID(kind: "Source", name: name)
        declared.insert(id)
        return Source(
            id: id,
            name: name,
            from: path,
            format: format,
            mode: mode,
            columns: columns,
            csv: csv,
            maxRejected: maxRejected
        )
    }

    @discardableResult
    func ingest(
        _ source: Source,
        declared: Set<UUID>? = nil,
        schema: ProfileSchema = IngestFixture.schema,
        progress: @escaping (IngestProgress) -> Void = { _ in },
        isCancelled: @escaping () -> Bool = { false }
    ) throws -> IngestReport {
        try store.ingest(
            source,
            declared: declared ?? self.declared,
            schema: schema,
            clock: clock,
            rejects: folder + "/rejects",
            tuning: tuning,
            progress: progress,
            isCancelled: isCancelled
        )
    }

    /// Writes `text` and ingests it.
    @discardableResult
    func ingest(csv text: String, name: String = "crm", mode: Source.Mode = .upsert, maxRejected: Double = 0.01) throws
        -> IngestReport
    {
        try ingest(source(try write(text, as: name + ".csv"), name: name, mode: mode, maxRejected: maxRejected))
    }

    /// One line per row of `sql`: values as SQLite writes literals, so that NULL, '' and '1' differ from 1.
    func rows(_ sql: String) throws -> [String] {
        try store.withReader { connection throws(ProfileError) in
            let names = try connection.prepare("SELECT count(*) FROM (\(sql))")
            guard try names.step() else { return [] }
            let statement = try connection.prepare(sql)
            var rows: [String] = []
            while try statement.step() { rows.append(statement.text(at: 0)) }
            return rows
        }
    }

    /// The profiles in key order with these columns.
    func profiles(_ columns: String...) throws -> [String] {
        let values = columns.map { "quote(\($0 == "key" || $0 == "id" || $0 == "updated_at" ? $0 : "\"\($0)\""))" }
        return try rows("SELECT \(values.joined(separator: " || ' ' || ")) FROM profile ORDER BY key")
    }

    /// All profiles with everything the fixture's schema has.
    func everything() throws -> [String] {
        try profiles(
            "key",
            "id",
            "name:text",
            "orders:integer",
            "spent:real",
            "consent:boolean",
            "born:date",
            "seen:timestamp"
        )
    }

    /// Everything the store has, to show that nothing changed.
    func state() throws -> [String] {
        var state: [String] = []
        for table in [
            "counter", "ingest", "ingest_file", "ingest_rejected", "source_profiles", "removed_profile", "profile",
        ] {
            let columns = try rows("SELECT name FROM pragma_table_info('\(table)') ORDER BY cid")
            let values = columns.map { "quote(\"\($0)\")" }.joined(separator: " || ' ' || ")
            state += try rows("SELECT '\(table) ' || \(values) FROM \(table) ORDER BY 1")
        }
        return state
    }

    /// The error that ingesting `source` ends with.
    func failure(_ source: Source) -> ProfileError? {
        do {
            try ingest(source)
            return nil
        } catch {
            return error as? ProfileError
        }
    }
}

/// One gzip member.
func gzip(_ text: some Sequence<UInt8>) -> [UInt8] {
    let bytes = Array(text)
    let compressor = libdeflate_alloc_compressor(6)
    defer { libdeflate_free_compressor(compressor) }
    let room = libdeflate_gzip_compress_bound(compressor, bytes.count)
    return [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        count = libdeflate_gzip_compress(compressor, bytes, bytes.count, buffer.baseAddress, room)
    }
}

/// One zstd frame.
func zstd(_ text: some Sequence<UInt8>) -> [UInt8] {
    let bytes = Array(text)
    let room = ZSTD_compressBound(bytes.count)
    return [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        count = ZSTD_compress(buffer.baseAddress, room, bytes, bytes.count, 3)
    }
}
