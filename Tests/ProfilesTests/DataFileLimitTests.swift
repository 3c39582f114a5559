import AudienceManager
import Foundation
import Testing
import TidegateModel

@testable import Profiles

@Suite struct DataFileLimitTests {
    private let sync = "ftp_dpm_100_1366545717.sync"

    @Test func `of 201 rows of a user the first 200 count`() throws {
        let fixture = try DataFixture()
        let filler = String(repeating: "u\td_sid=2\n", count: 198)
        let receipt = try fixture.take(
            sync, "u\td_sid=1\nv\td_sid=1\n" + filler + "u\td_unsid=2,d_sid=11\nu\td_unsid=1\nu\td_sid=3\n")
        #expect(try fixture.holders(of: 1) == ["100/u", "100/v"])
        #expect(try fixture.holders(of: 2).isEmpty)
        #expect(try fixture.holders(of: 3).isEmpty)
        #expect(receipt.data?.excluded == ["user-line-limit": 2])
        #expect(receipt.data?.recordsProcessed == 201)
        #expect(receipt.data?.storedRecords == 201)
        #expect(receipt.data?.removedTraits == 1)
        #expect(receipt.samples.map(\.line) == [202, 203])
    }

    @Test func `rows that cannot be read do not count as one of a user's`() throws {
        let fixture = try DataFixture()
        fixture.limits.lines = 1
        let receipt = try fixture.take(sync, "u\td_sid=\nu\td_sid=1\nu\td_sid=2\n")
        #expect(try fixture.holders(of: 1) == ["100/u"])
        #expect(receipt.data?.excluded == ["user-line-limit": 1])
    }

    @Test func `the users of another file have their rows anew`() throws {
        let fixture = try DataFixture()
        fixture.limits.lines = 1
        try fixture.take(sync, "u\td_sid=1\n")
        let receipt = try fixture.take("ftp_dpm_100_1366545717.sync.2", "u\td_sid=2\n")
        #expect(receipt.data?.excluded == [:])
    }

    /// Two bytes each in UTF-8, so that bytes and characters differ.
    @Test(arguments: ["\n", "\r\n", ""], [64, 4096, 1 << 20])
    func `a line of 102,400 bytes is taken, and one of a byte more is left out`(end: String, chunk: Int) throws {
        let fixture = try DataFixture()
        fixture.tuning.chunk = chunk
        func line(_ id: String, _ bytes: Int) -> String {
            let head = "\(id)\td_sid=1,k="
            let rest = bytes - head.utf8.count
            return head + String(repeating: "é", count: rest / 2) + (rest % 2 == 1 ? "x" : "")
        }
        let lines = [line("fits", 102_400), line("long", 102_401), line("longer", 400_000), line("last", 102_400)]
        let text = lines[0] + "\n" + lines[1] + "\r\n" + lines[2] + "\n" + lines[3] + end
        let receipt = try fixture.take(sync, text)
        #expect(try fixture.holders(of: 1) == ["100/fits", "100/last"])
        #expect(receipt.data?.excluded == ["line-too-long": 2])
        #expect(receipt.data?.recordsReceived == 4)
        #expect(receipt.samples.map(\.line) == [2, 3])
    }

    @Test(arguments: ["", "\n", "\r\n"])
    func `the last line counts with an end and without`(end: String) throws {
        let fixture = try DataFixture()
        let receipt = try fixture.take(sync, "u\td_sid=1\nv\td_sid=1\(end)")
        #expect(receipt.data?.recordsReceived == 2)
        #expect(try fixture.holders(of: 1) == ["100/u", "100/v"])
    }

    @Test func `a byte order mark of UTF-8 is no part of the first id`() throws {
        let fixture = try DataFixture()
        try fixture.take(sync, "\u{FEFF}u\td_sid=1\n")
        #expect(try fixture.holders(of: 1) == ["100/u"])
    }

    @Test func `a row with a byte that is no UTF-8 is rejected, and the others are taken`() throws {
        let fixture = try DataFixture()
        let file = try fixture.file(sync, Array("u\td_sid=1\nv".utf8) + [0xFF] + Array("\td_sid=1\nw\td_sid=1\n".utf8))
        let receipt = try fixture.take(file)
        #expect(receipt.data?.rejected == ["invalid-utf8": 1])
        #expect(try fixture.holders(of: 1) == ["100/u", "100/w"])
    }

    @Test func `ids of a wrong form are counted by what they should have been`() throws {
        let fixture = try DataFixture()
        let device = try fixture.take("ftp_dpm_300_1366545717.sync", "not_a_device\td_sid=21\n")
        #expect(device.data?.invalidDeviceIDs == 1)
        let aam = try fixture.take("ftp_dpm_0_100_1366545717.sync", "123\td_sid=1\n")
        #expect(aam.data?.invalidAAMIDs == 1)
        let hashed = try fixture.take("ftp_dpm_200_1366545717.sync", "123\td_sid=1\n")
        #expect(hashed.data?.formatErrors == 1)
        #expect(hashed.data?.rejected == ["invalid-id": 1])
        let colon = try fixture.take(sync, "a%3Ab\td_sid=1\na:b\td_sid=1\n")
        #expect(colon.data?.rejected == ["id-with-colon": 2])
        #expect(try fixture.rows("SELECT id FROM identity").isEmpty)
    }

    @Test(arguments: [true, false])
    func `of one user's many rows no more are held than can be shown`(isKnown: Bool) throws {
        let fixture = try DataFixture()
        let sorter = try DataRecordSorter(in: fixture.folder.path, tuning: DataTuning())
        for line in 1...5000 {
            Array("u".utf8).withUnsafeBytes { id in
                #expect(throws: Never.self) {
                    try sorter.append(
                        id, Int64(line), DataRecord.Counts(), UnsafeBufferPointer(start: nil, count: 0))
                }
            }
        }
        let users = DataUsers(linesPerUser: 200, traits: 1)
        try users.take(from: try sorter.sorted(), tally: DataTally(), mayBeUnknown: !isKnown)
        let lines = Dictionary(grouping: users.samples, by: \.fault).mapValues { $0.map(\.line) }
        #expect(lines[.noTraitRealized] == Array(1...10))
        #expect(lines[.userLineLimit] == Array(201...210))
        #expect(lines[.noMatchingID] == (isKnown ? nil : Array(1...10)))
        #expect(users.users.map(\.excluded) == [4800])
    }

    @Test func `of each reason ten rows are shown, the first ones of the file`() throws {
        let fixture = try DataFixture()
        fixture.tuning.sortRun = 200
        // The ids descend, so that rows are met in another order than they stand in.
        let rows = (0..<50).map { "\(900 - $0)\tshape=\($0)\nbroken\n" }
        let receipt = try fixture.take(sync, rows.joined())
        let shown = Dictionary(grouping: receipt.samples, by: \.reason).mapValues { $0.map(\.line) }
        #expect(shown["no-trait-realized"] == Array(stride(from: 1, to: 21, by: 2)))
        #expect(shown["no-tab"] == Array(stride(from: 2, to: 22, by: 2)))
    }
}
