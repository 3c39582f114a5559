import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Destinations

/// A folder of its own on an SFTP server of `scripts/servers`, not made yet.
struct SFTPFixture {
    let server: LocalServer
    let staging: TemporaryFolder
    let uploads = UploadJournal.inMemory()
    var place: SFTPPlace
    let means = DeliveryMeans(clock: ManualClock(Instant(milliseconds: 1_800_000_000_000)))

    /// On the server that all tests share.
    init(_ name: String = "sshd", _ arguments: [String] = []) throws {
        try self.init(.shared(name, arguments))
    }

    init(_ server: LocalServer) throws {
        self.server = server
        staging = try TemporaryFolder()
        place = SFTPPlace(
            host: server["host"], port: Int(server["port"]) ?? 0, user: server["user"],
            path: "\(server["root"])/\(UUID().uuidString.lowercased())/outbox", knownHosts: server["knownHosts"]
        )
        if server["password"].isEmpty {
            place.privateKey = try secret("key")
        } else {
            place.password = Secret(server["password"])
        }
    }

    /// The text of a file that the server names, such as a key.
    func secret(_ fact: String) throws -> Secret {
        Secret(try String(contentsOfFile: server[fact], encoding: .utf8))
    }

    func destination(_ change: (inout SFTPPlace) -> Void = { _ in }) -> SFTPDestination {
        var place = place
        change(&place)
        return SFTPDestination(place, means, uploads)
    }

    /// The server's own folder, seen without the server.
    var backDoor: DestinationFixture.BackDoor { .folder(place.path) }

    func stage(_ bytes: [UInt8], as name: String) throws -> StagedFile {
        let path = try staging.write(bytes, to: "staged-\(UUID().uuidString)")
        return StagedFile(path: path, name: name, rows: 1, size: bytes.count, sha256: "\(bytes.hashValue)")
    }

    /// What a server that keeps a list was asked.
    func events() throws -> [String] {
        try String(contentsOfFile: server["events"], encoding: .utf8).split(separator: "\n").map(String.init)
    }

    /// What the contract takes.
    func contract() -> DestinationFixture {
        var fixture = DestinationFixture(
            destination: destination(), reopened: destination(), backDoor: backDoor, staging: staging, uploads: uploads
        )
        fixture.missing = place.path
        fixture.secrets = [place.password?.text, place.privateKey?.text].compactMap(\.self)
        return fixture
    }
}

extension DestinationKind {
    /// OpenSSH's server, and a proxy before it that breaks connections.
    static let sftpByKey = DestinationKind(
        "sftp, by key",
        traits: [.findsReceipts],
        troubles: [
            .fallsSilent: { try behindProxy(["--stall-after", "1000000"]) },
            .losesConnectionEarly: { try behindProxy(["--reset-after-bytes", "1000000"]) },
            .refusesWriting: { try SFTPFixture("sshd", ["--read-only"]).contract() },
            .refusesCredentials: {
                var fixture = try SFTPFixture()
                fixture.place.privateKey = try fixture.secret("keyStranger")
                return fixture.contract()
            },
            .isMissing: { try SFTPFixture().contract() },
        ],
        exceptions: [
            .losesConnectionLate: "what is encrypted has no last byte to be seen; the kind by password loses it",
            .isFull: "a full disk needs a file system of its own; the kind by password plays one",
        ]
    ) { try SFTPFixture().contract() }

    /// A server that takes passwords and goes wrong by itself.
    static let sftpByPassword = DestinationKind(
        "sftp, by password",
        traits: [.findsReceipts],
        troubles: [
            .fallsSilent: { try troubled(["--silent-at", "1000000"]) },
            .losesConnectionEarly: { try troubled(["--drop-at", "1000000"]) },
            .losesConnectionLate: { try troubled(["--drop-rename", "after"]) },
            .isFull: { try troubled(["--full-at", "1000000"]) },
            .refusesCredentials: {
                var fixture = try SFTPFixture("sftp-password")
                fixture.place.password = Secret("wr%ng pass:word")
                return fixture.contract()
            },
            .isMissing: { try SFTPFixture("sftp-password").contract() },
        ],
        exceptions: [.refusesWriting: "the kind by key is refused"]
    ) { try SFTPFixture("sftp-password").contract() }

    private static func troubled(_ arguments: [String]) throws -> DestinationFixture {
        let fixture = try SFTPFixture(LocalServer("sftp-password", arguments))
        var contract = fixture.contract()
        contract.reached = { try await fixture.server.wait(for: "reached") }
        return contract
    }

    private static func behindProxy(_ arguments: [String]) throws -> DestinationFixture {
        var fixture = try SFTPFixture()
        let proxy = try LocalServer("faultproxy", ["\(fixture.place.port)"] + arguments)
        fixture.place.port = Int(proxy["port"]) ?? 0
        fixture.place.knownHosts = nil
        fixture.place.hostKey = fixture.server["hostKey"]
        var contract = fixture.contract()
        contract.reached = { try await proxy.wait(for: "reached") }
        return contract
    }
}
