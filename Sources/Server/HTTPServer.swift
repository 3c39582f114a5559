import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import TidegateModel

/// The API and the page, on one address.
package struct HTTPServer: Sendable {
    package let address: ListenAddress
    private let desk: Desk
    private let access: Access

    package init(_ desk: Desk, access: Access, address: ListenAddress) {
        self.desk = desk
        self.access = access
        self.address = address
    }

    /// Serves until the task is cancelled.
    ///
    /// - Parameter ready: gets the address that was bound, once requests are taken.
    package func run(ready: @escaping @Sendable (ListenAddress) -> Void = { _ in }) async throws {
        var quiet = desk.logger
        quiet.logLevel = max(quiet.logLevel, .warning)
        let application = Application(
            responder: Routes(desk: desk, access: access).responder(),
            server: .http1(configuration: .init(idleTimeout: .seconds(30))),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port),
                availableConnectionsDelegate: .maximum(Self.connections, logger: quiet)
            ),
            onServerRunning: { [address] channel in
                ready(ListenAddress(host: address.host, port: channel.localAddress?.port ?? address.port))
            },
            logger: quiet
        )
        try await application.run()
    }

    /// Open at the same time; more wait to be accepted.
    private static let connections = 256
}
