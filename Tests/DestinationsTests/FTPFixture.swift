import Destinations
import Foundation
import TidegateModel
import TidegateTesting

/// What the tests of FTP need: places, destinations and servers that lie.
enum FTPFixture {
    static func place(
        _ server: LocalServer, _ security: FTPPlace.Security, path: String = "",
        _ change: (inout FTPPlace) -> Void = { _ in }
    ) -> FTPPlace {
        let port =
            switch security {
            case .none: server["plainPort"]
            case .implicit: server["implicitPort"]
            case .explicit: server["port"]
            }
        var place = FTPPlace(
            host: server["host"], port: Int(port.isEmpty ? server["port"] : port) ?? 0, user: server["user"],
            password: Secret(server["password"]), path: path, security: security, allowPlaintext: security == .none,
            caFile: server["caFile"].isEmpty ? nil : server["caFile"]
        )
        change(&place)
        return place
    }

    static func open(
        _ place: FTPPlace, _ uploads: UploadJournal = .inMemory(),
        _ means: DeliveryMeans = DeliveryMeans(clock: ManualClock(Instant(milliseconds: 0)))
    ) throws -> any FileDestination {
        let declared = Destination(id: UUID(), name: "ftp", place: .ftp(place))
        guard case .files(let destination) = declared.open(means, uploads: uploads) else {
            throw DeliveryError.rejected("an FTP server takes files")
        }
        return destination
    }

    /// A lying server is one fixture's own: most lie only once.
    static func liar(_ lie: String?, _ security: FTPPlace.Security, once: Bool = false) throws -> LocalServer {
        let tls = security == .none ? [] : ["--tls", security.rawValue]
        return try LocalServer("lying-ftp", tls + (lie.map { ["--lie", $0] } ?? []) + (once ? ["--once"] : []))
    }

    static func fixture(
        _ server: LocalServer, _ security: FTPPlace.Security, path: String,
        _ change: (inout FTPPlace) -> Void = { _ in }
    ) throws -> DestinationFixture {
        let (place, uploads) = (place(server, security, path: path, change), UploadJournal.inMemory())
        let folder = server["root"] + (path.isEmpty ? "" : "/" + path)
        var fixture = DestinationFixture(
            destination: try open(place, uploads),
            reopened: try open(place, uploads),
            backDoor: .served(folder),
            staging: try TemporaryFolder(),
            uploads: uploads
        )
        fixture.secrets = [server["password"], place.password.text]
        fixture.missing = path
        // The closure keeps the server until the fixture goes.
        fixture.reached = { try await server.wait(for: "reached") }
        return fixture
    }

    static func kind(_ name: String, _ security: FTPPlace.Security) -> DestinationKind {
        let fresh: DestinationKind.Maker = {
            let path = "drop \(UUID().uuidString.lowercased())/in"
            return try fixture(try .shared("proftpd"), security, path: path)
        }
        func lying(_ lie: String, once: Bool) -> DestinationKind.Maker {
            { try fixture(try liar(lie, security, once: once), security, path: "") }
        }
        return DestinationKind(
            name,
            traits: [.findsReceipts],
            troubles: [
                .fallsSilent: lying("silent", once: true),
                .losesConnectionEarly: lying("reset", once: true),
                .losesConnectionLate: lying("lost-226", once: true),
                .isFull: lying("full", once: false),
                .refusesWriting: { try fixture(try .shared("proftpd", ["--read-only"]), security, path: "") },
                .refusesCredentials: {
                    try fixture(try .shared("proftpd"), security, path: "") { $0.password = Secret("wr%ng & w&rse") }
                },
                .isMissing: fresh,
            ],
            makeFixture: fresh
        )
    }
}

extension DestinationFixture.BackDoor {
    /// Looks at the folder that a server serves; what is written there belongs to whom the folder belongs to.
    static func served(_ path: String) -> Self {
        var door = folder(path)
        door.write = { bytes, name in
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try Data(bytes).write(to: URL(filePath: path + "/" + name, directoryHint: .notDirectory))
            // The server's user is another one where root runs the tests.
            guard getuid() == 0 else { return }
            chown(path, 65534, 65534)
            chown((path as NSString).deletingLastPathComponent, 65534, 65534)
            chown(path + "/" + name, 65534, 65534)
        }
        return door
    }
}
