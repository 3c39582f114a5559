import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Destinations

@Suite struct SFTPResumeTests {
    private static let bytes = (0..<2_200_000).map { UInt8(truncatingIfNeeded: ($0 &* 31) ^ ($0 >> 8)) }
    private let first = Fence(run: UUID(), attempt: 1)
    private var second: Fence { Fence(run: first.run, attempt: 2) }

    /// A server of its own that drops the first upload, and what is left there then.
    private func broken(
        _ arguments: [String] = ["--drop-at", "1000000"]
    ) async throws -> (fixture: SFTPFixture, file: StagedFile, part: String) {
        let fixture = try SFTPFixture(LocalServer("sftp-password", arguments))
        let file = try fixture.stage(Self.bytes, as: "big.csv")
        await #expect(throws: DeliveryError.self) { try await fixture.destination().deliver(file, fence: first) }
        return (fixture, file, TemporaryName(first, for: file.name).text)
    }

    /// Where the writes of the second connection began, and how many bytes they had.
    private func rest(_ fixture: SFTPFixture) throws -> (offset: Int?, count: Int) {
        let events = try fixture.events()
        let login = try #require(events.lastIndex(of: "login"))
        let writes = events[login...].filter { $0.hasPrefix("write ") }.map { $0.split(separator: " ") }
        let places = writes.map { (Int($0[$0.count - 2]) ?? -1, Int($0[$0.count - 1]) ?? -1) }
        return (places.map(\.0).min(), places.map(\.1).reduce(0, +))
    }

    private func deliverAgain(_ file: StagedFile, _ fixture: SFTPFixture) async throws {
        let again = fixture.destination()
        let swept = try await again.sweep(before: second)
        #expect(swept == 0)
        let receipt = try await again.deliver(file, fence: second)
        #expect(receipt.size == file.size)
        let isWhole = try fixture.backDoor.read(file.name) == Array(Data(contentsOf: URL(filePath: file.path)))
        #expect(isWhole)
        #expect(try fixture.backDoor.names() == [file.name])
        #expect(try fixture.uploads.names() == [])
    }

    @Test func `a broken upload goes on where it stopped, and sends only the rest`() async throws {
        let (fixture, file, part) = try await broken()
        let held = try fixture.backDoor.read(part).count
        #expect(held > 0 && held < file.size)
        try await deliverAgain(file, fixture)
        let rest = try rest(fixture)
        #expect(rest.offset == held)
        #expect(rest.count == file.size - held)
    }

    @Test func `a part is not gone on with for a file that has changed`() async throws {
        let (fixture, _, _) = try await broken()
        let changed = try fixture.stage(Self.bytes.dropLast() + [0], as: "big.csv")
        try await deliverAgain(changed, fixture)
        let rest = try rest(fixture)
        #expect(rest.offset == 0)
        #expect(rest.count == changed.size)
    }

    @Test(arguments: ["another last byte", "a hole", "more than the file"])
    func `a part that is not the file's beginning is not gone on with`(_ damage: String) async throws {
        let (fixture, file, part) = try await broken()
        var held = try fixture.backDoor.read(part)
        switch damage {
        case "a hole": held[held.count - 500_000] ^= 1
        case "more than the file": held = Self.bytes + [0]
        default: held[held.count - 1] ^= 1
        }
        try fixture.backDoor.write(held, part)
        try await deliverAgain(file, fixture)
        #expect(try rest(fixture).count == file.size)
    }

    @Test func `a part that is gone is no matter`() async throws {
        let (fixture, file, part) = try await broken()
        try FileManager.default.removeItem(atPath: "\(fixture.place.path)/\(part)")
        try await deliverAgain(file, fixture)
        #expect(try rest(fixture).count == file.size)
    }

    @Test func `a part that is whole is only renamed`() async throws {
        let (fixture, file, part) = try await broken(["--drop-rename", "before"])
        #expect(try fixture.backDoor.read(part).count == file.size)
        try await deliverAgain(file, fixture)
        #expect(try rest(fixture).count == 0)
    }

    @Test func `a rename whose answer is lost is uncertain, and the receipt settles it`() async throws {
        let fixture = try SFTPFixture(LocalServer("sftp-password", ["--drop-rename", "after"]))
        let file = try fixture.stage([1, 2, 3], as: "late.csv")
        let error = await #expect(throws: DeliveryError.self) {
            try await fixture.destination().deliver(file, fence: first)
        }
        guard case .uncertain(let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.hasPrefix("SFTP server '127.0.0.1' did not say whether it has 'late.csv', "))
        let receipt = try await fixture.destination().receipt(for: "late.csv")
        #expect(receipt?.size == 3)
    }

    @Test func `at the end of a run also what could be gone on with goes away, and is forgotten`() async throws {
        let (fixture, _, part) = try await broken()
        #expect(try fixture.backDoor.names() == [part])
        #expect(try await fixture.destination().sweep(before: second) == 0)
        #expect(try await fixture.destination().sweep(before: .end(of: first.run)) == 1)
        #expect(try fixture.backDoor.names() == [])
        #expect(try fixture.uploads.names() == [])
    }

    @Test func `a note that nobody here wrote is passed over`() async throws {
        for text in ["", "abc", "abc 1 name.csv", "abc x \(TemporaryName(first, for: "a").text)"] {
            #expect(SFTPRemainder(text: text) == nil)
        }
        let fixture = try SFTPFixture()
        let file = try fixture.stage([1], as: "noted.csv")
        try fixture.uploads.note("noted.csv", "abc 1 ../other.csv")
        _ = try await fixture.destination().deliver(file, fence: second)
        #expect(try fixture.backDoor.names() == ["noted.csv"])
    }
}
