import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Destinations

@Suite struct ServerDropOffTests {
    private func isTransient(_ error: DeliveryError?) -> Bool {
        guard case .transient = error else { return false }
        return true
    }

    // MARK: SFTP

    @Test(arguments: ["sshd", "sftp-password"])
    func `links on an SFTP server are not listed`(_ server: String) async throws {
        let fixture = try SFTPFixture(server)
        let dropOff = try fixture.dropOff()
        try dropOff.backDoor.write([1], "file", S3Bucket.now)
        let files = FileManager.default
        try files.createSymbolicLink(atPath: fixture.place.path + "/link", withDestinationPath: "file")
        try files.createSymbolicLink(atPath: fixture.place.path + "/out", withDestinationPath: "/etc/hostname")
        try files.createSymbolicLink(atPath: fixture.place.path + "/date=2026-11-21", withDestinationPath: "/etc")
        #expect(try await dropOff.place.files().map(\.name) == ["file"])
    }

    @Test(arguments: ["sshd", "sftp-password"])
    func `a name with a line end in it hides no other`(_ server: String) async throws {
        let dropOff = try SFTPFixture(server).dropOff()
        for name in ["a\r", "b\nc", "d", "\ne", "f\n"] { try dropOff.backDoor.write([1], name, S3Bucket.now) }
        #expect(try await dropOff.place.files().map(\.name) == ["d"])
    }

    @Test func `a drop-off can be where the login lands`() async throws {
        var fixture = try SFTPFixture(LocalServer("sshd"))
        fixture.place.path = "."
        let (place, root) = (SFTPDropOff(place: fixture.place, means: fixture.means), fixture.server["root"])
        try DropOffFixture.BackDoor.folder(root).write([1, 2], "date=2026-11-21/a", S3Bucket.now)
        let file = try #require(try await place.files().first)
        try await place.fetch(file, to: fixture.staging.path("got"))
        #expect(try fixture.staging.read("got") == [1, 2])
        #expect(try await place.reject(file) == "rejected/date=2026-11-21/a")
        #expect(try DropOffFixture.BackDoor.folder(root).names() == ["rejected/date=2026-11-21/a"])
    }

    @Test func `a server with another host key is told nothing`() async throws {
        var fixture = try SFTPFixture()
        fixture.place.knownHosts = fixture.server["knownHostsWrong"]
        let place = SFTPDropOff(place: fixture.place, means: fixture.means)
        let error = await #expect(throws: DeliveryError.self) { try await place.files() }
        guard case .rejected(let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("is not trusted"))
    }

    // MARK: FTP

    @Test func `files are read in binary mode`() async throws {
        let server = try FTPFixture.liar(nil, .none)
        let fixture = try FTPFixture.dropOff(server, .none, path: "drop")
        try fixture.backDoor.write([0x0D, 0x0A], "a", S3Bucket.now)
        let file = try #require(try await fixture.place.files().first)
        try await fixture.place.fetch(file, to: fixture.staging.path("got"))
        let commands = try String(contentsOfFile: server["log"], encoding: .utf8).split(separator: "\n")
            .map { $0.split(separator: " ", maxSplits: 1).last ?? "" }
        let read = try #require(commands.lastIndex(of: "RETR a"))
        #expect(commands[..<read].last { $0.hasPrefix("TYPE") } == "TYPE I")
    }

    @Test(arguments: [FTPPlace.Security.none, .explicit])
    func `a download that a server says is whole and is not is transient`(_ security: FTPPlace.Security) async throws {
        let fixture = try FTPFixture.dropOff(try FTPFixture.liar("short", security, once: true), security, path: "")
        let bytes = [UInt8](repeating: 7, count: 1_500_000)
        try fixture.backDoor.write(bytes, "cut", S3Bucket.now)
        let file = try #require(try await fixture.place.files().first)
        let target = fixture.staging.path("got")
        let error = await #expect(throws: DeliveryError.self) { try await fixture.place.fetch(file, to: target) }
        #expect(isTransient(error), "\(String(describing: error))")
        #expect(try fixture.staging.names() == [])
        try await fixture.place.fetch(file, to: target)
        let isWhole = try fixture.staging.read("got") == bytes
        #expect(isWhole)
    }

    @Test(arguments: ["/drop", "drop", "~/drop", "/drop/", "/"])
    func `an FTP folder is absolute only with a slash before it`(_ path: String) async throws {
        let server = try FTPFixture.liar(nil, .none)
        let fixture = try FTPFixture.dropOff(server, .none, path: "") { $0.path = path }
        let inner = path == "/" ? "" : "drop/"
        try fixture.backDoor.write([1, 2], "\(inner)date=2026-11-21/a", S3Bucket.now)
        let file = try #require(try await fixture.place.files().first)
        try await fixture.place.fetch(file, to: fixture.staging.path("got"))
        try await fixture.place.put([3], as: file.name + ".receipt.json")
        _ = try await fixture.place.reject(file)
        #expect(try fixture.staging.read("got") == [1, 2])
        let names = try fixture.backDoor.names()
        #expect(names == ["\(inner)date=2026-11-21/a.receipt.json", "\(inner)rejected/date=2026-11-21/a"])
        let entered = try String(contentsOfFile: server["log"], encoding: .utf8).split(separator: "\n")
            .filter { $0.contains(" CWD /") }
        #expect(entered.isEmpty == !path.hasPrefix("/"))
    }

    @Test func `a server that tells no sizes and no times is rejected`() async throws {
        let fixture = try FTPFixture.dropOff(try FTPFixture.liar("no-sizes", .none), .none, path: "drop")
        try fixture.backDoor.write([1], "a", S3Bucket.now)
        let error = await #expect(throws: DeliveryError.self) { try await fixture.place.files() }
        guard case .rejected(let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("does not tell sizes"))
    }

    @Test func `a day that is not to be entered is rejected, not taken for empty`() async throws {
        let server = try LocalServer.shared("proftpd")
        let path = "closed \(UUID().uuidString.lowercased())"
        let fixture = try FTPFixture.dropOff(server, .none, path: path)
        try fixture.backDoor.makeFolder("date=2026-11-21")
        let day = "\(server["root"])/\(path)/date=2026-11-21"
        if getuid() == 0 { chown(day, 0, 0) }
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: day)
        let error = await #expect(throws: DeliveryError.self) { try await fixture.place.files() }
        guard case .rejected(let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("date=2026-11-21"))
    }

    @Test func `readable FTP that nobody allowed is not spoken`() async throws {
        let fixture = try FTPFixture.dropOff(try .shared("proftpd"), .none, path: "x") { $0.allowPlaintext = false }
        let error = await #expect(throws: DeliveryError.self) { try await fixture.place.files() }
        guard case .rejected = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
