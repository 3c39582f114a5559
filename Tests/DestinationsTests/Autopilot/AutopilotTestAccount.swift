import Foundation
import Testing
import TidegateModel
import TidegateTesting
import Transfer

@testable import Destinations

/// An account at the test server, for one test.
final class AutopilotTestAccount: Sendable {
    let clock = SkippingClock(ConnectorFixture.start)
    let means: DeliveryMeans
    let server: FaultServer
    private let forgotten = Locked(0)

    init() throws {
        means = DeliveryMeans(clock: clock)
        server = try FaultServer("autopilot")
    }

    var elapsed: Span { clock.now() - ConnectorFixture.start }

    // MARK: Pushing

    func connector(key: String = AutopilotAccountState.key, callsPerSecond: Int = 5, patience: Int? = nil)
        -> AutopilotConnector
    {
        var limits = AutopilotAccount.limits
        limits.total = patience ?? limits.total
        let place = AutopilotPlace(apiKey: Secret(key), baseURL: server.url, callsPerSecond: callsPerSecond)
        return AutopilotConnector(place, means, limits: limits)
    }

    func open(
        list: String? = AutopilotAccountState.list, onLeave: PushOptions.OnLeave = .keep, fields: [String] = ["Email"],
        patience: Int? = nil
    ) async throws -> any PushSession {
        let push = Push(
            run: UUID(), options: PushOptions(list: list, onLeave: onLeave),
            columns: fields.map { PushColumn(field: $0, type: .text) }, profiles: 1
        )
        return try await connector(patience: patience).open(push)
    }

    func batch(
        _ addresses: [String], _ session: any PushSession, done: Int = 0, journal: Locked<[Int]>? = nil
    ) -> PushBatch {
        let contacts = addresses.map { address -> PushBatch.Contact in
            var row = PushRow()
            Array("key".utf8).withUnsafeBytes { row.begin(profile: 1, key: $0) }
            Array(address.utf8).withUnsafeBytes { row.append(.text, $0) }
            var contact = EncodedContact()
            #expect(session.encode(row, into: &contact) == .contact)
            return PushBatch.Contact(body: contact.body[...], identity: contact.identity[...])
        }
        return PushBatch(idempotencyKey: "key", page: 1, pages: 1, contacts: PushBatch.Contacts(contacts), done: done) {
            (count) throws(DeliveryError) in journal?.withLock { $0.append(count) }
        }
    }

    // MARK: The back door

    func state() async throws -> AutopilotAccountState {
        try await server.state(AutopilotAccountState.self).stored
    }

    /// Method and encoded path of the calls that were not forgotten; that none of them was odd is proven on the way.
    func calls() async throws -> [String] {
        let state = try await server.state()
        #expect(state.problems == [])
        return state.requests.dropFirst(forgotten.withLock { $0 }).map { request in
            "\(request.method) " + request.target.replacing(/^\/room-[^\/]*/, with: "")
        }
    }

    func forgetCalls() async throws {
        let count = try await server.state().requests.count
        forgotten.withLock { $0 = count }
    }
}

extension BatchAnswer {
    /// Fails the test where the batch was not taken.
    func taken() throws -> ([RowRejection], [Int: String]) {
        guard case .taken(let rejected, let receiverIDs) = self else { throw NotTaken(answer: self) }
        return (rejected, receiverIDs)
    }

    private struct NotTaken: Error {
        let answer: BatchAnswer
    }
}
