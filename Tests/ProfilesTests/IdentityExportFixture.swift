import AudienceManager
import Foundation
import TidegateModel

@testable import Profiles

/// Profiles with a phone's id each, shared or missing, and an export of those ids.
struct IdentityExportFixture {
    static let phone = DataSource(
        id: UUID(), name: "phones", dpid: 20914, kind: .device, attribute: "phone")
    static let customer = DataSource(id: UUID(), name: "crm", dpid: 7, kind: .crossDevice, attribute: "customer_id")

    let export: ExportFixture
    let segments: [IdentityExportRequest.Segment]

    /// - Parameter sids: of segments in this order.
    init(sids: [Int64] = [24, 25, 26], over export: ExportFixture? = nil) throws {
        self.export = try export ?? ExportFixture([Attribute("phone", .text), Attribute("number", .integer)])
        segments = sids.map { IdentityExportRequest.Segment(id: UUID(), sid: $0) }
    }

    /// A snapshot with these members of the segments, by number.
    func publish(_ members: [Int64: [UInt32]]) throws -> UUID {
        try export.publish(
            Dictionary(uniqueKeysWithValues: segments.map { ($0.id, (members[$0.sid] ?? []).sorted()) })
        )
    }

    func request(
        _ now: UUID, since before: UUID? = nil, isFull: Bool = false, of source: DataSource = phone,
        header: String? = nil, row: String = AudienceManagerLayout.defaultRow, layout: FileLayout = FileLayout(),
        run: UUID = UUID()
    ) throws -> IdentityExportRequest {
        var layout = layout
        layout.audienceManager = AudienceManagerLayout(dataSource: source.name)
        let constants = OutboundConstants(
            syncType: .s3, orderID: "1234", dpid: source.dpid, pidAlias: "XYZCustomer",
            syncMode: isFull ? .full : .incremental, timestamp: Instant(milliseconds: 1_486_140_844_000)
        )
        return IdentityExportRequest(
            run: run, snapshot: now, segments: segments,
            baselines: before.map { before in Dictionary(uniqueKeysWithValues: segments.map { ($0.id, before) }) }
                ?? [:],
            isFull: isFull, schema: export.schema, dataSource: source, dataSources: [source], layout: layout,
            header: try header.map { try OutboundTemplate($0, for: .header) },
            row: try OutboundTemplate(row, for: .row), constants: constants,
            fileName: try OutboundFileName(
                template: try OutboundTemplate(AudienceManagerLayout.defaultName, for: .name), values: constants,
                fileExtension: layout.fileExtension
            ),
            folder: export.folder + "/staging"
        )
    }

    /// The one file of an export as text, removed again, with the counts.
    func staged(_ request: IdentityExportRequest) throws -> (text: String, counts: RunCounts) {
        let staged = try export.store.stage(request)
        defer { for file in staged.files { unlink(file.path) } }
        return (String(decoding: try export.contents(staged.files[0]), as: UTF8.self), staged.counts)
    }

    func text(_ request: IdentityExportRequest) throws -> String { try staged(request).text }
}
