import Foundation
import TidegateModel
import TidegateTesting

@testable import Destinations

extension FTPFixture {
    static let means = DeliveryMeans(clock: ManualClock(Instant(milliseconds: 0)))

    /// A folder of a server as a drop-off; nil for a missing one.
    static func dropOff(
        _ server: LocalServer, _ security: FTPPlace.Security, path: String, isThere: Bool = true,
        _ change: (inout FTPPlace) -> Void = { _ in }
    ) throws -> DropOffFixture {
        let place = place(server, security, path: path, change)
        // The server's user is another one where root runs the tests.
        let door = DropOffFixture.BackDoor.folder(server["root"] + (path.isEmpty ? "" : "/" + path), owner: 65534)
        if isThere, !path.isEmpty { try door.makeFolder("") }
        var fixture = DropOffFixture(
            place: FTPDropOff(place: place, means: means), backDoor: door, staging: try TemporaryFolder())
        fixture.secrets = [server["password"], place.password.text]
        fixture.missing = path
        // The closure keeps the server until the fixture goes.
        fixture.reached = { try await server.wait(for: "reached") }
        return fixture
    }

    static func dropOffKind(_ name: String, _ security: FTPPlace.Security) -> DropOffKind {
        let path = { @Sendable in "drop \(UUID().uuidString.lowercased())" }
        func lying(_ lie: String) -> DropOffKind.Maker {
            { try dropOff(try liar(lie, security, once: true), security, path: "") }
        }
        return DropOffKind(
            name, oddNames: security == .none ? .max : 2,
            troubles: [
                .fallsSilent: lying("silent-retr"),
                .losesConnection: lying("reset-retr"),
                .refusesReading: { try closed(0o444, security, path()) },
                .refusesWriting: { try closed(0o555, security, path()) },
                .refusesCredentials: {
                    try dropOff(try .shared("proftpd"), security, path: path()) {
                        $0.password = Secret("wr%ng & w&rse")
                    }
                },
                .isMissing: { try dropOff(try .shared("proftpd"), security, path: path(), isThere: false) },
            ]
        ) { try dropOff(try .shared("proftpd"), security, path: path()) }
    }

    /// A server that knows no MLSD, or that tells hidden names neither; it loses the rest of the first download.
    static func olderKind(_ lie: String) -> DropOffKind {
        DropOffKind(
            "ftp, \(lie)",
            exceptions: Dictionary(uniqueKeysWithValues: DropOffTrouble.allCases.map { ($0, "the others show it") })
        ) { try dropOff(try liar(lie, .none), .none, path: "drop") }
    }

    /// A folder with `kept.sync` and these permissions.
    private static func closed(
        _ permissions: Int, _ security: FTPPlace.Security, _ path: String
    ) throws -> DropOffFixture {
        let server = try LocalServer.shared("proftpd")
        let fixture = try dropOff(server, security, path: path)
        try fixture.backDoor.write([1, 2, 3], "kept.sync", S3Bucket.now)
        let folder = server["root"] + "/" + path
        // Where root runs the tests, the owner is root.
        if getuid() == 0 { chown(folder, 0, 0) }
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: folder)
        return fixture
    }
}
