import Foundation
import Testing
import TidegateModel

@testable import AudienceManager

struct OutboundNameShapeTests {
    @Test(arguments: [
        AudienceManagerLayout.defaultName, "a_<TIMESTAMP>.csv", "<TIMESTAMP; format=\"yyyyMMdd\">_x", "plain",
        "<SYNC_MODE><if(PID_ALIAS)>_<TIMESTAMP; format=\"seconds\">_<else>-<TIMESTAMP><endif>_SPLITNUM_<ORDER_ID>.sync",
        "<TIMESTAMP; format=\"yyyy\">_SPLITNUM_<TIMESTAMP; format=\"MMdd\">", "2026_<DPID>_<TIMESTAMP>_x",
    ])
    func `each name that an export writes has a shape`(template: String) throws {
        let template = try OutboundTemplate(template, for: .name)
        for (alias, mode) in [(nil, OutboundConstants.SyncMode.full), ("acme", .incremental)] {
            let shape = OutboundNameShape(
                template, values(alias, mode, 1_486_140_844_000), fileExtension: ".gz", hasControlFile: true
            )
            for time: Int64 in [0, 1_486_140_844_123, 1_795_226_709_000, 4_102_444_799_999] {
                let names = try OutboundFileName(
                    template: template, values: values(alias, mode, time), fileExtension: ".gz"
                )
                #expect(Self.fits(names.part(1), shape.names[0]), "\(names.part(1))")
                #expect(Self.fits(names.part(2), shape.names[1]), "\(names.part(2))")
                #expect(Self.fits(names.part(1000), shape.names[1]), "\(names.part(1000))")
                #expect(Self.fits(names.controlFile, shape.names[2]), "\(names.controlFile)")
            }
        }
    }

    @Test func `what is no time is certain in a shape`() throws {
        let template = try OutboundTemplate("20_<ORDER_ID>_<TIMESTAMP; format=\"yyyyMM\">-7.sync", for: .name)
        let shape = OutboundNameShape(
            template, values(nil, .full, 0), fileExtension: "", hasControlFile: false
        )
        #expect(shape.names.count == 2)
        let digits = shape.names[0].indices.filter { shape.names[0][$0] == .digit }
        #expect(Array(digits) == Array(6..<12))
    }

    private static func fits(_ name: String, _ places: [FileNameShape.Place]) -> Bool {
        name.utf8.count == places.count && zip(name.utf8, places).allSatisfy { $1.meets(.byte($0)) }
    }

    private func values(_ alias: String?, _ mode: OutboundConstants.SyncMode, _ time: Int64) -> OutboundConstants {
        OutboundConstants(
            syncType: .s3, orderID: "12", dpid: 20914, pidAlias: alias, syncMode: mode,
            timestamp: Instant(milliseconds: time)
        )
    }
}
