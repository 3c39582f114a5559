import Foundation
import TidegateModel

@testable import Profiles

/// A profile store in a folder of its own, filled by plain SQL, and a staging folder beside it.
final class ExportFixture {
    /// As a value is stored.
    enum Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
        ExpressibleByNilLiteral, ExpressibleByBooleanLiteral
    {
        case null
        case text(String)
        case integer(Int64)
        case real(Double)

        init(stringLiteral value: String) { self = .text(value) }
        init(integerLiteral value: Int64) { self = .integer(value) }
        init(floatLiteral value: Double) { self = .real(value) }
        init(booleanLiteral value: Bool) { self = .integer(value ? 1 : 0) }
        init(nilLiteral: ()) { self = .null }
    }

    static let segment = UUID(uuidString: "00000000-0000-0000-0000-00000000005e") ?? UUID()

    let folder: String
    let store: ProfileStore
    let schema: ProfileSchema
    private var nextID: UInt32 = 1

    init(_ attributes: [Attribute] = []) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("export-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder + "/staging", withIntermediateDirectories: true)
        store = try ProfileStore(path: folder + "/profiles.sqlite")
        schema = ProfileSchema(key: "customer_id", attributes: [Attribute("customer_id", .text)] + attributes)
        let columns = ProfileColumns(schema: schema)
        try store.withWriter { connection throws(ProfileError) in try columns.addMissing(on: connection) }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Adds a profile with the attributes' values in the order of the schema; answers its id.
    @discardableResult
    func add(_ key: String, _ values: [Value] = [], updatedAt: Int64 = 0, id given: UInt32? = nil) throws -> UInt32 {
        let id = given ?? nextID
        nextID = max(nextID, id) + 1
        let columns = ProfileColumns(schema: schema)
        let names = ["key", "id", "updated_at"] + schema.attributes.dropFirst().map { columns.column(of: $0) }
        let marks = Array(repeating: "?", count: names.count).joined(separator: ", ")
        try store.withWriter { connection throws(ProfileError) in
            let statement = try connection.prepare(
                "INSERT INTO profile (\(names.joined(separator: ", "))) VALUES (\(marks))"
            )
            statement.bind(key, at: 1)
            statement.bind(Int64(id), at: 2)
            statement.bind(updatedAt, at: 3)
            for (index, value) in values.enumerated() { statement.bind(value, at: Int32(index + 4)) }
            try statement.run()
        }
        return id
    }

    /// Removes a profile as an ingest does that replaces.
    func remove(_ id: UInt32) throws {
        let store = store
        try store.withWriter { connection throws(ProfileError) in
            try connection.write { () throws(ProfileError) in
                _ = try ProfileRemoval(store: store, connection: connection).remove(ProfileSet([id]))
            }
        }
    }

    func execute(_ sql: String) throws {
        try store.withWriter { connection throws(ProfileError) in try connection.execute(sql) }
    }

    /// A snapshot in which the segment has these members.
    func publish(_ members: [UInt32]) throws -> UUID {
        try publish([Self.segment: members])
    }

    /// A snapshot in which each segment has these members.
    func publish(_ segments: [UUID: [UInt32]]) throws -> UUID {
        let id = UUID()
        try store.withWriter { connection throws(ProfileError) in
            let snapshot = try connection.prepare(
                "INSERT INTO snapshot (id, nominal, published_at, profiles) VALUES (?, 0, 0, ?)"
            )
            snapshot.bind(id.uuidString.lowercased(), at: 1)
            snapshot.bind(Int64(Set(segments.values.joined()).count), at: 2)
            try snapshot.run()
            for (segment, members) in segments {
                let row = try connection.prepare("INSERT INTO snapshot_segment VALUES (?, ?, 'everyone', ?, 0, 0, ?)")
                row.bind(id.uuidString.lowercased(), at: 1)
                row.bind(segment.uuidString.lowercased(), at: 2)
                row.bind(Int64(members.count), at: 3)
                row.bind(blob: ProfileSet(members).serialized(), at: 4)
                try row.run()
            }
        }
        return id
    }

    /// Maps every attribute under its own name, unless told otherwise.
    func request(
        _ snapshot: UUID,
        run: UUID = UUID(),
        baseline: UUID? = nil,
        mode: Dataflow.ExportMode = .full,
        mapping: [MappedColumn]? = nil,
        deduplicateBy: [String] = [],
        layout: FileLayout = FileLayout(),
        baseName: String = "export"
    ) -> ExportRequest {
        ExportRequest(
            run: run,
            snapshot: snapshot,
            segment: Self.segment,
            baseline: baseline,
            mode: mode,
            schema: schema,
            mapping: mapping ?? schema.attributes.map { MappedColumn(.attribute($0.name), header: $0.name) },
            deduplicateBy: deduplicateBy,
            layout: layout,
            baseName: baseName,
            folder: folder + "/staging"
        )
    }

    /// The one file of an export as text, removed again so that the next one can have its name.
    func text(_ request: ExportRequest) throws -> String {
        let staged = try store.stage(request)
        guard staged.files.count == 1 else { throw Surprise.files(staged.files.map(\.name)) }
        defer { clear() }
        return String(decoding: try contents(staged.files[0]), as: UTF8.self)
    }

    func contents(_ file: StagedFile) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: file.path))
    }

    var staged: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder + "/staging")) ?? []).sorted()
    }

    func clear() {
        for name in staged { try? FileManager.default.removeItem(atPath: folder + "/staging/" + name) }
    }

    enum Surprise: Error {
        case files([String])
    }
}

extension Statement {
    borrowing func bind(_ value: ExportFixture.Value, at index: Int32) {
        switch value {
        case .null: bindNull(at: index)
        case .text(let text): bind(text, at: index)
        case .integer(let number): bind(number, at: index)
        case .real(let number): bind(real: number, at: index)
        }
    }
}
