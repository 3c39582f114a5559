import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Destinations

/// A connector to an account of its own, and the steps that tests of it take.
struct SendGridBench {
    let receiver: SendGridReceiver
    let clock = SkippingClock(ConnectorFixture.start)
    let means: DeliveryMeans

    init(_ change: (inout SendGridReceiver.Settings) -> Void = { _ in }) async throws {
        receiver = try await SendGridReceiver()
        means = DeliveryMeans(clock: clock)
        try await receiver.change(change)
    }

    static let columns = [
        PushColumn(field: "email", type: .text), PushColumn(field: "first_name", type: .text),
        PushColumn(field: "favourite_shop", type: .text),
    ]

    var connector: any Connector { receiver.connector(means) }

    func session(
        _ columns: [PushColumn] = columns, onLeave: PushOptions.OnLeave = .keep, hasList: Bool = true
    ) async throws -> any PushSession {
        let options = PushOptions(list: hasList ? receiver.list : nil, onLeave: onLeave)
        return try await connector.open(Push(run: UUID(), options: options, columns: columns, profiles: 10))
    }

    /// A contact of these values, in the order of the columns.
    func contact(_ session: any PushSession, _ values: String?...) -> EncodedContact {
        var row = PushRow()
        Array("key".utf8).withUnsafeBytes { row.begin(profile: 1, key: $0) }
        for index in 0..<Self.columns.count {
            if let value = values.indices.contains(index) ? values[index] : nil {
                Array(value.utf8).withUnsafeBytes { row.append(.text, $0) }
            } else {
                row.appendNull()
            }
        }
        var contact = EncodedContact()
        #expect(session.encode(row, into: &contact) == .contact)
        return contact
    }

    func contacts(_ session: any PushSession, _ addresses: [String]) -> [EncodedContact] {
        addresses.map { contact(session, $0, "Kim", "Malmö") }
    }

    /// Sends a batch that is accepted, and asks for its job until that has ended.
    func deliver(_ session: any PushSession, _ contacts: [EncodedContact]) async throws -> JobResult {
        guard case .accepted(let job) = try await session.send(batch(contacts)) else {
            throw BenchFailure("the batch is not accepted")
        }
        return try await finish(job, session)
    }

    func finish(_ job: String, _ session: any PushSession) async throws -> JobResult {
        for _ in 1...20 {
            switch try await session.outcome(of: job) {
            case .pending: continue
            case .ended(let result): return result
            case .unknown(let reason): throw BenchFailure(reason)
            }
        }
        throw BenchFailure("the job never ends")
    }

    /// What the receiver refused, and nothing else.
    func error(_ body: () async throws -> Void) async -> DeliveryError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? DeliveryError
        }
    }

    func requests() async throws -> [String] {
        try await receiver.state().requests.map { "\($0.method) \($0.path)" }
    }

    func expectNoProblems() async throws {
        let problems = try await receiver.state().problems
        #expect(problems == [])
    }
}

/// A step of a test that did not come about.
struct BenchFailure: Error {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
