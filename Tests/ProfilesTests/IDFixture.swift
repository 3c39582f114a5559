import AudienceManager
import Foundation
import TidegateModel
import TidegateTesting

@testable import Profiles

/// Takes ID synchronisation files into a store of its own.
final class IDFixture {
    typealias Node = ReachDefinition.Node

    let fixture: ExportFixture
    var sources: [DataSource]
    var caps = LinkCaps()
    var tuning = IDTuning()
    var maxLineBytes = 102_400
    var maxPlain: Int64 = 5_000_000_000
    var isCancelled = { false }
    private var taken = 0

    init(_ sources: [DataSource], attributes: [Attribute] = []) throws {
        self.sources = sources
        fixture = try ExportFixture(attributes)
    }

    @discardableResult
    func take(
        _ name: String, _ text: some Sequence<UInt8>, environment: DropOff.Environment = .production
    ) throws -> FileReceipt {
        guard case .ids(let name) = try DropOffFileName.parse(name, timestamps: .strict) else {
            throw BadFileName("file is no ID file")
        }
        return try take(name, text, environment: environment)
    }

    func take(
        _ name: IDFileName, _ text: some Sequence<UInt8>, environment: DropOff.Environment = .production
    ) throws -> FileReceipt {
        let path = fixture.folder + "/arrived"
        try Data(text).write(to: URL(fileURLWithPath: path))
        taken += 1
        let dropOff = DropOff(
            environment: environment, place: .directory(DirectoryPlace(path: "/in")), maxPlain: maxPlain,
            maxLineBytes: maxLineBytes
        )
        let file = ArrivedFile(
            path: path, name: .ids(name), file: "file-\(taken)", size: 0, modifiedAt: nil, sha256: "digest"
        )
        let source = Source(
            id: UUID(), name: "partner", from: "", format: .audienceManager, mode: .upsert, dropOff: dropOff
        )
        let taking = FileTaking(
            file: file, source: source, dropOff: dropOff,
            catalogue: DropOffCatalogue(dataSources: sources, traits: []), schema: fixture.schema,
            store: fixture.store, clock: ManualClock(Instant(milliseconds: 77_000)), progress: { _ in },
            isCancelled: isCancelled, startedAt: Instant(milliseconds: 77_000)
        )
        return try taking.run(DataTuning(), ids: tuning, caps: caps)
    }

    /// `dpid:id`, in their order.
    func identities(environment: Int = 0) throws -> [String] {
        try rows("SELECT source || ':' || id FROM identity WHERE environment = \(environment) ORDER BY source, id")
    }

    /// `dpid:id-dpid:id`, the first in first, each once.
    func links() throws -> [String] {
        try rows(
            """
            SELECT a.source || ':' || a.id || '-' || b.source || ':' || b.id FROM identity_link AS l
            JOIN identity AS a ON a.number = l.identity JOIN identity AS b ON b.number = l.other
            WHERE (a.source, a.id) < (b.source, b.id) ORDER BY l.sequence
            """
        )
    }

    func rows(_ sql: String) throws -> [String] {
        try fixture.store.withReader { connection throws(ProfileError) in
            let statement = try connection.prepare(sql)
            var rows: [String] = []
            while try statement.step() { rows.append(statement.text(at: 0)) }
            return rows
        }
    }
}
