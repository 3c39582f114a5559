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

    init(_ name: String = "sshd", _ arguments: [String] = []) throws {
        let server = try LocalServer.shared(name, arguments)
        self.server = server
        staging = try TemporaryFolder()
        place = SFTPPlace(
            host: server["host"], port: Int(server["port"]) ?? 0, user: server["user"],
            path: "\(server["root"])/\(UUID().uuidString.lowercased())/outbox", knownHosts: server["knownHosts"]
        )
        if name == "sshd" {
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

    static let fence = Fence(run: UUID(), attempt: 3)
}

extension DestinationKind {
    static func sftp(_ server: String) -> Self {
        DestinationKind("sftp, \(server)", traits: [.findsReceipts]) {
            let fixture = try SFTPFixture(server)
            return DestinationFixture(
                destination: fixture.destination(), reopened: fixture.destination(), backDoor: fixture.backDoor,
                staging: fixture.staging
            )
        }
    }
}
