import Testing
import TidegateModel

@testable import AudienceManager

@Suite struct OutboundFileNameTests {
    static let standard = AudienceManagerLayout.defaultName

    /// The vendor's examples.
    @Test func `the first file has no number, the next ones 001 and 002`() throws {
        let toS3 = Outbound.constants(.s3, alias: "XYZCustomer", .incremental)
        #expect(
            try Outbound.names(Self.standard, toS3, parts: 3, fileExtension: ".gz") == [
                "S3_1234_20914_XYZCustomer_iter_1486140844000.sync.gz",
                "S3_1234_20914_XYZCustomer_iter_1486140844000001.sync.gz",
                "S3_1234_20914_XYZCustomer_iter_1486140844000002.sync.gz",
            ])
        let toFTP = Outbound.constants(.ftp, dpid: 20915, at: 1_486_140_843_000)
        #expect(
            try Outbound.names(Self.standard, toFTP, parts: 2, fileExtension: ".gz") == [
                "ftp_1234_20915_full_1486140843000.sync.gz", "ftp_1234_20915_full_1486140843000001.sync.gz",
            ])
    }

    @Test(arguments: [
        (
            #"<SYNC_TYPE>_<ORDER_ID>_<DPID>_<SYNC_MODE>_<TIMESTAMP; format="seconds">.sync"#,
            "ftp_215_888_iter_1449756724.sync"
        ),
        (
            #"<SYNC_TYPE>_<ORDER_ID>_<DPID>_<MASTER_DPID>_<SYNC_MODE>_<TIMESTAMP;format="seconds">.sync"#,
            "ftp_215_888_20915_iter_1449756724.sync"
        ),
        ("<SYNC_TYPE>_<ORDER_ID>_<DPID>_<SYNC_MODE>_<TIMESTAMP>SPLITNUM.csv", "ftp_215_888_iter_1449756724123.csv"),
        (#"<TIMESTAMP; format="YYYYMMDDhhmmss">.sync"#, "20151210141204.sync"),
        (#"<TIMESTAMP; format="yyyyMMdd_HHmmss">"#, "20151210_141204"),
        (#"<TIMESTAMP; format="milliseconds">"#, "1449756724123"),
        ("x<if(PIDALIAS)>_<PIDALIAS><endif><TIMESTAMP>SPLITNUM", "x1449756724123"),
    ])
    func `a name is written as the template says`(template: String, expected: String) throws {
        var values = Outbound.constants(order: "215", dpid: 888, .incremental, at: 1_449_756_724_123)
        values.masterDPID = 20915
        #expect(try Outbound.names(template, values) == [expected])
    }

    /// 2024-12-30 belongs to the first week of 2025, and is the 365th day of its year.
    @Test func `a date is that of the calendar, whatever the letters mean to Java`() throws {
        let values = Outbound.constants(at: 1_735_603_199_000)
        #expect(try Outbound.names(#"<TIMESTAMP; format="YYYYMMDDhhmmss">"#, values) == ["20241230235959"])
    }

    @Test func `a time before 2001 has as many digits as any other`() throws {
        let values = Outbound.constants(at: 86_400_000)
        #expect(try Outbound.names("a<TIMESTAMP>", values) == ["a0000086400000"])
        #expect(try Outbound.names(#"a<TIMESTAMP; format="seconds">"#, values) == ["a0000086400"])
    }

    @Test func `a number of more than three digits is written in full`() throws {
        let name = try OutboundFileName(
            template: OutboundTemplate("a<TIMESTAMP>_SPLITNUM.sync", for: .name), values: Outbound.constants())
        #expect(name.part(1) == "a1486140844000_.sync")
        #expect(name.part(1000) == "a1486140844000_999.sync")
        #expect(name.part(1001) == "a1486140844000_1000.sync")
    }

    @Test func `a template without a place for the number has it before the extension, behind an underscore`() throws {
        let values = Outbound.constants()
        #expect(
            try Outbound.names("a_<TIMESTAMP>.sync", values, parts: 2, fileExtension: ".gz")
                == ["a_1486140844000.sync.gz", "a_1486140844000_001.sync.gz"])
        #expect(
            try Outbound.names(#"v1.2_<TIMESTAMP; format="seconds">"#, values, parts: 2)
                == ["v1.2_1486140844", "v1.2_1486140844_001"])
    }

    @Test(arguments: [
        (#"a<TIMESTAMP; format="seconds">SPLITNUM"#, "milliseconds"),
        (#"<TIMESTAMP; format="yyyyMMddHH">SPLITNUM"#, "milliseconds"),
        (#"<TIMESTAMP; format="yyyyMMdd"><TIMESTAMP; format="HH">SPLITNUM"#, "milliseconds"),
        ("1234567890SPLITNUM", "milliseconds"), ("<TIMESTAMP>_<ORDER_ID>SPLITNUM", "told apart"),
        ("<TIMESTAMP><if(PID_ALIAS)>_<PID_ALIAS><endif>SPLITNUM", "told apart"),
    ])
    func `a number is not glued to digits that it could be taken for`(template: String, reason: String) {
        #expect(Outbound.problem(template, .name)?.message.contains(reason) == true)
    }

    @Test func `a number may be glued to milliseconds, to a long date, or stand behind a separator`() throws {
        for template in [
            "<TIMESTAMP>SPLITNUM", #"<TIMESTAMP; format="YYYYMMDDhhmmss">SPLITNUM"#,
            #"<TIMESTAMP; format="seconds">_SPLITNUM"#, #"<TIMESTAMP; format="yyyyMMdd">SPLITNUM"#,
        ] {
            #expect(Outbound.problem(template, .name) == nil, "\(template)")
        }
    }

    @Test func `a value that makes a name unfit is refused when the name is made`() throws {
        func reason(_ alias: String) throws -> String? {
            let template = try OutboundTemplate(Self.standard, for: .name)
            do {
                _ = try OutboundFileName(template: template, values: Outbound.constants(alias: alias))
                return nil
            } catch {
                return error.message
            }
        }
        #expect(try reason("a b") == nil)
        #expect(try reason("a/b")?.hasSuffix("contains a slash or a backslash") == true)
        #expect(try reason("..")?.hasSuffix("contains '..'") == true)
        #expect(try reason("a\u{7}b")?.hasSuffix("contains a control character") == true)
        #expect(try reason(String(repeating: "ä", count: 130))?.hasSuffix("has more than 255 bytes") == true)
    }

    /// Of six digits, for a million parts.
    @Test func `a name leaves room for the numbers of its parts`() throws {
        let template = try OutboundTemplate("<PID_ALIAS>_<TIMESTAMP>SPLITNUM.sync", for: .name)
        func fits(_ length: Int) -> Bool {
            let values = Outbound.constants(alias: String(repeating: "a", count: length - 22))
            return (try? OutboundFileName(template: template, values: values, fileExtension: ".gz")) != nil
        }
        #expect(fits(255 - 6))
        #expect(!fits(255 - 5))
    }

    @Test func `a name that does not show the time is accepted with a warning`() throws {
        #expect(try OutboundTemplate("<ORDER_ID>.sync", for: .name).warnings.map(\.offset) == [0])
        #expect(try OutboundTemplate(Self.standard, for: .name).warnings == [])
    }
}
