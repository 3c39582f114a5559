import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import TidegateModel

/// The API and the page, on one address.
package struct HTTPServer: Sendable {
    package let address: ListenAddress
    private let desk: Desk
    private let access: Access
    private let limits: ServerLimits
    private let feed: ChangeFeed

    package init(_ desk: Desk, access: Access, address: ListenAddress, limits: ServerLimits = ServerLimits()) {
        self.desk = desk
        self.access = access
        self.address = address
        self.limits = limits
        feed = ChangeFeed(desk)
    }

    /// Serves until the task is cancelled; what is under way then gets two seconds.
    ///
    /// - Parameter ready: gets the address that was bound, once requests are taken.
    /// - Throws: ``HTTPServerFault``.
    package func run(ready: @escaping @Sendable (ListenAddress) -> Void = { _ in }) async throws(HTTPServerFault) {
        let server = server(ready)
        // Of its own: were it cancelled, answers would break off.
        let serving = Task { try await server.run() }
        do {
            try await withTaskCancellationHandler {
                try await serving.value
            } onCancel: {
                feed.end()
                Task { try await server.shutdownGracefully() }
            }
        } catch {
            guard Task.isCancelled else { throw .notListening(address, reason: Self.reason(error)) }
        }
        if !Task.isCancelled { throw .ended(address) }
    }

    private func server(_ ready: @escaping @Sendable (ListenAddress) -> Void) -> HummingbirdCore.Server<HTTP1Channel> {
        var quiet = desk.logger
        quiet.logLevel = max(quiet.logLevel, .warning)
        return HummingbirdCore.Server(
            childChannelSetup: HTTP1Channel(responder: respond(quiet), configuration: channels),
            configuration: ServerConfiguration(
                address: .hostname(address.host, port: address.port),
                availableConnectionsDelegate: .maximum(limits.connections, logger: quiet)
            ),
            onServerRunning: { [address] channel in
                ready(ListenAddress(host: address.host, port: channel.localAddress?.port ?? address.port))
            },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: quiet
        )
    }

    private var channels: HTTP1Channel.Configuration {
        .init(
            additionalChannelHandlers: [ConnectionDeadlines(limits)],
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: limits.headers, maxHeaderListSize: limits.headers, maxHeaderFieldCount: 100
            )
        )
    }

    private func respond(_ logger: Logger) -> HTTPChannelHandler.Responder {
        let responder = Routes(desk: desk, access: access, feed: feed).responder()
        return { [clock = desk.clock] request, writer, channel in
            let context = Call(source: ApplicationRequestContextSource(channel: channel, logger: logger))
            var response = try await responder.respond(to: request, context: context)
            response.headers[.date] = clock.now().httpDate
            try await writer.write(response: response.head, body: response.body)
        }
    }

    private static func reason(_ error: any Error) -> String {
        (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
    }
}

/// Why the server does not serve.
package enum HTTPServerFault: Error, CustomStringConvertible {
    case notListening(ListenAddress, reason: String)
    /// Without having been asked to.
    case ended(ListenAddress)

    package var description: String {
        switch self {
        case .notListening(let address, let reason): "address '\(address)' cannot be listened on: \(reason)"
        case .ended(let address): "server on '\(address)' has ended by itself"
        }
    }
}

extension Instant {
    /// As HTTP writes it (RFC 9110, section 5.6.7).
    var httpDate: String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
