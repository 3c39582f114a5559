import Foundation
import Logging
import Store
import TidegateModel
import TidegateTesting
import Transfer

@testable import Server

/// A server on a free port over a store of its own, and a client.
final class ServerFixture: Sendable {
    static let token = "test-token-of-the-admin"
    static let noon = Instant(milliseconds: 1_795_262_400_000)

    let folder: TemporaryFolder
    let store: Store
    let clock: ManualClock
    let base: String
    let tally = Tally()
    private let serving: Task<Void, any Error>

    /// - Parameters:
    ///   - sights: what is seen besides the store; nothing by default.
    ///   - controls: what can be done; everything is refused by default.
    ///   - logger: gets what the server logs; nobody by default.
    init(
        _ spec: JobSpec, access: Access = Access(tokens: [(ServerFixture.token, .admin)]),
        sights: Sights = .nothing, controls: @Sendable (Store) -> Controls = { _ in .nothing },
        limits: ServerLimits = ServerLimits(), logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) async throws {
        folder = try TemporaryFolder()
        store = try Store(path: folder.path("tidegate.sqlite"), role: .owner)
        clock = ManualClock(Self.noon)
        try store.apply(spec, from: ScheduleCursor(instant: Self.noon, snapshot: nil), actor: "test")
        try store.sign(
            Instance(
                id: "test", process: 1, host: "here", duty: "tidegate run", startedAt: Self.noon, heartbeatAt: Self.noon
            )
        )
        let desk = Desk(
            store: store, clock: clock, logger: logger, sights: sights, controls: controls(store), tally: tally,
            version: "test"
        )
        let server = HTTPServer(
            desk, access: access, address: ListenAddress(host: "127.0.0.1", port: 0), limits: limits
        )
        let (bound, binding) = AsyncStream<ListenAddress>.makeStream()
        serving = Task { try await server.run { binding.yield($0) } }
        var addresses = bound.makeAsyncIterator()
        base = "http://\(await addresses.next()?.description ?? "")"
    }

    deinit {
        serving.cancel()
    }

    /// One request, with the admin's token unless another or none is wanted. `headers` are lines.
    func call(
        _ path: String, method: String = "GET", token: String? = ServerFixture.token, headers: [String] = [],
        body: String? = nil
    ) async throws -> TransferAnswer {
        let authorization = token.map { ["Authorization: Bearer \($0)"] } ?? []
        return try await TransferClient.shared.run(
            TransferRequest(
                method, base + path, headers: authorization + headers,
                body: body.map { .bytes(Array($0.utf8)) } ?? .none
            )
        )
    }
}

extension TransferAnswer {
    var text: String { String(decoding: body, as: UTF8.self) }

    /// The JSON object that it is.
    func json() throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any] ?? [:]
    }
}

extension Sights {
    /// Of a place without snapshots where nothing goes on.
    static let nothing = Sights(
        snapshots: { _ in [] }, snapshot: { _ in nil }, history: { _, _ in [] }, overlap: { _, _, _ in nil },
        work: { [] }
    )
}

extension Controls {
    /// Everything is refused.
    static let nothing = Controls(
        force: { _, _ in throw AdHocRefusal.noSnapshot }, guardrails: { _ in [] },
        retry: { run, _ in throw RetryRefusal.state(run.id, run.state) }, startCycle: { throw NothingToStart() }
    )

    private struct NothingToStart: Error {}
}
