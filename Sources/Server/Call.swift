import Hummingbird
import NIOCore
import TidegateModel

/// One request on its way through the server, and who makes it.
struct Call: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Nil where the path needs nobody in particular. Known to whoever sees the call, also outside of who found it out.
    var caller: Caller? {
        get { known.withLock { $0 } }
        set { known.withLock { $0 = newValue } }
    }
    private let known = Locked<Caller?>(nil)
    var requestID = RequestID()
    /// The library's own id is one of its log lines, which are not ours.
    var id: String { requestID.text }
    /// The visit to the pages that it belongs to.
    var session: Session?
    /// The address at the other end of the connection; empty where it has none.
    let peer: String

    /// When the connection is at its end.
    let closed: EventLoopFuture<Void>

    /// In bytes; no request that is taken needs more.
    var maxUploadSize: Int { 1 << 20 }

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        closed = source.channel.closeFuture
        peer = source.channel.remoteAddress?.ipAddress ?? ""
    }
}

/// Who makes a request, by the token that came with it.
struct Caller: Hashable, Sendable {
    /// The way in.
    enum Door: String, Sendable { case api, page }

    let scope: Scope
    let door: Door

    /// As transitions and the audit name them.
    var actor: String { "\(door.rawValue):\(scope.rawValue)" }
}

/// What a token allows. Each allows what the ones before it do.
package enum Scope: String, CaseIterable, Comparable, Sendable {
    /// Look.
    case read
    /// Start, cancel and retry exports and cycles.
    case trigger
    /// Pause and resume dataflows.
    case admin

    package static func < (one: Scope, other: Scope) -> Bool {
        allCases.firstIndex(of: one) ?? 0 < allCases.firstIndex(of: other) ?? 0
    }
}
