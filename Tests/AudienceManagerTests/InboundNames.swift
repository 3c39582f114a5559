import AudienceManager

/// The names that the vendor's documents show, and what they say.
enum InboundNames {
    static let data: [(String, DataFileName)] = [
        (
            "ftp_dpm_478_1366545717.sync.1.gz",
            DataFileName(dpid: 478, timestamp: 1_366_545_717, mode: .sync, split: 1, packing: .gzip)
        ),
        (
            "ftp_dpm_478_1366545717.sync.2.gz",
            DataFileName(dpid: 478, timestamp: 1_366_545_717, mode: .sync, split: 2, packing: .gzip)
        ),
        ("ftp_dpm_478_1366545717.sync", DataFileName(dpid: 478, timestamp: 1_366_545_717, mode: .sync)),
        (
            "ftp_dpm_478_567_1366545717.sync.gz",
            DataFileName(dpid: 478, target: 567, timestamp: 1_366_545_717, mode: .sync, packing: .gzip)
        ),
        ("ftp_dpm_478_1366545717.overwrite", DataFileName(dpid: 478, timestamp: 1_366_545_717, mode: .overwrite)),
    ]

    static let ids: [(String, IDFileName)] = [
        (
            "adobe_id_111_222_333_444_1454442149.sync",
            IDFileName(relation: .device, dpids: [111, 222, 333, 444], timestamp: 1_454_442_149)
        ),
        (
            "adobe_id_123_898_456_1454442149.sync.1.gz",
            IDFileName(
                relation: .device, dpids: [123, 898, 456], timestamp: 1_454_442_149, split: 1, packing: .gzip)
        ),
        (
            "c2c_id_123_898_1454442149.sync.gz",
            IDFileName(relation: .customer, dpids: [123, 898], timestamp: 1_454_442_149, packing: .gzip)
        ),
    ]

    /// Names of the documents whose timestamps have only nine digits.
    static let short: [(String, DataFileName)] = [
        (
            "ftp_dpm_100_123456789.sync.pgp",
            DataFileName(dpid: 100, timestamp: 123_456_789, mode: .sync, packing: .pgp)
        ),
        (
            "ftp_dpm_100_123456789.overwrite.gpg",
            DataFileName(dpid: 100, timestamp: 123_456_789, mode: .overwrite, packing: .gpg)
        ),
        ("ftp_dpm_100_123456789.sync", DataFileName(dpid: 100, timestamp: 123_456_789, mode: .sync)),
    ]

    /// Files that go the other way.
    static let outbound = [
        "S3_1234_20914_XYZCustomer_iter_1486140844000.sync.gz",
        "S3_1234_20914_XYZCustomer_iter_1486140844000001.sync.gz",
        "S3_1234_20914_XYZCustomer_iter_1486140844000002.sync.gz", "ftp_1234_20915_full_1486140843000.sync.gz",
        "ftp_1234_20915_full_1486140843000001.sync.gz", "s3_123456_9999_full_1566906141001.csv",
    ]

    static let all = data.map(\.0) + ids.map(\.0) + short.map(\.0)
}
