import AudienceManager
import Testing
import TidegateModel

@testable import Profiles

@Suite struct DropFilesTests {
    private let sync = "ftp_dpm_100_1366545717.sync"

    @Test func `a file that was taken is known with its receipt`() throws {
        let fixture = try DataFixture()
        let time = Instant(milliseconds: 1_795_000_000_123)
        let file = try fixture.file(sync, "u\td_sid=1\n".utf8, modifiedAt: time)
        let receipt = try fixture.take(file)
        let source = fixture.source()
        let known = KnownFile(
            name: file.file, size: 10, modifiedAt: time, sha256: file.sha256, outcome: .taken, isSettled: false)
        #expect(try fixture.store.knownFiles(of: source.id, in: .production) == [known])
        #expect(
            try fixture.store.receipt(of: file.file, sha256: file.sha256, of: source.id, in: .production) == receipt)
        #expect(try fixture.store.receipts(of: source.id, limit: 9) == [receipt])
        #expect(try fixture.store.knownFiles(of: source.id, in: .beta).isEmpty)
    }

    @Test func `a source that moves to the other environment takes its files anew`() throws {
        let fixture = try DataFixture()
        var source = fixture.source()
        let file = try fixture.file(sync, "u\td_sid=1\n".utf8)
        for environment in [DropOff.Environment.beta, .production, .beta] {
            source.dropOff?.environment = environment
            let receipt = try fixture.store.take(
                file, of: source,
                catalogue: DropOffCatalogue(dataSources: DataFixture.dataSources, traits: DataFixture.traits),
                schema: DataFixture.schema, clock: fixture.clock)
            #expect(receipt.environment == environment)
            #expect(try fixture.holders(of: 1, in: environment) == ["100/u"])
            try fixture.store.settle(file.file, sha256: file.sha256, of: source.id, in: .beta)
        }
        #expect(try fixture.store.knownFiles(of: source.id, in: .beta).map(\.isSettled) == [true])
        #expect(try fixture.store.knownFiles(of: source.id, in: .production).map(\.isSettled) == [false])
        #expect(try fixture.store.receipts(of: source.id, limit: 9).map(\.environment) == [.production, .beta])
    }

    @Test func `a settled file stays so`() throws {
        let fixture = try DataFixture()
        let file = try fixture.file(sync, "u\td_sid=1\n".utf8)
        try fixture.take(file)
        let source = fixture.source()
        try fixture.store.settle(file.file, sha256: "other", of: source.id, in: .production)
        #expect(try fixture.store.knownFiles(of: source.id, in: .production).map(\.isSettled) == [false])
        try fixture.store.settle(file.file, sha256: file.sha256, of: source.id, in: .production)
        #expect(try fixture.store.knownFiles(of: source.id, in: .production).map(\.isSettled) == [true])
        try fixture.take(file)
        #expect(try fixture.store.knownFiles(of: source.id, in: .production).map(\.isSettled) == [true])
    }

    @Test func `a taken file that is seen again is known under its new time`() throws {
        let fixture = try DataFixture()
        var file = try fixture.file(sync, "u\td_sid=1\n".utf8, modifiedAt: Instant(milliseconds: 1000))
        try fixture.take(file)
        file.modifiedAt = Instant(milliseconds: 2000)
        try fixture.take(file)
        #expect(
            try fixture.store.knownFiles(of: fixture.source().id, in: .production).map(\.modifiedAt) == [
                Instant(milliseconds: 2000)
            ])
        try fixture.store.note(nil, of: file.file, sha256: file.sha256, of: fixture.source().id, in: .production)
        #expect(try fixture.store.knownFiles(of: fixture.source().id, in: .production).map(\.modifiedAt) == [nil])
    }

    @Test func `a rejected file is kept once, however often it comes back, and has to be settled again`() throws {
        let fixture = try DataFixture()
        let source = fixture.source()
        let file = try fixture.file(sync + ".gz", "no gzip".utf8)
        let receipt = try fixture.take(file)
        #expect(try fixture.store.knownFiles(of: source.id, in: .production).isEmpty)
        try fixture.store.remember(receipt, of: source.id, modifiedAt: nil)
        try fixture.store.settle(file.file, sha256: file.sha256, of: source.id, in: .production)
        try fixture.store.remember(receipt, of: source.id, modifiedAt: Instant(milliseconds: 5))
        let known = try fixture.store.knownFiles(of: source.id, in: .production)
        #expect(known.map(\.outcome) == [.rejected])
        #expect(known.map(\.isSettled) == [false])
        #expect(known.map(\.modifiedAt) == [Instant(milliseconds: 5)])
    }

    @Test func `a file that was rejected is taken when it comes back and is good now, and is the newest then`() throws {
        let fixture = try DataFixture()
        let source = fixture.source()
        let file = try fixture.file(sync, "u\td_sid=1\n".utf8)
        var rejected = try fixture.take(file)
        rejected.outcome = .rejected
        let other = try DataFixture()
        try other.store.remember(rejected, of: source.id, modifiedAt: nil)
        try other.take(sync + ".1", "u\td_sid=1\n")
        #expect(try other.take(other.file(sync, "u\td_sid=1\n".utf8)).outcome == .taken)
        let receipts = try other.store.receipts(of: source.id, limit: 9)
        #expect(receipts.map(\.outcome) == [.taken, .taken])
        #expect(receipts.map(\.file) == [file.file, file.file + ".1"])
    }

    @Test func `a file that was taken does not become a rejected one`() throws {
        let fixture = try DataFixture()
        let source = fixture.source()
        var receipt = try fixture.take(sync, "u\td_sid=1\n")
        receipt.outcome = .rejected
        try fixture.store.remember(receipt, of: source.id, modifiedAt: nil)
        #expect(try fixture.store.receipts(of: source.id, limit: 5).map(\.outcome) == [.taken])
    }

    @Test(arguments: [FileReceipt.Outcome.waiting, .refused])
    func `files that are asked for again are not remembered`(outcome: FileReceipt.Outcome) throws {
        let fixture = try DataFixture()
        var receipt = try fixture.take(sync, "u\td_sid=1\n")
        receipt.outcome = outcome
        #expect(throws: ProfileError.self) {
            try fixture.store.remember(receipt, of: fixture.source().id, modifiedAt: nil)
        }
    }

    @Test func `the newest receipts come first`() throws {
        let fixture = try DataFixture()
        for split in 1...5 { try fixture.take(sync + ".\(split)", "u\td_sid=1\n") }
        let files = try fixture.store.receipts(of: fixture.source().id, limit: 2).map(\.file)
        #expect(files == [5, 4].map { "date=2026-11-21/" + sync + ".\($0)" })
    }
}
