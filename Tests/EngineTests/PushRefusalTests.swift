import Destinations
import Foundation
import Store
import Testing
import TidegateModel

@testable import Engine

@Suite struct PushRefusalTests {
    private func refusing(_ bad: Set<String>) -> ScriptedReceiver.Script {
        { (_, identities) throws(DeliveryError) in
            identities.contains { bad.contains($0) } ? .refusedWhole("some address is not valid") : nil
        }
    }

    @Test func `a named contact is dropped and the rest of its batch is sent`() async throws {
        let push = try await PushFixture(contactsPerCall: 5)
        push.receiver.answer { (_, identities) throws(DeliveryError) in
            guard let bad = identities.firstIndex(of: "p3@example.com") else { return nil }
            return .refusedRows([RowRejection(index: bad, code: "invalid-email", message: "address is not valid")])
        }
        let run = try await push.push()
        #expect(run.state == .partial)
        #expect(run.reason == "receiver did not take 1 of 5 profiles")
        #expect(run.counts == RunCounts(selected: 5, exported: 4, rejected: ["invalid-email": 1]))
        #expect(
            try push.store.rejectedProfiles(of: run.id) == [
                RejectedProfile(key: "c3", code: "invalid-email", message: "address is not valid", batch: 1)
            ]
        )
        #expect(try push.store.batches(of: run.id).map(\.state) == [.split, .confirmed])
    }

    @Test(arguments: [[1], [3], [5], [1, 5], [2, 3, 4]])
    func `contacts that sink a batch without being named are found by halving`(_ bad: [Int]) async throws {
        let push = try await PushFixture(contactsPerCall: 5)
        push.receiver.answer(refusing(Set(bad.map { "p\($0)@example.com" })))
        let run = try await push.push()
        #expect(
            run.counts == RunCounts(selected: 5, exported: 5 - bad.count, rejected: ["refused-by-receiver": bad.count]))
        #expect(try push.store.rejectedProfiles(of: run.id).map(\.key).sorted() == bad.map { "c\($0)" })
        #expect(push.receiver.contacts.count == 5 - bad.count)
    }

    @Test func `halving is journaled, so that a restart in the middle of it loses nobody and counts nobody twice`()
        async throws
    {
        let push = try await PushFixture(contactsPerCall: 5)
        let run = try push.queue()
        push.receiver.answer { (call, identities) throws(DeliveryError) in
            if call == 4 { throw .transient("connection broke") }
            return identities.contains("p1@example.com") ? .refusedWhole("some address is not valid") : nil
        }
        #expect(try await push.attempt(run).state == .retrying)
        push.receiver.answer(refusing(["p1@example.com"]))
        let done = try await push.attempt(run)
        #expect(done.counts == RunCounts(selected: 5, exported: 4, rejected: ["refused-by-receiver": 1]))
        #expect(push.receiver.contacts == (2...5).map { "p\($0)@example.com" })
    }

    @Test func `a receiver that refuses one contact after the other is not asked about all of them`() async throws {
        let customers: [(id: String, email: String?, orders: Int)] = (100...163).map {
            ("c\($0)", "p\($0)@example.com", 1)
        }
        let push = try await PushFixture(customers: customers, contactsPerCall: 64)
        push.receiver.answer { (_, _) throws(DeliveryError) in .refusedWhole("request is not understood") }
        let run = try await push.push()
        #expect(run.state == .failed)
        #expect(run.reason == "receiver refuses one contact after the other: request is not understood")
        #expect(push.receiver.calls.count < 64)
    }

    @Test func `a batch in which every contact is named is refused, and the others are sent`() async throws {
        let push = try await PushFixture()
        push.receiver.answer { (call, identities) throws(DeliveryError) in
            guard call == 1 else { return nil }
            return .refusedRows(
                identities.indices.map { RowRejection(index: $0, code: "invalid-email", message: "no") })
        }
        let run = try await push.push()
        #expect(run.counts == RunCounts(selected: 5, exported: 3, rejected: ["invalid-email": 2]))
        #expect(try push.store.batches(of: run.id).map(\.state) == [.refused, .confirmed, .confirmed])
    }

    @Test func `a run of which nothing was taken has failed`() async throws {
        let push = try await PushFixture()
        push.receiver.answer { (_, identities) throws(DeliveryError) in
            .refusedRows(identities.indices.map { RowRejection(index: $0, code: "invalid-email", message: "no") })
        }
        let run = try await push.push()
        #expect(run.state == .failed)
        #expect(run.reason == "receiver took none of 5 profiles")
        #expect(run.counts.addUp)
    }

    @Test(arguments: [
        ([1], ["1 2", "3 4", "5"]), ([1, 2], ["1", "2", "3 4", "5"]), ([1, 3], ["3", "4", "5"]),
    ])
    func `a part whose answer was lost is sent again as the same part`(refused: [Int], again: [String]) async throws {
        let push = try await PushFixture(contactsPerCall: 4)
        let run = try push.queue()
        let lost = (refused.last ?? 0) + 1
        push.receiver.answer { (call, _) throws(DeliveryError) in
            if refused.contains(call) { return .refusedWhole("no") }
            guard call == lost else { return nil }
            throw .uncertain("receiver did not answer")
        }
        #expect(try await push.attempt(run).state == .retrying)
        let done = try await push.attempt(run)
        #expect(done.counts == RunCounts(selected: 5, exported: 5))
        let (calls, keys) = push.receiver.state.withLock { ($0.calls, $0.keys) }
        let names = calls.map { $0.map { $0.filter(\.isNumber) }.joined(separator: " ") }
        #expect(Array(names[lost...]) == again)
        #expect(keys[lost] == keys[lost - 1])
        #expect(Set(keys).count == keys.count - 1)
    }

    @Test func `a receiver that names somebody who is not in the batch is asked by halves`() async throws {
        let push = try await PushFixture(contactsPerCall: 5)
        push.receiver.answer { (_, identities) throws(DeliveryError) in
            guard identities.contains("p3@example.com") else { return nil }
            return .refusedRows([RowRejection(index: identities.count, code: "invalid-email", message: "no")])
        }
        let run = try await push.push()
        #expect(run.counts == RunCounts(selected: 5, exported: 4, rejected: ["refused-by-receiver": 1]))
        #expect(try push.store.rejectedProfiles(of: run.id).map(\.key) == ["c3"])
    }
}
