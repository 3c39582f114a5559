import TidegateModel

@testable import AudienceManager

/// Values for templates.
enum Outbound {
    static func constants(
        _ syncType: AudienceManagerLayout.SyncType = .ftp, order: String = "1234", dpid: Int64 = 20914,
        pid: Int64? = nil, alias: String? = nil, _ mode: OutboundConstants.SyncMode = .full,
        at milliseconds: Int64 = 1_486_140_844_000
    ) -> OutboundConstants {
        OutboundConstants(
            syncType: syncType, orderID: order, dpid: dpid, pid: pid, pidAlias: alias, syncMode: mode,
            timestamp: Instant(milliseconds: milliseconds))
    }

    static func row(
        _ id: String, in segments: [Int64] = [], left removed: [Int64] = [],
        _ constants: OutboundConstants = Outbound.constants()
    ) -> OutboundRow {
        var row = OutboundRow(constants)
        id.withBytes { row.setID($0) }
        row.segments = segments.map { .init(sid: $0, lastRealizationTime: 1_344_114_661_000) }
        row.removedSegments = removed.map { .init(sid: $0, lastRealizationTime: 1_343_250_661_000) }
        return row
    }

    /// What a row template writes.
    static func line(_ template: String, _ row: OutboundRow) throws -> String {
        var output: [UInt8] = []
        try OutboundTemplate(template, for: .row).render(row, into: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// The names of the first parts.
    static func names(
        _ template: String, _ constants: OutboundConstants, parts: Int = 1, fileExtension: String = ""
    ) throws -> [String] {
        let name = try OutboundFileName(
            template: OutboundTemplate(template, for: .name), values: constants, fileExtension: fileExtension)
        return (1...parts).map(name.part)
    }

    static func problem(_ template: String, _ slot: OutboundTemplate.Slot = .row) -> TemplateProblem? {
        do {
            _ = try OutboundTemplate(template, for: slot)
            return nil
        } catch {
            return error
        }
    }
}

extension String {
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try Array(utf8).withUnsafeBytes(body)
    }
}
