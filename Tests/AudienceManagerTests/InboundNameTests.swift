import AudienceManager
import Testing
import TidegateModel

@Suite struct InboundNameTests {
    @Test(arguments: InboundNames.data.indices) func `a documented name of a data file is read`(_ index: Int) throws {
        let (name, meaning) = InboundNames.data[index]
        for timestamps in DropOff.Timestamps.allCases {
            #expect(try DropOffFileName.parse(name, timestamps: timestamps) == .data(meaning))
        }
    }

    @Test(arguments: InboundNames.ids.indices) func `a documented name of an ID file is read`(_ index: Int) throws {
        let (name, meaning) = InboundNames.ids[index]
        for timestamps in DropOff.Timestamps.allCases {
            #expect(try DropOffFileName.parse(name, timestamps: timestamps) == .ids(meaning))
        }
    }

    @Test(arguments: InboundNames.short.indices)
    func `a documented name with a timestamp of nine digits is read only leniently`(_ index: Int) throws {
        let (name, meaning) = InboundNames.short[index]
        #expect(try DropOffFileName.parse(name, timestamps: .lenient) == .data(meaning))
        #expect(Self.reason(name) == "timestamp has 9 digits, 10 are needed")
    }

    @Test(arguments: InboundNames.outbound) func `a name of an outbound file is no name of an inbound one`(
        _ name: String
    ) {
        #expect(Self.reason(name) == "name begins with none of ftp_dpm_, adobe_id_ and c2c_id_")
    }

    @Test(arguments: DataSource.global.map(\.dpid).filter { $0 != 0 })
    func `a file of a global device data source needs the data source of its traits`(_ dpid: Int64) throws {
        #expect(
            Self.reason("ftp_dpm_\(dpid)_1366545717.sync")
                == "data source \(dpid) is a global one, so that the name needs the data source of the traits too")
        #expect(
            Self.reason("ftp_dpm_478_\(dpid)_1366545717.sync")
                == "target \(dpid) is a global data source, which owns no traits")
        let name = try DropOffFileName.parse("ftp_dpm_\(dpid)_478_1366545717.sync", timestamps: .strict)
        #expect(name == .data(DataFileName(dpid: dpid, target: 478, timestamp: 1_366_545_717, mode: .sync)))
    }

    @Test(arguments: [
        ("ftp_dpm_478_478_1366545717.sync", 478), ("ftp_dpm_0_478_1366545717.sync", 478),
        ("ftp_dpm_478_1366545717.overwrite.12.pgp", 478), ("ftp_dpm_478_1366545717.sync.001", 478),
        ("ftp_dpm_9223372036854775807_0000000000.sync", Int64.max),
    ]) func `a data file may say all that the grammar has`(_ name: String, _ owner: Int64) throws {
        guard case .data(let read) = try DropOffFileName.parse(name, timestamps: .strict) else {
            Issue.record("no data file")
            return
        }
        #expect(read.owner == owner)
    }

    @Test func `a name leaves room for its receipt's`() throws {
        let dpids = (100..<145).map { "\($0)_" }.joined()
        func name(ofBytes count: Int) -> String {
            let (head, tail) = ("adobe_id_" + dpids, "7654321_1366545717.sync.gz")
            return head + String(repeating: "0", count: count - head.utf8.count - tail.utf8.count) + tail
        }
        _ = try DropOffFileName.parse(name(ofBytes: 255 - ".receipt.json".utf8.count), timestamps: .strict)
        #expect(
            Self.reason(name(ofBytes: 243)) == "name has 243 bytes, 242 are allowed, as its receipt's is longer")
    }

    static let refused: [(String, String)] = [
        ("", "name is empty"),
        ("ftp_dmp_478_1366545717.sync", "name begins with none of ftp_dpm_, adobe_id_ and c2c_id_"),
        ("FTP_DPM_478_1366545717.sync", "prefix ftp_dpm_ is not in lower case"),
        ("ftp_dpm_odc_478_1366545717.sync", "variant odc, with a column of ID types, is not read"),
        ("ftp_dpm_1366545717.sync", "DPID or timestamp is missing"),
        ("ftp_dpm_478_567_9_1366545717.sync", "name has 4 numbers, DPID, target and timestamp are at most 3"),
        ("ftp_dpm__1366545717.sync", "DPID is missing"),
        ("ftp_dpm_47x_1366545717.sync", "DPID is not a number"),
        ("ftp_dpm_9223372036854775808_1366545717.sync", "DPID is too big"),
        ("ftp_dpm_478_567x_1366545717.sync", "target is not a number"),
        ("ftp_dpm_478_99999999999999999999_1366545717.sync", "target is too big"),
        ("ftp_dpm_478_.sync", "timestamp is missing"),
        ("ftp_dpm_478_136654571.sync", "timestamp has 9 digits, 10 are needed"),
        ("ftp_dpm_478_13665457170.sync", "timestamp has 11 digits, 10 are needed"),
        ("ftp_dpm_478_567.sync", "timestamp has 3 digits, 10 are needed"),
        ("ftp_dpm_478_1366545717", "sync mode is missing, .sync or .overwrite is needed"),
        ("ftp_dpm_478_1366545717.gz", "sync mode '.gz' is none of .sync and .overwrite"),
        ("ftp_dpm_478_1366545717.snc", "sync mode '.snc' is none of .sync and .overwrite"),
        ("ftp_dpm_478_1366545717.Sync", "sync mode '.Sync' is none of .sync and .overwrite"),
        ("ftp_dpm_478_1366545717.averylongsecret", "sync mode is none of .sync and .overwrite"),
        ("ftp_dpm_478_1366545717.1.sync.gz", "sync mode does not stand first behind the timestamp"),
        ("ftp_dpm_478_1366545717.sync.gz.1", "split number stands behind the packing instead of before it"),
        ("ftp_dpm_478_1366545717.sync.1.2", "name has two split numbers"),
        ("ftp_dpm_478_1366545717.sync.99999999999999999999", "split number is too big"),
        ("ftp_dpm_478_1366545717.sync.zip", "packing '.zip' is not allowed, only .gz is"),
        ("ftp_dpm_478_1366545717.sync.zst", "ending '.zst' is no split number and none of .gz, .pgp, .gpg"),
        ("ftp_dpm_478_1366545717.sync.GZ", "ending '.GZ' is no split number and none of .gz, .pgp, .gpg"),
        ("ftp_dpm_478_1366545717.sync.gz.pgp", "gzip and PGP exclude each other"),
        ("ftp_dpm_478_1366545717.sync.1.gpg.gz", "gzip and PGP exclude each other"),
        ("ftp_dpm_478_1366545717.sync.gz.gz", "name goes on behind the packing"),
        ("ftp_dpm_478_1366545717.sync.", "nothing stands behind a dot"),
        ("ftp_dpm_478_1366545717..sync", "nothing stands behind a dot"),
        ("adobe_id_123_898_1454442149.overwrite", "ID files have no .overwrite, only .sync"),
        ("adobe_id_123_898_1454442149.snc", "sync mode '.snc' is not .sync"),
        ("adobe_id_123_1454442149.sync", "name has fewer than 2 data sources or no timestamp"),
        ("adobe_id_123_898_123_1454442149.sync", "data source 123 is named twice"),
        ("adobe_id_123_x_1454442149.sync", "DPID 2 is not a number"),
        ("c2c_id_123_898_1454442149.sync.pgp", "ID files are packed as .gz only, not encrypted"),
        ("c2c_id_123_898_1454442149.sync.gz.pgp", "gzip and PGP exclude each other"),
        ("adobe_id_c2c_id_123_898_1454442149.sync", "prefixes adobe_id_ and c2c_id_ exclude each other"),
        ("123_898_1454442149.sync", "name begins with none of ftp_dpm_, adobe_id_ and c2c_id_"),
    ]

    @Test(arguments: refused.indices) func `a name that is nearly right is told which part is wrong`(_ index: Int) {
        let (name, reason) = Self.refused[index]
        #expect(Self.reason(name) == reason)
    }

    @Test(arguments: [
        ("date=2018-05-17/ftp_dpm_478_1366545717.sync", "name has a folder in it"),
        ("../ftp_dpm_478_1366545717.sync", "name has a folder in it"),
        ("ftp_dpm_478_1366545717.sync\0", plain), ("ftp_dpm_478_1366545717.sync\n", plain),
        ("ftp_dpm_٤٧٨_1366545717.sync", plain), ("ftp_dpm_478_136654571٧.sync", plain),
        ("ftp_dpm_478_1366545717.ｓync", plain), (" ftp_dpm_478_1366545717.sync", plain),
        ("ftp_dpm_-478_1366545717.sync", plain), ("ftp_dpm_478_1366545717.sync\u{301}", plain),
        (
            "ftp_dpm_" + String(repeating: "0", count: 100_000) + "478_1366545717.sync",
            "name has 100027 bytes, 242 are allowed, as its receipt's is longer"
        ),
    ]) func `a hostile name is refused`(_ name: String, _ reason: String) {
        for timestamps in DropOff.Timestamps.allCases { #expect(Self.reason(name, timestamps) == reason) }
    }

    private static let plain = "name has characters that are not unaccented letters, digits, underscores or dots"

    @Test func `a name that is refused leniently is told of both counts`() {
        #expect(Self.reason("ftp_dpm_478_1.sync", .lenient) == "timestamp has 1 digit, 9 or 10 are needed")
    }

    /// Nil where the name is read.
    private static func reason(_ name: String, _ timestamps: DropOff.Timestamps = .strict) -> String? {
        do {
            _ = try DropOffFileName.parse(name, timestamps: timestamps)
            return nil
        } catch {
            return error.reason
        }
    }
}
