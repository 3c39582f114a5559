import Foundation
import Testing
import TidegateModel
import TidegateTesting

@Suite struct ManualClockTests {
    static var fixture: ClockFixture {
        let clock = ManualClock(Instant(milliseconds: 1_000_000))
        return ClockFixture("the manual clock", clock) { span in
            await clock.waitForSleepers(1)
            clock.advance(by: span)
        }
    }

    @Test(arguments: WallClockContract.clauses)
    func contract(_ clause: WallClockContract.Clause) async throws {
        try await clause.verify(Self.fixture)
    }

    @Test func `it stands still until it is moved`() {
        let clock = ManualClock(Instant(milliseconds: 5))
        #expect(clock.now() == clock.now())
        clock.advance(by: .hours(1))
        #expect(clock.now() == Instant(milliseconds: 3_600_005))
        clock.set(to: Instant(milliseconds: -1))
        #expect(clock.now() == Instant(milliseconds: -1))
    }

    @Test func `advancing wakes those that are due and leaves the others asleep`() async throws {
        let clock = ManualClock(Instant(milliseconds: 0))
        let early = Task { try await clock.sleep(until: Instant(milliseconds: 10)) }
        let late = Task { try await clock.sleep(until: Instant(milliseconds: 20)) }
        await clock.waitForSleepers(2)
        clock.advance(by: .milliseconds(10))
        try await early.value
        await clock.waitForSleepers(1)
        clock.advance(by: .milliseconds(9))
        late.cancel()
        await #expect(throws: CancellationError.self) { try await late.value }
    }

    @Test func `a clock set back keeps its sleepers asleep`() async throws {
        let clock = ManualClock(Instant(milliseconds: 1000))
        let sleeper = Task {
            try await clock.sleep(until: Instant(milliseconds: 2000))
            return clock.now()
        }
        await clock.waitForSleepers(1)
        clock.set(to: Instant(milliseconds: 0))
        await clock.waitForSleepers(1)
        clock.advance(by: .milliseconds(2500))
        #expect(try await sleeper.value == Instant(milliseconds: 2500))
    }
}

@Suite struct TemporaryFolderTests {
    @Test func `a temporary folder is gone with its last holder`() throws {
        var folder: TemporaryFolder? = try TemporaryFolder()
        let path = try #require(folder?.path)
        try folder?.write("x", to: "file")
        _ = try folder?.makeFolder("below/it")
        #expect(try folder?.names() == ["below", "file"])
        #expect(try folder?.read("file") == Array("x".utf8))
        folder = nil
        #expect(throws: (any Error).self) { try TemporaryFolder.names(at: path) }
    }
}

extension TemporaryFolder {
    fileprivate static func names(at path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path)
    }
}
