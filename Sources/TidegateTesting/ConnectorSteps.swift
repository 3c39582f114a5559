import Destinations
import Foundation
import Testing
import TidegateModel

/// The steps that the clauses of `ConnectorContract` take.
extension ConnectorFixture {
    package var connector: any Connector { open(nil, means) }
    /// A connector of another process, which knows nothing of what this one did.
    package var reopened: any Connector { open(nil, DeliveryMeans(clock: clock)) }
    package var stranger: any Connector { open(Secret("another-key-that-nobody-knows"), means) }

    package func push(profiles: Int = 10) -> Push {
        Push(
            run: Self.run, options: PushOptions(list: list, onLeave: .keep), columns: columns, profiles: profiles)
    }

    private static let run = UUID()

    package func session(profiles: Int = 10) async throws -> any PushSession {
        try await connector.open(push(profiles: profiles))
    }

    /// The address of a sample person.
    package static func address(_ number: Int) -> String { "person-\(number)@example.com" }

    /// A profile with this identity and text, and sample values in the other columns.
    package func row(identity: String?, text: String?) -> PushRow {
        var row = PushRow()
        append(identity ?? "nobody") { row.begin(profile: 1, key: $0) }
        for (index, column) in columns.enumerated() {
            let sample: String? =
                switch index {
                case self.identity: identity
                case self.text: text
                default: Self.samples[column.type]
                }
            if let sample {
                append(sample) { row.append(column.type, $0) }
            } else {
                row.appendNull()
            }
        }
        return row
    }

    private func append(_ text: String, _ body: (UnsafeRawBufferPointer) -> Void) {
        Array(text.utf8).withUnsafeBytes(body)
    }

    private static let samples: [AttributeType: String] = [
        .text: "sample", .integer: "42", .real: "1.5", .boolean: "true", .date: "2026-01-31",
        .timestamp: "2026-01-31T02:00:00Z",
    ]

    /// Encodes a profile that is meant to be sent.
    package func encode(_ session: any PushSession, identity: String, text: String? = "hello") throws -> EncodedContact
    {
        var contact = EncodedContact()
        let verdict = session.encode(row(identity: identity, text: text), into: &contact)
        #expect(verdict == .contact)
        return contact
    }

    /// Sample persons, encoded.
    package func people(_ session: any PushSession, _ numbers: ClosedRange<Int> = 1...3) throws -> [EncodedContact] {
        try numbers.map { try encode(session, identity: Self.address($0)) }
    }

    /// What the receiver holds of contacts, in the order of their identities.
    package func holdings() async throws -> [HeldContact] {
        try await backDoor.held().sorted { ($0.identity, $0.text ?? "") < ($1.identity, $1.text ?? "") }
    }

    /// Whether a sentence can be shown to anyone.
    package func expectClean(_ sentence: String) {
        #expect(!sentence.isEmpty)
        for secret in secrets { #expect(!sentence.contains(secret), "a sentence holds a secret") }
        #expect(!sentence.contains("@example.com"), "a sentence holds a contact's address")
        #expect(!sentence.contains("another-key-that-nobody-knows"), "a sentence holds the key that was wrong")
    }

    /// Sends and expects an error.
    package func refusal(_ session: any PushSession, _ contacts: [EncodedContact]) async -> DeliveryError? {
        do throws(DeliveryError) {
            let answer = try await session.send(batch(contacts))
            Issue.record("\(answer) instead of an error")
            return nil
        } catch {
            expectClean(error.sentence)
            return error
        }
    }
}

extension DeliveryError {
    package var isRejected: Bool { if case .rejected = self { true } else { false } }
    package var isUncertain: Bool { if case .uncertain = self { true } else { false } }
    package var isTransient: Bool { if case .transient = self { true } else { false } }
    package var wait: Span? { if case .transient(_, let wait) = self { wait } else { nil } }
}

/// Contacts as a batch of their own.
package func batch(
    _ contacts: [EncodedContact], done: Int = 0,
    progress: @escaping @Sendable (Int) throws(DeliveryError) -> Void = { _ throws(DeliveryError) in }
) -> PushBatch {
    // Of the same contacts the same, and without saying who they are: FNV-1a.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for contact in contacts {
        for byte in contact.body { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
    return PushBatch(
        idempotencyKey: String(hash, radix: 16), page: 1, pages: 1,
        contacts: PushBatch.Contacts(
            contacts.map { PushBatch.Contact(body: $0.body[...], identity: $0.identity[...]) }
        ), done: done, progress: progress)
}

/// What became of contacts once the receiver is done with all of them.
package struct Settled: Sendable {
    package var taken: [String] = []
    package var rejected: [String: String] = [:]
    package var receiverIDs: [String: String] = [:]

    mutating func add(_ other: Settled) {
        taken += other.taken
        rejected.merge(other.rejected) { first, _ in first }
        receiverIDs.merge(other.receiverIDs) { first, _ in first }
    }
}

extension ConnectorFixture {
    /// Sends contacts the way the engine does: asks for jobs until they end, leaves out the rows that are named, and halves
    /// what is refused as a whole.
    package func settle(_ session: any PushSession, _ contacts: [EncodedContact]) async throws -> Settled {
        guard !contacts.isEmpty else { return Settled() }
        switch try await session.send(batch(contacts)) {
        case .taken(let rejected, let ids):
            return settled(contacts, rejected, ids)
        case .accepted(let job):
            return try await settled(contacts, finish(job, session))
        case .refusedRows(let rows):
            #expect(!rows.isEmpty, "rows are refused, and none is named")
            var settled = settled(contacts, rows, [:])
            settled.taken = []
            let bad = Set(rows.map(\.index))
            let rest = contacts.indices.filter { !bad.contains($0) }.map { contacts[$0] }
            guard rest.count < contacts.count else { return settled }
            settled.add(try await settle(session, rest))
            return settled
        case .refusedWhole(let reason):
            expectClean(reason)
            guard contacts.count > 1 else {
                return Settled(rejected: [identity(contacts[0]): "refused"])
            }
            let half = contacts.count / 2
            var settled = try await settle(session, Array(contacts[..<half]))
            settled.add(try await settle(session, Array(contacts[half...])))
            return settled
        }
    }

    /// Asks for a job until it has ended.
    package func finish(_ job: String, _ session: any PushSession) async throws -> JobResult {
        for _ in 1...50 {
            switch try await session.outcome(of: job) {
            case .pending: try await clock.sleep(until: clock.now() + .seconds(5))
            case .ended(let result): return result
            case .unknown(let reason): throw ServerFailure("job is unknown: \(reason)")
            }
        }
        throw ServerFailure("job never ends")
    }

    private func settled(_ contacts: [EncodedContact], _ rows: [RowRejection], _ ids: [Int: String]) -> Settled {
        var settled = Settled()
        for row in rows {
            expectClean(row.code + ": " + row.message)
            guard contacts.indices.contains(row.index) else {
                Issue.record("row \(row.index) of \(contacts.count) is rejected")
                continue
            }
            let old = settled.rejected.updateValue(row.code, forKey: identity(contacts[row.index]))
            #expect(old == nil, "row \(row.index) is rejected twice")
        }
        for (index, id) in ids where contacts.indices.contains(index) {
            settled.receiverIDs[identity(contacts[index])] = id
        }
        settled.taken = contacts.map(identity).filter { settled.rejected[$0] == nil }
        return settled
    }

    private func settled(_ contacts: [EncodedContact], _ result: JobResult) -> Settled {
        var settled = Settled()
        let sent = Set(contacts.map(identity))
        for rejection in result.rejections {
            expectClean(rejection.code + ": " + rejection.message)
            #expect(sent.contains(rejection.identity), "somebody is rejected who was not sent")
            let old = settled.rejected.updateValue(rejection.code, forKey: rejection.identity)
            #expect(old == nil, "somebody is rejected twice")
        }
        if result.isRefused {
            settled.rejected = Dictionary(uniqueKeysWithValues: sent.map { ($0, "refused") })
        }
        #expect(result.unnamed + settled.rejected.count <= contacts.count, "more are rejected than were sent")
        settled.taken = contacts.map(identity).filter { settled.rejected[$0] == nil }
        return settled
    }

    private func identity(_ contact: EncodedContact) -> String {
        String(decoding: contact.identity, as: UTF8.self)
    }
}
