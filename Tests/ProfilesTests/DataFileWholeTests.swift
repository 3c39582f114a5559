import AudienceManager
import Foundation
import Testing
import TidegateModel

@testable import Profiles

/// A file is taken whole or not at all.
@Suite struct DataFileWholeTests {
    private let sync = "ftp_dpm_100_1366545717.sync"

    private func filled() throws -> DataFixture {
        let fixture = try DataFixture()
        try fixture.take("ftp_dpm_100_1366545716.sync", "u\td_sid=1\nv\td_sid=2\n")
        return fixture
    }

    private static let many = (0..<6000).map { "u\($0 * 7919 % 6000)\td_sid=1,d_unsid=2,color=red\n" }.joined()

    @Test func `a gzip file is taken as the plain one is`() throws {
        let fixture = try DataFixture()
        let receipt = try fixture.take(try fixture.file(sync + ".gz", gzip(Self.many.utf8)))
        #expect(receipt.outcome == .taken)
        #expect(receipt.data?.storedRecords == 6000)
        #expect(try fixture.holders(of: 4).count == 6000)
    }

    @Test func `gzip of several members is one file`() throws {
        let fixture = try DataFixture()
        try fixture.take(
            try fixture.file(sync + ".gz", gzip("u\td_sid=1\nv\td_".utf8) + gzip("sid=1\n".utf8)))
        #expect(try fixture.holders(of: 1) == ["100/u", "100/v"])
    }

    @Test func `a truncated gzip file leaves nothing`() throws {
        let fixture = try filled()
        let state = try fixture.state()
        let receipt = try fixture.take(try fixture.file(sync + ".gz", gzip(Self.many.utf8).dropLast(100)))
        #expect(receipt.outcome == .rejected)
        #expect(receipt.reason == "file is damaged: it ends in the middle of its gzip data")
        #expect(receipt.data == nil)
        #expect(try fixture.state() == state)
    }

    @Test func `a damaged gzip file leaves nothing`() throws {
        let fixture = try filled()
        let state = try fixture.state()
        var bytes = gzip(Self.many.utf8)
        bytes[bytes.count - 6] ^= 1
        let receipt = try fixture.take(try fixture.file(sync + ".gz", bytes))
        #expect(receipt.outcome == .rejected)
        #expect(receipt.reason == "file is damaged: its gzip checksum is wrong")
        #expect(try fixture.state() == state)
    }

    @Test(arguments: [16, 128 << 10])
    func `a packed file may have as many bytes as a plain one, and not one more`(chunk: Int) throws {
        let fixture = try filled()
        fixture.tuning.chunk = chunk
        let state = try fixture.state()
        let file = try fixture.file(sync + ".gz", gzip(Self.many.utf8))
        fixture.unpackedLimit = Int64(Self.many.utf8.count) - 1
        let receipt = try fixture.take(file)
        #expect(receipt.outcome == .rejected)
        #expect(
            receipt.reason == "file has more than the \(fixture.unpackedLimit) bytes allowed once it is unpacked")
        #expect(try fixture.state() == state)
        fixture.unpackedLimit += 1
        #expect(try fixture.take(file).data?.storedRecords == 6000)
    }

    @Test func `all members of a packed file are measured together`() throws {
        let fixture = try filled()
        fixture.unpackedLimit = 20
        let bytes = gzip("u\td_sid=1\n".utf8) + gzip("v\td_sid=1\n".utf8)
        #expect(try fixture.take(try fixture.file(sync + ".gz", bytes)).outcome == .taken)
        let more = try fixture.file(sync + ".2.gz", bytes + gzip("w".utf8))
        #expect(try fixture.take(more).outcome == .rejected)
    }

    @Test func `a file whose rows fill the disk waits, and smaller ones are taken`() throws {
        let fixture = try filled()
        let state = try fixture.state()
        fixture.tuning.spill = 50_000
        let file = try fixture.file(sync, Self.many.utf8)
        let receipt = try fixture.take(file)
        #expect(receipt.outcome == .waiting)
        #expect(
            receipt.reason
                == "profile store cannot sort rows in '\(fixture.folder.path)': No space left on device")
        #expect(try fixture.state() == state)
        #expect(try fixture.take(sync + ".2", "u\td_sid=1\n").outcome == .taken)
        fixture.tuning.spill = .max
        #expect(try fixture.take(file).data?.storedRecords == 6000)
    }

    @Test func `a name that says gzip and bytes that are none are rejected, and the other way round`() throws {
        let fixture = try filled()
        let state = try fixture.state()
        #expect(
            try fixture.take(try fixture.file(sync + ".gz", "u\td_sid=1\n".utf8)).reason
                == "file is no gzip, as its name says it is")
        #expect(
            try fixture.take(try fixture.file(sync, gzip("u\td_sid=1\n".utf8))).reason
                == "file is gzip, and its name does not say so")
        #expect(
            try fixture.take(try fixture.file(sync + ".pgp", gzip("u\td_sid=1\n".utf8))).reason
                == "file is gzip inside its encryption, only one of the two is allowed")
        #expect(try fixture.state() == state)
    }

    @Test func `an empty file is rejected, packed or not`() throws {
        let fixture = try filled()
        for file in [try fixture.file(sync, []), try fixture.file(sync + ".gz", gzip([]))] {
            let receipt = try fixture.take(file)
            #expect(receipt.outcome == .rejected)
            #expect(receipt.reason == "file is empty")
        }
    }

    @Test(arguments: [[0xFF, 0xFE], [0xFE, 0xFF]] as [[UInt8]])
    func `a file in UTF-16 is rejected`(mark: [UInt8]) throws {
        let fixture = try filled()
        let receipt = try fixture.take(try fixture.file(sync, mark + [0x75, 0, 9, 0]))
        #expect(receipt.reason == "file is UTF-16, UTF-8 is needed")
        #expect(receipt.outcome == .rejected)
    }

    @Test func `a file of a data source that is not declared waits for a person`() throws {
        let fixture = try filled()
        let state = try fixture.state()
        let source = try fixture.take("ftp_dpm_999_1366545717.sync", "u\td_sid=1\n")
        #expect(source.outcome == .refused)
        #expect(source.reason == "data source 999 is not declared")
        let target = try fixture.take("ftp_dpm_100_999_1366545717.sync", "u\td_sid=1\n")
        #expect(target.outcome == .refused)
        #expect(target.reason == "data source 999 is not declared")
        #expect(try fixture.state() == state)
    }

    @Test func `a global data source needs no declaration`() throws {
        let fixture = try DataFixture()
        let id = "97987bca-ae59-4c7d-94ba-ee4f19ab8c21"
        try fixture.introduce([id], of: 20914)
        let receipt = try fixture.take(
            "ftp_dpm_20914_100_1366545717.sync", "\(id)\td_sid=1\n\(id.uppercased())\td_sid=1\n")
        #expect(receipt.data?.invalidDeviceIDs == 1)
        #expect(try fixture.holders(of: 1) == ["20914/" + id])
    }

    @Test(arguments: 1...8)
    func `a file that is cancelled at any moment changes nothing`(moment: Int) throws {
        let fixture = try filled()
        fixture.tuning.batch = 2500
        let state = try fixture.state()
        let file = try fixture.file(sync, Self.many.utf8)
        var asked = 0
        #expect(throws: ProfileError.cancelled) {
            try fixture.take(file) {
                asked += 1
                return asked > moment
            }
        }
        #expect(try fixture.state() == state)
        #expect(try fixture.take(file).data?.storedRecords == 6000)
    }

    @Test(arguments: ["sync", "overwrite"])
    func `a store whose process dies at any moment has nothing of the file`(mode: String) throws {
        let fixture = try filled()
        fixture.tuning = DataTuning(sortRun: 10_000, batch: 500, changes: 700, cache: 1)
        let state = try fixture.state()
        var copies: [String] = []
        try fixture.take(try fixture.file("ftp_dpm_100_1366545717." + mode, Self.many.utf8)) {
            // What the disk has at this moment is what a new process finds.
            let copy = "copy-\(copies.count)"
            copies.append(copy)
            for end in ["", "-wal"] {
                let path = fixture.folder.path("profiles.sqlite" + end)
                try? FileManager.default.copyItem(atPath: path, toPath: fixture.folder.path(copy + end))
            }
            return false
        }
        #expect(copies.count > 10)
        let logs = try copies.map { try fixture.folder.read($0 + "-wal").count }
        #expect((logs.last ?? 0) > 100_000, "the file was on its way to the disk")
        for copy in copies {
            let found = try DataFixture(opening: fixture.folder, store: copy)
            #expect(try found.state() == state)
            #expect(try found.store.problems().isEmpty)
        }
        #expect(try fixture.holders(of: 4).count == 6000)
    }

    @Test func `what a file brought is on the disk before anybody is told that it was taken`() throws {
        let fixture = try DataFixture()
        let source = fixture.source()
        let taking = FileTaking(
            file: try fixture.file(sync, "u\td_sid=1\n".utf8), source: source, dropOff: try #require(source.dropOff),
            catalogue: DropOffCatalogue(dataSources: [], traits: []), schema: DataFixture.schema, store: fixture.store,
            clock: fixture.clock, progress: { _ in }, isCancelled: { false }, startedAt: fixture.clock.now())
        var levels: [Int64] = []
        _ = try taking.write { connection throws(ProfileError) in
            let statement = try connection.prepare("PRAGMA synchronous")
            while try statement.step() { levels.append(statement.integer(at: 0)) }
            return taking.receipt(.taken)
        }
        #expect(levels == [2], "FULL, as SQLite numbers it")
    }

    @Test func `progress tells of all bytes of the file`() throws {
        let fixture = try DataFixture()
        let bytes = gzip(Self.many.utf8)
        var told: [Int64] = []
        try fixture.take(try fixture.file(sync + ".gz", bytes), progress: { told.append($0) })
        #expect(told.count > 2)
        #expect(told == told.sorted())
        #expect(told.last == Int64(bytes.count))
    }

    @Test func `a file that is gone fails for now`() throws {
        let fixture = try filled()
        var file = try fixture.file(sync, "u\td_sid=1\n".utf8)
        file.path += "-gone"
        #expect(throws: ProfileError.transient("file of a drop-off cannot be read: No such file or directory")) {
            try fixture.take(file)
        }
    }

    @Test func `a file that changes while it is read changes nothing`() throws {
        let fixture = try filled()
        fixture.tuning.chunk = 4096
        let state = try fixture.state()
        let file = try fixture.file(sync, Self.many.utf8)
        let handle = try #require(FileHandle(forWritingAtPath: file.path))
        handle.seekToEndOfFile()
        #expect(throws: ProfileError.transient("file of a drop-off changed while it was read")) {
            try fixture.take(file, progress: { _ in handle.write(Data("late\td_sid=1\n".utf8)) })
        }
        #expect(try fixture.state() == state)
    }

    @Test func `no sorted rows are left behind in the store's folder`() throws {
        let fixture = try filled()
        try fixture.take(sync, Self.many)
        let names = try fixture.folder.names().filter { !$0.hasPrefix("arrived") }
        #expect(names.allSatisfy { $0.hasPrefix("profiles.sqlite") })
    }
}

extension DataFixture {
    @discardableResult
    fileprivate func take(_ file: ArrivedFile, _ isCancelled: @escaping () -> Bool) throws -> FileReceipt {
        try take(file, isCancelled: isCancelled)
    }
}
