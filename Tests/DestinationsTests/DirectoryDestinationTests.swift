import Destinations
import Foundation
import Testing
import TidegateModel
import TidegateTesting

@Suite struct DirectoryDestinationTests {
    let folder: TemporaryFolder
    let outbox: String
    let fence = Fence(run: UUID(), attempt: 1)

    init() throws {
        folder = try TemporaryFolder()
        outbox = try folder.makeFolder("outbox")
    }

    private func staged(_ text: String, as name: String = "file.csv", in folder: String? = nil) throws -> StagedFile {
        let path = (folder ?? self.folder.path) + "/staged-\(UUID().uuidString)"
        try Data(text.utf8).write(to: URL(filePath: path))
        return StagedFile(path: path, name: name, rows: 1, size: text.utf8.count, sha256: "")
    }

    private func status(_ path: String) throws -> stat {
        var status = stat()
        try #require(lstat(path, &status) == 0)
        return status
    }

    @Test func `on one file system a file is published without a copy, and again without trouble`() async throws {
        let file = try staged("abc")
        let destination = DirectoryDestination(path: outbox)
        for _ in 0..<3 { _ = try await destination.deliver(file, fence: fence) }
        #expect(try status(file.path).st_ino == status(outbox + "/file.csv").st_ino)
        #expect(try status(file.path).st_nlink == 2)
    }

    @Test func `copying gives the published file bytes of its own and the staged file's permissions`() async throws {
        let file = try staged("abc")
        try #require(chmod(file.path, 0o640) == 0)
        _ = try await DirectoryDestination(path: outbox, placing: .copy).deliver(file, fence: fence)
        #expect(try status(file.path).st_ino != status(outbox + "/file.csv").st_ino)
        #expect(try status(outbox + "/file.csv").st_mode & 0o777 == 0o640)
        #expect(try folder.read("outbox/file.csv") == Array("abc".utf8))
    }

    @Test(.enabled("a second file system") { FileManager.default.isWritableFile(atPath: "/dev/shm") })
    func `from another file system a file is copied`() async throws {
        let elsewhere = "/dev/shm/tidegate-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: elsewhere) }
        let file = try staged("abc", in: elsewhere)
        let receipt = try await DirectoryDestination(path: outbox).deliver(file, fence: fence)
        #expect(receipt.size == 3)
        #expect(try folder.read("outbox/file.csv") == Array("abc".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: outbox) == ["file.csv"])
    }

    @Test(arguments: [DirectoryDestination.Placing.link, .copy])
    func `a symbolic link that waits under the name is replaced, not followed`(
        _ placing: DirectoryDestination.Placing
    ) async throws {
        try folder.write("precious", to: "outside")
        let hidden = TemporaryName(fence, for: "file.csv").text
        for name in ["file.csv", hidden] {
            try #require(symlink(folder.path("outside"), outbox + "/" + name) == 0)
        }
        _ = try await DirectoryDestination(path: outbox, placing: placing).deliver(try staged("abc"), fence: fence)
        #expect(try folder.read("outside") == Array("precious".utf8))
        #expect(try status(outbox + "/file.csv").st_mode & S_IFMT == S_IFREG)
        #expect(try FileManager.default.contentsOfDirectory(atPath: outbox) == ["file.csv"])
    }

    @Test func `a symbolic link in the folder is no delivered file`() async throws {
        try folder.write("precious", to: "outside")
        try #require(symlink(folder.path("outside"), outbox + "/file.csv") == 0)
        #expect(try await DirectoryDestination(path: outbox).receipt(for: "file.csv") == nil)
        try await DirectoryDestination(path: outbox).remove("file.csv")
        #expect(try folder.read("outside") == Array("precious".utf8))
    }

    @Test func `a staged file that is a symbolic link is not delivered`() async throws {
        try folder.write("precious", to: "outside")
        try #require(symlink(folder.path("outside"), folder.path("staged")) == 0)
        let file = StagedFile(path: folder.path("staged"), name: "file.csv", rows: 1, size: 8, sha256: "")
        await #expect(throws: DeliveryError.self) {
            try await DirectoryDestination(path: outbox).deliver(file, fence: fence)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: outbox) == [])
    }

    @Test func `the folder may be reached over a symbolic link`() async throws {
        try #require(symlink(outbox, folder.path("link")) == 0)
        let receipt = try await DirectoryDestination(path: folder.path("link")).deliver(try staged("abc"), fence: fence)
        #expect(receipt.path == folder.path("link"))
        #expect(try folder.read("outbox/file.csv") == Array("abc".utf8))
    }

    @Test func `a folder that is missing is made, with all it is in`() async throws {
        let deep = folder.path("a/b/c")
        _ = try await DirectoryDestination(path: deep).deliver(try staged("abc"), fence: fence)
        #expect(try folder.read("a/b/c/file.csv") == Array("abc".utf8))
    }

    @Test func `a check of a missing folder says so and makes nothing`() async throws {
        let found = try await DirectoryDestination(path: folder.path("a/b")).check()
        #expect(found.hasPrefix("folder '\(folder.path("a/b"))' is missing and can be made, "))
        #expect(found.hasSuffix(" GB free"))
        #expect(try !folder.names().contains("a"))
        #expect(try await DirectoryDestination(path: outbox).check().hasPrefix("folder '\(outbox)' is writable, "))
    }

    @Test func `a file where the folder should be is rejected`() async throws {
        let path = try folder.write("x", to: "plain")
        let file = try staged("abc")
        for place in [path, path + "/below"] {
            let destination = DirectoryDestination(path: place)
            let reason = place == path ? "opened" : "made"
            let expected = DeliveryError.rejected("folder '\(place)' cannot be \(reason), not a directory")
            await #expect(throws: expected) { try await destination.deliver(file, fence: fence) }
            await #expect(throws: expected) { try await destination.check() }
        }
        #expect(try folder.read("plain") == Array("x".utf8))
    }

    @Test func `a name that a folder has is rejected, and the folder stays`() async throws {
        _ = try folder.makeFolder("outbox/file.csv")
        let expected = DeliveryError.rejected("folder '\(outbox)' cannot take 'file.csv', is a directory")
        let file = try staged("abc")
        await #expect(throws: expected) { try await DirectoryDestination(path: outbox).deliver(file, fence: fence) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: outbox) == ["file.csv"])
        #expect(try await DirectoryDestination(path: outbox).receipt(for: "file.csv") == nil)
    }

    @Test func `a hostile name is named in the error without its control characters`() async throws {
        let file = try staged("abc", as: "a\u{1B}[2J")
        await #expect(throws: DeliveryError.rejected("file name 'a\u{FFFD}[2J' contains a control character")) {
            try await DirectoryDestination(path: outbox).deliver(file, fence: fence)
        }
    }

    @Test func `the declaration opens its destination`() async throws {
        let declared = Destination(id: UUID(), name: "drop", place: .directory(DirectoryPlace(path: outbox)))
        let means = DeliveryMeans(clock: ManualClock(Instant(milliseconds: 0)))
        guard case .files(let place) = declared.open(means) else {
            Issue.record("a folder takes files")
            return
        }
        _ = try await place.deliver(try staged("abc"), fence: fence)
        #expect(try folder.read("outbox/file.csv") == Array("abc".utf8))
    }
}
