import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Destinations

@Suite struct FolderDropOffTests {
    let staging: TemporaryFolder
    let drop: String

    init() throws {
        staging = try TemporaryFolder()
        drop = try staging.makeFolder("drop")
    }

    var place: FolderDropOff { FolderDropOff(path: drop) }

    @Test func `links are neither listed nor followed, to files or to days`() async throws {
        let secret = try staging.write("secret", to: "secret")
        let day = try staging.makeFolder("day")
        try staging.write("secret", to: "day/inside")
        let files = FileManager.default
        try files.createSymbolicLink(atPath: drop + "/link", withDestinationPath: secret)
        try files.createSymbolicLink(atPath: drop + "/date=2026-11-21", withDestinationPath: day)
        try files.createSymbolicLink(atPath: drop + "/loop", withDestinationPath: "loop")
        #expect(try await place.files() == [])
        for name in ["link", "date=2026-11-21/inside"] {
            let file = DroppedFile(name: name, size: 6, modifiedAt: nil, isWhole: false)
            await #expect(throws: DeliveryError.self) { try await place.fetch(file, to: staging.path("got")) }
            await #expect(throws: DeliveryError.self) { try await place.reject(file) }
            try await place.remove(file)
        }
        #expect(try staging.names() == ["day", "drop", "secret"])
        #expect(try staging.read("day/inside") == Array("secret".utf8))
    }

    @Test func `answers are not written through links`() async throws {
        let elsewhere = try staging.makeFolder("elsewhere")
        try FileManager.default.createSymbolicLink(atPath: drop + "/rejected", withDestinationPath: elsewhere)
        try FileManager.default.createSymbolicLink(
            atPath: drop + "/a.receipt.json", withDestinationPath: elsewhere + "/target")
        await #expect(throws: DeliveryError.self) { try await place.put([1], as: "rejected/a") }
        try await place.put([1], as: "a.receipt.json")
        #expect(try FileManager.default.contentsOfDirectory(atPath: elsewhere) == [])
        #expect(try staging.read("drop/a.receipt.json") == [1])
    }

    @Test func `a pipe is not listed, and nobody waits at it`() async throws {
        try staging.write([1], to: "drop/pipe")
        let file = try #require(try await place.files().first)
        unlink(drop + "/pipe")
        mkfifo(drop + "/pipe", 0o600)
        #expect(try await place.files() == [])
        await #expect(throws: DeliveryError.changed("pipe", in: "folder '\(drop)'")) {
            try await place.fetch(file, to: staging.path("got"))
        }
        #expect(try staging.names() == ["drop"])
    }

    @Test func `names that are no UTF-8 or have control characters are left out and counted, and the others are not`()
        async throws
    {
        for bytes: [UInt8] in [[0x61, 0xFF], [0x61, 0x0A, 0x62], [0x1B, 0x61], [0x62]] {
            close(
                (bytes + [0]).withUnsafeBufferPointer { name in
                    openat(
                        open(drop, O_RDONLY), name.withMemoryRebound(to: CChar.self) { $0.baseAddress! },
                        O_CREAT | O_WRONLY, 0o600)
                })
        }
        try staging.write([1], to: "drop/.hidden")
        let look = try await place.look()
        #expect(look.files.map(\.name) == ["b"])
        #expect(look.unnameable == 3)
    }

    @Test func `what is no folder is rejected`() async throws {
        let place = FolderDropOff(path: try staging.write([1], to: "file"))
        await #expect(
            throws: DeliveryError.rejected("folder '\(staging.path("file"))' cannot be opened, not a directory")
        ) {
            try await place.files()
        }
    }

    /// Below /sys nobody makes, renames or removes anything, whoever he is.
    @Test func `a folder that cannot be written to is rejected`() async throws {
        let place = FolderDropOff(path: "/sys/kernel")
        let file = try #require(try await place.files().first)
        for work: @Sendable () async throws -> Void in [
            { try await place.put([1], as: "a.receipt.json") }, { _ = try await place.reject(file) },
            { try await place.remove(file) },
        ] {
            let error = await #expect(throws: DeliveryError.self) { try await work() }
            guard case .rejected = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test func `copying that is cancelled stops and leaves nothing`() async throws {
        try staging.write([UInt8](repeating: 7, count: 1 << 20), to: "drop/large")
        let file = try #require(try await place.files().first)
        let fetching = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await place.fetch(file, to: staging.path("got"))
        }
        await #expect(throws: DeliveryError.cancelled) { try await fetching.value }
        #expect(try staging.names() == ["drop"])
    }

    @Test func `a link within the path of the place itself is followed`() async throws {
        try FileManager.default.createSymbolicLink(atPath: staging.path("alias"), withDestinationPath: drop)
        try staging.write([1], to: "drop/a")
        #expect(try await FolderDropOff(path: staging.path("alias")).files().map(\.name) == ["a"])
    }

    @Test func `every place that takes files can be a drop-off`() throws {
        let means = DeliveryMeans(clock: ManualClock(Instant(milliseconds: 0)))
        let places: [Destination.Place] = [
            .directory(DirectoryPlace(path: "/drop")), .s3(S3Place(bucket: "drop")),
            .sftp(SFTPPlace(host: "sftp.example.com", user: "u", path: "drop")),
            .ftp(FTPPlace(host: "ftp.example.com", user: "u", password: Secret("p"), path: "drop")),
        ]
        let opened = places.map { $0.openDropOff(means, named: "drop") }
        #expect(opened[0] is FolderDropOff && opened[1] is S3DropOff)
        #expect(opened[2] is SFTPDropOff && opened[3] is FTPDropOff)
    }

    @Test func `a connector is no drop-off`() {
        let means = DeliveryMeans(clock: ManualClock(Instant(milliseconds: 0)))
        let place = Destination.Place.autopilot(AutopilotPlace(apiKey: Secret("key")))
        #expect(place.openDropOff(means, named: "drop") == nil)
    }
}
