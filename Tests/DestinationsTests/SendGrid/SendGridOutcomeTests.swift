import Testing
import TidegateModel
import TidegateTesting

@testable import Destinations

@Suite struct SendGridOutcomeTests {
    @Test func `a job is pending after its counts are complete`() async throws {
        let bench = try await SendGridBench { $0.polls = 3 }
        let session = try await bench.session()
        let answer = try await session.send(batch(bench.contacts(session, ["a@b.se", "c@b.se"])))
        guard case .accepted(let job) = answer else {
            Issue.record("\(answer)")
            return
        }
        var outcomes: [JobOutcome] = []
        for _ in 1...4 { outcomes.append(try await session.outcome(of: job)) }
        #expect(
            outcomes == [
                .pending(done: nil), .pending(done: 2), .pending(done: 2),
                .ended(JobResult(figures: ["requested": 2, "created": 2])),
            ]
        )
    }

    @Test func `a job whose contacts did not change ends all the same`() async throws {
        let bench = try await SendGridBench()
        let session = try await bench.session()
        let people = bench.contacts(session, ["a@b.se", "c@b.se"])
        _ = try await bench.deliver(session, people)
        let again = try await bench.deliver(session, people)
        #expect(again == JobResult(figures: ["requested": 2]))
    }

    @Test(arguments: [SendGridReceiver.Settings.ErrorsForm.csv, .plainCSV, .json, .jsonl])
    func `who the job refused is named with the reason, without the address in it`(
        _ form: SendGridReceiver.Settings.ErrorsForm
    ) async throws {
        let bench = try await SendGridBench {
            $0.errors = form
            $0.reject = ["c@b.se": "c@b.se bounced", "d@b.se": "email is invalid"]
        }
        let session = try await bench.session()
        let result = try await bench.deliver(session, bench.contacts(session, ["a@b.se", "c@b.se", "d@b.se"]))
        #expect(
            result.rejections == [
                .init(identity: "c@b.se", code: "rejected", message: "… bounced"),
                .init(identity: "d@b.se", code: "invalid-email", message: "email is invalid"),
            ]
        )
        #expect(result.unnamed == 0 && !result.isRefused)
        try await bench.expectNoProblems()
    }

    @Test(arguments: [SendGridReceiver.Settings.ErrorsForm.gone, .elsewhere, .none])
    func `who was refused is counted where the list cannot be had`(
        _ form: SendGridReceiver.Settings.ErrorsForm
    ) async throws {
        let bench = try await SendGridBench {
            $0.errors = form
            $0.reject = ["c@b.se": "bounced"]
        }
        let session = try await bench.session()
        let result = try await bench.deliver(session, bench.contacts(session, ["a@b.se", "c@b.se"]))
        #expect(result.rejections.isEmpty && result.unnamed == 1)
    }

    @Test func `a list that fails is asked for three times, then the job ends without it`() async throws {
        let bench = try await SendGridBench {
            $0.reject = ["c@b.se": "bounced"]
            $0.polls = 0
        }
        try await bench.receiver.server.add(.init("GET /storage/*", status: 503, times: 3))
        let session = try await bench.session()
        guard case .accepted(let job) = try await session.send(batch(bench.contacts(session, ["c@b.se"]))) else {
            return
        }
        for _ in 1...2 {
            let error = await bench.error { _ = try await session.outcome(of: job) }
            #expect(error == .transient("SendGrid's list of refused contacts could not be had"))
        }
        let result = try await bench.finish(job, session)
        #expect(result.rejections.isEmpty && result.unnamed == 1)
    }

    @Test func `a list that fails once is there at the next question`() async throws {
        let bench = try await SendGridBench {
            $0.reject = ["c@b.se": "bounced"]
            $0.polls = 0
        }
        try await bench.receiver.server.add(.init("GET /storage/*", .drop))
        let session = try await bench.session()
        guard case .accepted(let job) = try await session.send(batch(bench.contacts(session, ["c@b.se"]))) else {
            return
        }
        let error = await bench.error { _ = try await session.outcome(of: job) }
        #expect(error?.isTransient == true)
        let result = try await bench.finish(job, session)
        #expect(result.rejections.map(\.identity) == ["c@b.se"])
    }

    @Test func `a failed job has refused everyone, and names whom it can`() async throws {
        let bench = try await SendGridBench { $0.failJobs = 1 }
        let session = try await bench.session()
        let result = try await bench.deliver(session, bench.contacts(session, ["a@b.se", "c@b.se"]))
        #expect(result.isRefused && result.unnamed == 0)
        #expect(result.rejections.map(\.message) == ["import failed", "import failed"])
        #expect(try await bench.receiver.members() == [])
    }

    @Test func `a job that SendGrid does not know is unknown`() async throws {
        let bench = try await SendGridBench { $0.forgetJobs = true }
        let session = try await bench.session()
        #expect(try await session.outcome(of: "job-1") == .unknown("SendGrid knows nothing of job job-1"))
        let before = try await bench.requests().count
        // Nothing that could not be an id gets into a URL.
        guard case .unknown = try await session.outcome(of: "../contacts") else {
            Issue.record("a path is asked for as a job")
            return
        }
        let after = try await bench.requests().count
        #expect(after == before)
    }

    @Test func `an answer about a job that is no JSON is asked for again`() async throws {
        let bench = try await SendGridBench()
        let session = try await bench.session()
        try await bench.receiver.server.add(.init("GET *", status: 200, body: "<html>maintenance</html>"))
        let error = await bench.error { _ = try await session.outcome(of: "job-1") }
        #expect(error == .transient("SendGrid answered with something that is no JSON"))
    }
}
