import Destinations
import Foundation
import Store
import Testing
import TidegateModel

@testable import Engine

@Suite struct PushJobTests {
    private func accepting(_ push: PushFixture) {
        push.receiver.answer { (call, _) throws(DeliveryError) in .accepted(job: "job-\(call)") }
    }

    @Test func `an accepted batch is no success before its job has ended`() async throws {
        let push = try await PushFixture()
        accepting(push)
        push.receiver.tell { (_, asked) throws(DeliveryError) in
            // The counts are complete long before the status is.
            asked < 4 ? .pending(done: 2) : .ended(JobResult(figures: ["created": 2]))
        }
        let run = try await push.push()
        #expect(run.state == .completed)
        #expect(run.counts == RunCounts(selected: 5, exported: 5))
        #expect(push.receiver.state.withLock { $0.asked.count } == 12)
        #expect(try push.store.batches(of: run.id).map(\.figures) == Array(repeating: ["created": 2], count: 3))
    }

    @Test func `a restart asks about the jobs and sends nothing again`() async throws {
        let push = try await PushFixture()
        let run = try push.queue()
        accepting(push)
        push.receiver.tell { (_, _) throws(DeliveryError) in throw .transient("receiver is away") }
        #expect(try await push.attempt(run).state == .retrying)
        push.receiver.tell { (_, _) throws(DeliveryError) in .ended(JobResult()) }
        #expect(try await push.attempt(run).counts == RunCounts(selected: 5, exported: 5))
        #expect(push.receiver.calls.count == 3)
    }

    @Test func `a job that never ends makes its outcome unknown, not the run's end`() async throws {
        let push = try await PushFixture()
        accepting(push)
        push.receiver.tell { (job, _) throws(DeliveryError) in
            job == "job-2" ? .pending(done: nil) : .ended(JobResult())
        }
        let run = try await push.push()
        #expect(run.state == .partial)
        #expect(run.counts == RunCounts(selected: 5, exported: 3, rejected: ["outcome-unknown": 2]))
        let batches = try push.store.batches(of: run.id)
        #expect(batches.map(\.state) == [.confirmed, .unknown, .confirmed])
        #expect(batches[1].message == "receiver did not finish the job within 45 minutes")
    }

    @Test func `contacts that a job refuses are kept with their key and the receiver's words`() async throws {
        let push = try await PushFixture()
        accepting(push)
        push.receiver.tell { (job, _) throws(DeliveryError) in
            guard job == "job-1" else { return .ended(JobResult()) }
            let refused = JobResult.Rejection(
                identity: "p2@example.com", code: "invalid-email", message: "is not valid")
            return .ended(JobResult(rejections: [refused]))
        }
        let run = try await push.push()
        #expect(run.counts == RunCounts(selected: 5, exported: 4, rejected: ["invalid-email": 1]))
        #expect(try push.store.rejectedProfiles(of: run.id).map(\.key) == ["c2"])
        #expect(try push.place.profiles.delivered(by: run.id) == 4)
    }

    @Test func `contacts of an earlier attempt that a job refuses are found in the profile store`() async throws {
        let push = try await PushFixture()
        let run = try push.queue()
        accepting(push)
        push.receiver.tell { (_, _) throws(DeliveryError) in throw .transient("receiver is away") }
        _ = try await push.attempt(run)
        push.receiver.tell { (job, _) throws(DeliveryError) in
            guard job == "job-1" else { return .ended(JobResult()) }
            return .ended(JobResult(rejections: [.init(identity: "p2@example.com", code: "bounced", message: "no")]))
        }
        let done = try await push.attempt(run)
        #expect(done.counts == RunCounts(selected: 5, exported: 4, rejected: ["bounced": 1]))
        #expect(try push.store.rejectedProfiles(of: run).map(\.key) == ["c2"])
    }

    @Test func `refused contacts that nobody names are counted`() async throws {
        let push = try await PushFixture()
        accepting(push)
        push.receiver.tell { (job, _) throws(DeliveryError) in
            .ended(job == "job-1" ? JobResult(unnamed: 1) : job == "job-2" ? JobResult(isRefused: true) : JobResult())
        }
        let run = try await push.push()
        #expect(run.counts == RunCounts(selected: 5, exported: 2, rejected: ["refused-by-receiver": 3]))
        #expect(try push.store.batches(of: run.id).map(\.state) == [.confirmedInPart, .refused, .confirmed])
    }

    @Test func `a run of which nothing is known is partial, and the next one brings everybody again`() async throws {
        let push = try await PushFixture { $0.dataflows[0].export = .incremental }
        accepting(push)
        push.receiver.tell { (_, _) throws(DeliveryError) in .pending(done: 2) }
        let run = try await push.push()
        #expect(run.state == .partial)
        #expect(run.reason == "receiver did not tell what became of 5 profiles")
        #expect(run.counts == RunCounts(selected: 5, rejected: ["outcome-unknown": 5]))
        #expect(try await push.push().counts.selected == 5)
    }

    @Test func `of a job that was refused whole, whom the receiver names is kept with its words`() async throws {
        let push = try await PushFixture()
        accepting(push)
        push.receiver.tell { (job, _) throws(DeliveryError) in
            guard job == "job-1" else { return .ended(JobResult()) }
            let named = JobResult.Rejection(identity: "p2@example.com", code: "blocked", message: "no")
            return .ended(JobResult(rejections: [named], isRefused: true))
        }
        let run = try await push.push()
        #expect(run.counts.rejected == ["blocked": 1, "refused-by-receiver": 1])
        #expect(try push.store.rejectedProfiles(of: run.id).map(\.key) == ["c2"])
    }
}
