import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Destinations

@Suite struct SFTPDestinationTests {
    private let fixture: SFTPFixture
    private let fence = Fence(run: UUID(), attempt: 1)

    init() throws {
        fixture = try SFTPFixture()
    }

    @Test(arguments: ["", "~/", "./"])
    func `a path that does not begin with a slash begins where the login lands`(_ head: String) async throws {
        let folder = UUID().uuidString
        let destination = fixture.destination { $0.path = "\(head)\(folder)/in/" }
        let receipt = try await destination.deliver(fixture.stage([1, 2], as: "here.csv"), fence: fence)
        #expect(receipt.path == "\(folder)/in")
        let held = DestinationFixture.BackDoor.folder("\(fixture.server["root"])/\(folder)/in")
        #expect(try held.read("here.csv") == [1, 2])
        #expect(try await destination.receipt(for: "here.csv") == receipt)
        #expect(try await destination.sweep(before: fence) == 0)
    }

    @Test func `a folder may be called anything`() async throws {
        let path = fixture.place.path + "/~a b/%41\"q\" 'x'/\\é*?[y]#;"
        let destination = fixture.destination { $0.path = path }
        let file = try fixture.stage([1], as: "x.csv")
        for _ in 1...2 { _ = try await destination.deliver(file, fence: fence) }
        #expect(try DestinationFixture.BackDoor.folder(path).names() == ["x.csv"])
        #expect(try await destination.receipt(for: "x.csv")?.path == path)
        _ = try await destination.check()
        try await destination.remove("x.csv")
        #expect(try DestinationFixture.BackDoor.folder(path).names() == [])
    }

    @Test func `a folder that has the name is no file, and is not replaced`() async throws {
        try FileManager.default.createDirectory(
            atPath: fixture.place.path + "/taken.csv/in", withIntermediateDirectories: true)
        let destination = fixture.destination()
        #expect(try await destination.receipt(for: "taken.csv") == nil)
        let error = await #expect(throws: DeliveryError.self) {
            try await destination.deliver(fixture.stage([1], as: "taken.csv"), fence: fence)
        }
        #expect(
            error
                == .rejected(
                    "SFTP server '127.0.0.1' cannot replace 'taken.csv', it answered 'operation failed' to rm"))
        #expect(try fixture.backDoor.names() == ["taken.csv"])
    }

    @Test func `a path that leads through a file is rejected`() async throws {
        try fixture.backDoor.write([1], "file")
        let destination = fixture.destination { $0.path += "/file/in" }
        for work in [
            { _ = try await destination.check() },
            { _ = try await destination.deliver(fixture.stage([1], as: "x.csv"), fence: fence) },
        ] as [() async throws -> Void] {
            let error = await #expect(throws: DeliveryError.self) { try await work() }
            guard case .rejected = error else {
                Issue.record("\(String(describing: error)) is not rejected")
                continue
            }
        }
        #expect(try fixture.backDoor.names() == ["file"])
    }

    @Test func `a check says folder, host, user and key, and makes nothing`() async throws {
        let missing = try await fixture.destination().check()
        let folder = "folder '\(fixture.place.path)' of SFTP server '127.0.0.1'"
        let rest = "for '\(fixture.place.user)', host key \(fixture.server["hostKey"]) (ssh-ed25519)"
        #expect(missing == "\(folder) is missing and can be made \(rest)")
        let parent = (fixture.place.path as NSString).deletingLastPathComponent
        #expect(!FileManager.default.fileExists(atPath: parent))
        try fixture.backDoor.write([1], "there.csv")
        #expect(try await fixture.destination().check() == "\(folder) is writable \(rest)")
    }

    @Test func `a server that nobody runs is transient`() async throws {
        let destination = fixture.destination {
            $0.port = 1
            $0.hostKey = "SHA256:" + String(repeating: "A", count: 43)
        }
        let error = await #expect(throws: DeliveryError.self) { try await destination.check() }
        #expect(
            error
                == .transient(
                    "SFTP server '127.0.0.1' does not take files in '\(fixture.place.path)', couldn't connect to server"
                ))
    }

    @Test func `a full disk is transient, and what was written is removed`() async throws {
        let fixture = try SFTPFixture(LocalServer("sftp-password", ["--full-at", "100000"]))
        let error = await #expect(throws: DeliveryError.self) {
            try await fixture.destination().deliver(
                fixture.stage(Array(repeating: 1, count: 200_000), as: "x.csv"), fence: fence)
        }
        #expect(error == .transient("SFTP server '127.0.0.1' cannot take 'x.csv', it takes no more bytes"))
        #expect(try fixture.backDoor.names() == [])
        #expect(try fixture.uploads.names() == [])
    }

    @Test func `no two runs or attempts write under one hidden name`() async throws {
        let fixture = try SFTPFixture(LocalServer("sftp-password"))
        let fences = [fence, Fence(run: fence.run, attempt: 2), Fence(run: UUID(), attempt: 1)]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, fence) in fences.enumerated() {
                let file = try fixture.stage([UInt8(number)], as: "same.csv")
                let destination = SFTPDestination(fixture.place, fixture.means, .inMemory())
                group.addTask { _ = try? await destination.deliver(file, fence: fence) }
            }
            try await group.waitForAll()
        }
        let written = try fixture.events().filter { $0.hasPrefix("write ") }.map { $0.split(separator: " ")[1] }
        #expect(Set(written).count == 3)
        #expect(try fixture.backDoor.names() == ["same.csv"])
    }

    @Test func `as many connections are made as the place allows, and they are used again`() async throws {
        var fixture = try SFTPFixture(LocalServer("sftp-password"))
        fixture.place.connections = 2
        let files = try (0..<12).map { try fixture.stage([UInt8($0)], as: "\($0).csv") }
        try await withThrowingTaskGroup(of: Void.self) { [fixture] group in
            for file in files {
                // Each its own, as every run has.
                group.addTask { _ = try await fixture.destination().deliver(file, fence: fence) }
            }
            try await group.waitForAll()
        }
        let logins = try fixture.events().filter { $0 == "login" }.count
        #expect((1...2).contains(logins))
        #expect(try fixture.backDoor.names().count == 12)
    }
}
