import Foundation
import TidegateModel
import TidegateTesting

@testable import Destinations

extension SFTPFixture {
    /// The folder as a drop-off, made where it is not to be missing.
    func dropOff(isThere: Bool = true) throws -> DropOffFixture {
        if isThere { try FileManager.default.createDirectory(atPath: place.path, withIntermediateDirectories: true) }
        var fixture = DropOffFixture(
            place: SFTPDropOff(place: place, means: means), backDoor: .folder(place.path), staging: staging
        )
        fixture.missing = place.path
        fixture.secrets = [place.password?.text, place.privateKey?.text].compactMap(\.self)
        return fixture
    }
}

extension DropOffKind {
    /// OpenSSH's server, and a proxy before it that breaks connections.
    static let sftpByKey = DropOffKind(
        "sftp, by key",
        troubles: [
            .fallsSilent: { try behindProxy("--stall-after") },
            .losesConnection: { try behindProxy("--reset-after-bytes") },
            .refusesWriting: {
                let fixture = try SFTPFixture("sshd", ["--read-only"]).dropOff()
                try fixture.backDoor.write([1, 2, 3], "kept.sync", S3Bucket.now)
                return fixture
            },
            .refusesCredentials: {
                var fixture = try SFTPFixture()
                fixture.place.privateKey = try fixture.secret("keyStranger")
                return try fixture.dropOff()
            },
            .isMissing: { try SFTPFixture().dropOff(isThere: false) },
        ],
        exceptions: [.refusesReading: "root reads every folder; the kind by password is refused"]
    ) { try SFTPFixture().dropOff() }

    /// A server of another make, which takes passwords.
    static let sftpByPassword = DropOffKind(
        "sftp, by password",
        troubles: [
            .refusesReading: { try SFTPFixture("sftp-password", ["--no-listing"]).dropOff() },
            .refusesCredentials: {
                var fixture = try SFTPFixture("sftp-password")
                fixture.place.password = Secret("wr%ng pass:word")
                return try fixture.dropOff()
            },
            .isMissing: { try SFTPFixture("sftp-password").dropOff(isThere: false) },
        ],
        exceptions: [
            .fallsSilent: "the kind by key falls silent", .losesConnection: "the kind by key loses it",
            .refusesWriting: "the kind by key is refused",
        ]
    ) { try SFTPFixture("sftp-password").dropOff() }

    private static func behindProxy(_ trouble: String) throws -> DropOffFixture {
        var fixture = try SFTPFixture()
        let proxy = try LocalServer("faultproxy", ["\(fixture.place.port)", trouble, "1000000", "--downwards"])
        fixture.place.port = Int(proxy["port"]) ?? 0
        fixture.place.knownHosts = nil
        fixture.place.hostKey = fixture.server["hostKey"]
        var dropOff = try fixture.dropOff()
        dropOff.reached = { try await proxy.wait(for: "reached") }
        return dropOff
    }
}
