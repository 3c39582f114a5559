import AudienceManager
import Testing
import TidegateModel

@testable import Profiles

@Suite struct DataFileTests {
    private let sync = "ftp_dpm_100_1366545717.sync"
    private let overwrite = "ftp_dpm_100_1366545718.overwrite"

    @Test func `a sync of a, b, c and one of c, d, e the day after leave all five`() throws {
        let fixture = try DataFixture()
        try fixture.take(sync, "u\td_sid=1,d_sid=2,d_sid=3\n")
        let receipt = try fixture.take("ftp_dpm_100_1366545719.sync", "u\td_sid=3,color=red,52\n")
        for trait: Int64 in 1...5 { #expect(try fixture.holders(of: trait) == ["100/u"]) }
        #expect(receipt.data?.realizedTraits == 3)
    }

    @Test func `an overwrite of c, d, e after a sync of a, b, c leaves c, d, e`() throws {
        let fixture = try DataFixture()
        try fixture.take(sync, "u\td_sid=1,d_sid=2,d_sid=3\n")
        try fixture.take(overwrite, "u\td_sid=3,color=red,52\n")
        for trait: Int64 in 1...5 { #expect(try fixture.holders(of: trait) == (trait < 3 ? [] : ["100/u"])) }
    }

    @Test func `an overwrite leaves users who are not in it, and traits of other data sources`() throws {
        let fixture = try DataFixture()
        try fixture.take(sync, "u\td_sid=1\nother\td_sid=1\n")
        try fixture.take("ftp_dpm_100_400_1366545717.sync", "u\td_sid=11\n")
        try fixture.take(overwrite, "u\td_sid=2\n")
        #expect(try fixture.holders(of: 1) == ["100/other"])
        #expect(try fixture.holders(of: 2) == ["100/u"])
        #expect(try fixture.holders(of: 11) == ["100/u"])
        try fixture.take("ftp_dpm_100_400_1366545717.overwrite", "u\td_sid=12\n")
        #expect(try fixture.holders(of: 11).isEmpty)
        #expect(try fixture.holders(of: 12) == ["100/u"])
        #expect(try fixture.holders(of: 2) == ["100/u"])
    }

    @Test func `all rows of a user in an overwrite replace together`() throws {
        let fixture = try DataFixture()
        try fixture.take(sync, "u\td_sid=1\n")
        try fixture.take(overwrite, "u\td_sid=2\nv\td_sid=1\nu\td_sid=3\n")
        #expect(try fixture.holders(of: 1) == ["100/v"])
        #expect(try fixture.holders(of: 2) == ["100/u"])
        #expect(try fixture.holders(of: 3) == ["100/u"])
    }

    @Test func `removals in an overwrite are passed over, and a row of nothing else does not overwrite`() throws {
        let fixture = try DataFixture()
        try fixture.take(sync, "u\td_sid=1,d_sid=2\nv\td_sid=1\n")
        let receipt = try fixture.take(overwrite, "u\td_unsid=2,d_sid=2,2:0,2:-1\nv\td_unsid=1\n")
        #expect(try fixture.holders(of: 1) == ["100/v"])
        #expect(try fixture.holders(of: 2) == ["100/u"])
        #expect(receipt.data?.removedTraits == 0)
        #expect(receipt.data?.totalSignals == 5)
        #expect(receipt.data?.unusedSignals == 0)
        #expect(receipt.data?.rejected == ["no-trait-realized": 1])
    }

    @Test func `a removal in an overwrite is no error, whosever trait it names`() throws {
        let fixture = try DataFixture()
        let receipt = try fixture.take(overwrite, "u\td_unsid=11,999:0,d_sid=1\nv\td_unsid=999\n")
        #expect(receipt.data?.traitsFailedValidation == 0)
        #expect(receipt.data?.usersWithFailedTraits == 0)
        #expect(receipt.data?.totalSignals == 4)
        #expect(receipt.data?.unusedSignals == 0)
        #expect(receipt.data?.rejected == ["no-trait-realized": 1])
        #expect(try fixture.holders(of: 1) == ["100/u"])
    }

    @Test(arguments: ["d_unsid=1", "1:0", "1:-1"])
    func `a trait is taken away in each of the ways to say so`(removal: String) throws {
        let fixture = try DataFixture()
        try fixture.take(sync, "u\td_sid=1,d_sid=2\nv\td_sid=1\n")
        let receipt = try fixture.take("ftp_dpm_100_1366545719.sync", "u\t\(removal)\n")
        #expect(try fixture.holders(of: 1) == ["100/v"])
        #expect(try fixture.holders(of: 2) == ["100/u"])
        #expect(receipt.data?.removedTraits == 1)
        #expect(receipt.data?.storedRecords == 1)
    }

    @Test func `the last word about a trait counts, over all rows of a user`() throws {
        let fixture = try DataFixture()
        let receipt = try fixture.take(
            sync, "u\td_sid=1,d_unsid=1\nv\t1:0\nu\td_sid=2\nv\td_sid=1,d_unsid=2,d_sid=2\nu\td_unsid=2\n")
        #expect(try fixture.holders(of: 1) == ["100/v"])
        #expect(try fixture.holders(of: 2) == ["100/v"])
        #expect(receipt.data?.realizedTraits == 4)
        #expect(receipt.data?.removedTraits == 4)
        #expect(receipt.data?.totalDevices == 2)
    }

    @Test func `what a row says of a trait by number outranks what its signals fulfil`() throws {
        let fixture = try DataFixture()
        try fixture.take(sync, "u\td_unsid=4,color=red\n")
        #expect(try fixture.holders(of: 4).isEmpty)
    }

    @Test func `the signals of one row fulfil a rule together, those of two rows do not`() throws {
        let fixture = try DataFixture()
        try fixture.take(sync, "one\tcolor=red,size=xl\ntwo\tcolor=red\ntwo\tsize=xl\n")
        #expect(try fixture.holders(of: 6) == ["100/one"])
        #expect(try fixture.holders(of: 4) == ["100/one", "100/two"])
    }

    @Test func `keys and values of signals compare without case, and a repeated key has all its values`() throws {
        let fixture = try DataFixture()
        let receipt = try fixture.take(
            sync,
            "a\t\"-Color\" = \"RED\"\nb\tcolor=blue, color = \"red\"\nc\tic=52\nd\t52,53\ne\tcolor=crimson,shape=round\n"
        )
        #expect(try fixture.holders(of: 4) == ["100/a", "100/b"])
        #expect(try fixture.holders(of: 5) == ["100/c", "100/d"])
        #expect(receipt.data?.totalSignals == 8)
        #expect(receipt.data?.unusedSignals == 1)
        #expect(receipt.data?.noTraitRealized == 1)
    }

    @Test func `traits of another data source fail validation, and are counted with their users`() throws {
        let fixture = try DataFixture()
        let receipt = try fixture.take(
            sync, "u\td_sid=11,d_sid=1,d_unsid=12\nu\t999:0\nv\td_sid=1\nw\td_sid=13\n")
        #expect(receipt.data?.traitsFailedValidation == 4)
        #expect(receipt.data?.usersWithFailedTraits == 2)
        #expect(receipt.data?.unusedSignals == 4)
        #expect(receipt.data?.noTraitRealized == 2)
        #expect(try fixture.holders(of: 11).isEmpty)
        #expect(try fixture.holders(of: 1) == ["100/u", "100/v"])
    }

    @Test func `rules of another data source's traits are not asked`() throws {
        let fixture = try DataFixture()
        try fixture.take("ftp_dpm_100_400_1366545717.sync", "u\tcolor=red,color=blue\n")
        #expect(try fixture.holders(of: 4).isEmpty)
        #expect(try fixture.holders(of: 13) == ["100/u"])
    }

    @Test func `ids are matched exactly`() throws {
        let fixture = try DataFixture()
        let receipt = try fixture.take(sync, "User123\td_sid=1\nUSER123\td_sid=2\nuser123 \td_sid=3\n")
        #expect(receipt.data?.totalDevices == 3)
        #expect(try fixture.holders(of: 1) == ["100/User123"])
        #expect(try fixture.holders(of: 2) == ["100/USER123"])
    }

    @Test func `an id is another in each data source`() throws {
        let fixture = try DataFixture()
        try fixture.take("ftp_dpm_400_100_1366545717.sync", "u\td_sid=1\n")
        try fixture.take(sync, "u\td_unsid=1\n")
        #expect(try fixture.holders(of: 1) == ["400/u"])
    }

    @Test func `production and beta do not know of each other`() throws {
        let fixture = try DataFixture()
        try fixture.take(sync, "u\td_sid=1\n", in: .production)
        let receipt = try fixture.take(sync, "u\td_sid=1,d_sid=2\n", in: .beta)
        #expect(receipt.environment == .beta)
        try fixture.take("ftp_dpm_100_1366545719.sync", "u\td_unsid=1\n", in: .beta)
        #expect(try fixture.holders(of: 1, in: .production) == ["100/u"])
        #expect(try fixture.holders(of: 1, in: .beta).isEmpty)
        #expect(try fixture.holders(of: 2, in: .production).isEmpty)
    }

    @Test func `a device that nobody brought before is skipped, and one that was is not`() throws {
        let fixture = try DataFixture()
        try fixture.introduce(["known"], of: 300)
        try fixture.introduce(["unknown"], of: 300, in: .beta)
        let receipt = try fixture.take(
            "ftp_dpm_300_1366545717.sync", "unknown\td_sid=21,d_sid=1\nknown\td_sid=21\nunknown\td_sid=22\n")
        #expect(receipt.data?.noMatchingAAMIDs == 2)
        #expect(receipt.data?.storedRecords == 1)
        #expect(receipt.data?.totalSignals == 1)
        #expect(receipt.data?.traitsFailedValidation == 0)
        #expect(receipt.samples.map(\.line) == [1, 3])
        #expect(try fixture.holders(of: 21) == ["300/known"])
        #expect(try fixture.rows("SELECT id FROM identity WHERE environment = 0") == ["known"])
    }

    @Test func `a device that a profile has in the data source's attribute is known`() throws {
        let fixture = try DataFixture()
        let path = try fixture.folder.write("id,device\na,D1\nb,D2\nc,D1\nd,\n", to: "customers.csv")
        _ = try fixture.store.ingest(
            Source(id: fixture.source().id, name: "crm", from: path), declared: [], schema: DataFixture.schema,
            clock: fixture.clock, rejects: fixture.folder.path)
        let receipt = try fixture.take("ftp_dpm_500_1366545717.sync", "D1\td_sid=31\nD3\td_sid=31\nd1\td_sid=31\n")
        #expect(receipt.data?.storedRecords == 1)
        #expect(receipt.data?.noMatchingAAMIDs == 2)
        #expect(try fixture.holders(of: 31) == ["500/D1"])
        #expect(try fixture.rows("SELECT id FROM identity ORDER BY id") == ["D1", "D2"])
    }

    @Test func `parts of one file are files of their own`() throws {
        let fixture = try DataFixture()
        try fixture.take("ftp_dpm_100_1366545717.sync.1", "u\td_sid=1\n")
        try fixture.take("ftp_dpm_100_1366545717.sync.2", "u\td_sid=2\n")
        #expect(try fixture.holders(of: 1) == fixture.holders(of: 2))
        #expect(try fixture.store.knownFiles(of: fixture.source().id, in: .production).count == 2)
    }

    @Test func `a file that comes again is not taken again, and one with other bytes is`() throws {
        let fixture = try DataFixture()
        let first = try fixture.take(sync, "u\td_sid=1\n")
        try fixture.take("ftp_dpm_100_1366545719.sync", "u\td_unsid=1\n")
        #expect(try fixture.take(sync, "u\td_sid=1\n") == first)
        #expect(try fixture.holders(of: 1).isEmpty)
        try fixture.take(sync, "u\td_sid=1\nv\td_sid=1\n")
        #expect(try fixture.holders(of: 1) == ["100/u", "100/v"])
    }

    @Test func `a row of nothing that anybody asks for keeps nothing`() throws {
        let fixture = try DataFixture()
        let receipt = try fixture.take(sync, "u\tshape=round,\nv\t77\n")
        #expect(receipt.data?.noTraitRealized == 2)
        #expect(receipt.data?.storedRecords == 0)
        #expect(receipt.data?.totalDevices == 0)
        #expect(receipt.data?.unusedSignals == 1)
        #expect(try fixture.rows("SELECT trait FROM trait_identities").isEmpty)
    }

    @Test func `the counters of a file with something of everything are right`() throws {
        let fixture = try DataFixture()
        fixture.limits = (lines: 2, bytes: 40)
        let receipt = try fixture.take(
            sync,
            """
            u\td_sid=1,color=red,shape=round\r
            u\td_sid=1,,52
            u\td_sid=2
            a:b\td_sid=1
            v

            v\td_unsid=1,d_sid=11
            w\tcolor="red
            w\tshape=square
            u@example.com\td_sid=1
            x\td_sid=1,note="much longer than it may be"

            """)
        var counts = DataCounts()
        counts.recordsReceived = 11
        counts.excluded = ["user-line-limit": 1, "line-too-long": 1]
        counts.recordsProcessed = 9
        counts.formatErrors = 4
        counts.noTraitRealized = 1
        counts.rejected = [
            "id-with-colon": 1, "no-tab": 1, "blank-line": 1, "malformed-signal": 1, "no-trait-realized": 1,
        ]
        counts.storedRecords = 4
        counts.totalDevices = 3
        counts.totalSignals = 9
        counts.unusedSignals = 3
        counts.realizedTraits = 5
        counts.removedTraits = 1
        counts.traitsFailedValidation = 1
        counts.usersWithFailedTraits = 1
        #expect(receipt.data == counts)
        #expect(receipt.warnings == ["e-mail": 1])
        #expect(
            receipt.samples.map { "\($0.line) \($0.reason)" } == [
                "3 user-line-limit", "4 id-with-colon", "5 no-tab", "6 blank-line", "8 malformed-signal",
                "9 no-trait-realized", "11 line-too-long",
            ])
        #expect(receipt.outcome == .taken)
        #expect(receipt.kind == .data)
        #expect(receipt.reason == nil)
    }
}
