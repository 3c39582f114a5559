import NIOCore
import NIOHTTPTypes

/// Closes a connection whose other side takes its time: one that is idle, sends a request or takes an answer byte by byte,
/// or is still there when the server is to end.
final class ConnectionDeadlines: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart

    private let times: ServerLimits
    private var deadline: Scheduled<Void>?
    private var isReading = false
    /// Requests that have begun and are not answered to the end.
    private var open = 0

    init(_ times: ServerLimits) {
        self.times = times
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { close(context, in: times.idle) }
    }

    func channelActive(context: ChannelHandlerContext) {
        close(context, in: times.idle)
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            open += 1
            isReading = true
            close(context, in: times.request)
        case .body: break
        case .end:
            isReading = false
            close(context, in: times.handling)
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let taken = promise ?? context.eventLoop.makePromise()
        let channel = context.channel
        let slow = context.eventLoop.scheduleTask(in: times.taking) { channel.close(promise: nil) }
        taken.futureResult.whenComplete { _ in slow.cancel() }
        switch unwrapOutboundIn(data) {
        case .head: if !isReading { deadline?.cancel() }
        case .body: break
        case .end:
            open -= 1
            if !isReading { close(context, in: open > 0 ? times.handling : times.idle) }
        }
        context.write(data, promise: taken)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            let channel = context.channel
            context.eventLoop.scheduleTask(in: times.farewell) { channel.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func close(_ context: ChannelHandlerContext, in time: TimeAmount) {
        deadline?.cancel()
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}

/// What one caller may ask of the server.
package struct ServerLimits: Sendable {
    /// Connections at the same time; more wait to be accepted.
    package var connections = 256
    /// Of a request's line and headers, in bytes.
    package var headers = 32 << 10
    /// Until a request begins, its headers included.
    package var idle = TimeAmount.seconds(30)
    /// From a request's headers to its last byte.
    package var request = TimeAmount.seconds(30)
    /// From a request's last byte to the first of its answer.
    package var handling = TimeAmount.seconds(60)
    /// Until a part of an answer is taken.
    package var taking = TimeAmount.seconds(60)
    /// What is under way gets when the server is to end.
    package var farewell = TimeAmount.seconds(2)

    package init() {}
}
