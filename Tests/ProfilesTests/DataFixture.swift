import AudienceManager
import Digests
import Foundation
import TidegateModel
import TidegateTesting

@testable import Profiles

/// A store, and data files on their way into it.
final class DataFixture {
    let folder: TemporaryFolder
    let store: ProfileStore
    let clock = ManualClock(Instant(milliseconds: 1_795_240_800_000))
    var tuning = DataTuning()
    var limits: (lines: Int, bytes: Int) = (200, 102_400)
    var unpackedLimit: Int64 = 5_000_000_000
    private var arrived = 0

    /// People, people with another owner of traits, devices of one's own, and whoever owns the traits of devices.
    static let dataSources = [
        dataSource("crm", 100, .crossDevice), dataSource("loyalty", 200, .crossDevice, form: .sha256),
        dataSource("app", 300, .device, form: .alphanumeric), dataSource("web", 400, .crossDevice),
        dataSource("till", 500, .device, attribute: "device"),
    ]
    static let traits = [
        trait(1, "crm"), trait(2, "crm"), trait(3, "crm"), trait(4, "crm", "color = 'red'"),
        trait(5, "crm", "ic = '52'"), trait(6, "crm", "color = 'red' and size = 'xl'"), trait(11, "web"),
        trait(12, "web"), trait(13, "web", "color = 'blue'"), trait(21, "app"), trait(22, "app"), trait(31, "till"),
    ]
    static let schema = ProfileSchema(key: "id", attributes: [Attribute("id", .text), Attribute("device", .text)])

    init() throws {
        folder = try TemporaryFolder()
        store = try ProfileStore(path: folder.path("profiles.sqlite"))
    }

    /// Another store in the folder of a fixture.
    init(opening folder: TemporaryFolder, store name: String) throws {
        self.folder = folder
        store = try ProfileStore(path: folder.path(name))
    }

    private static func dataSource(
        _ name: String, _ dpid: Int64, _ kind: DataSource.Kind, form: DataSource.IDForm = .any, attribute: String? = nil
    ) -> DataSource {
        DataSource(
            id: UUID(kind: "DataSource", name: name), name: name, dpid: dpid, kind: kind, form: form,
            attribute: attribute)
    }

    private static func trait(_ sid: Int64, _ owner: String, _ rule: String? = nil) -> Trait {
        Trait(
            id: UUID(kind: "Trait", name: "trait \(sid)"), name: "trait \(sid)", sid: sid, dataSource: owner, rule: rule
        )
    }

    func source(_ environment: DropOff.Environment = .production) -> Source {
        var dropOff = DropOff(environment: environment, place: .directory(DirectoryPlace(path: folder.path)))
        dropOff.maxLinesPerUser = limits.lines
        dropOff.maxLineBytes = limits.bytes
        dropOff.maxPlain = unpackedLimit
        let name = "drop-\(environment.rawValue)"
        return Source(
            id: UUID(kind: "Source", name: name), name: name, from: folder.path, format: .audienceManager,
            dropOff: dropOff)
    }

    /// A file as the drop-off would hand it over.
    func file(_ name: String, _ bytes: some Sequence<UInt8>, modifiedAt: Instant? = nil) throws -> ArrivedFile {
        arrived += 1
        let path = try folder.write(bytes, to: "arrived-\(arrived)")
        return ArrivedFile(
            path: path, name: try DropOffFileName.parse(name, timestamps: .strict), file: "date=2026-11-21/" + name,
            size: Int64(Array(bytes).count), modifiedAt: modifiedAt, sha256: sha256(of: Array(bytes)))
    }

    @discardableResult
    func take(
        _ file: ArrivedFile, in environment: DropOff.Environment = .production, traits: [Trait] = DataFixture.traits,
        dataSources: [DataSource] = DataFixture.dataSources, progress: @escaping (Int64) -> Void = { _ in },
        isCancelled: @escaping () -> Bool = { false }
    ) throws -> FileReceipt {
        try store.take(
            file, of: source(environment), catalogue: DropOffCatalogue(dataSources: dataSources, traits: traits),
            schema: Self.schema, clock: clock, tuning: tuning, progress: progress, isCancelled: isCancelled)
    }

    @discardableResult
    func take(
        _ name: String, _ text: String, in environment: DropOff.Environment = .production
    ) throws -> FileReceipt {
        try take(try file(name, text.utf8), in: environment)
    }

    /// The ids that have a trait, as `dpid/id`, sorted.
    func holders(of trait: Int64, in environment: DropOff.Environment = .production) throws -> [String] {
        try store.withReader { connection throws(ProfileError) in
            let set = try TraitSets(in: environment, on: connection).identities(having: trait)
            let statement = try connection.prepare(
                "SELECT number, source || '/' || id FROM identity WHERE environment = ?1")
            statement.bind(environment.number, at: 1)
            var found: [String] = []
            while try statement.step() {
                if set.contains(UInt32(statement.integer(at: 0))) { found.append(statement.text(at: 1)) }
            }
            return found.count == set.count ? found.sorted() : ["ids without a row"]
        }
    }

    /// Makes ids known, as an ID synchronisation file would.
    func introduce(_ ids: [String], of dpid: Int64, in environment: DropOff.Environment = .production) throws {
        try store.withWriter { connection throws(ProfileError) in
            try connection.write { () throws(ProfileError) in
                let identities = try Identities(in: environment, on: connection)
                let batch = IdentityBatch()
                for id in ids { Array(id.utf8).withUnsafeBytes { batch.append($0) } }
                _ = try identities.numbers(of: batch, source: dpid, adding: true)
                try identities.finish()
            }
        }
    }

    /// Everything that data files change, to show that nothing did.
    func state() throws -> [String] {
        var state: [String] = []
        for table in ["counter", "identity", "trait_identities", "drop_file"] {
            let columns = try rows("SELECT name FROM pragma_table_info('\(table)') ORDER BY cid")
            let values = columns.map { "quote(\"\($0)\")" }.joined(separator: " || ' ' || ")
            state += try rows("SELECT '\(table) ' || \(values) FROM \(table) ORDER BY 1")
        }
        return state
    }

    func rows(_ sql: String) throws -> [String] {
        try store.withReader { connection throws(ProfileError) in
            let statement = try connection.prepare(sql)
            var rows: [String] = []
            while try statement.step() { rows.append(statement.text(at: 0)) }
            return rows
        }
    }
}
