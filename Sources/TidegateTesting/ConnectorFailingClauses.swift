import Destinations
import Foundation
import Testing
import TidegateModel

extension ConnectorContract {
    static let failing: [Clause] = [
        Clause(
            "an answer that is lost after the batch was taken is uncertain, and sending again repairs it",
            brokenBy: [.callsALossHarmless]
        ) { fixture in
            let session = try await fixture.session()
            let people = try fixture.people(session)
            try await fixture.backDoor.inject(.lostAnswer)
            let error = await fixture.refusal(session, people)
            #expect(error?.isUncertain == true, "\(String(describing: error))")
            _ = try await fixture.settle(session, people)
            try await fixture.expectHeld(1...3)
        },
        Clause("a connection that breaks is transient or uncertain, never final", brokenBy: [.callsALossFinal]) {
            fixture in
            let session = try await fixture.session()
            let people = try fixture.people(session)
            try await fixture.backDoor.inject(.lostRequest)
            let error = await fixture.refusal(session, people)
            #expect(error?.isUncertain == true || error?.isTransient == true)
            _ = try await fixture.settle(session, people)
            try await fixture.expectHeld(1...3)
        },
        Clause(
            "a receiver that fails (408, 500, 502, 503, 504) is transient or uncertain", brokenBy: [.givesUpOnFailures]
        ) { fixture in
            let session = try await fixture.session()
            let people = try fixture.people(session)
            for status in [408, 500, 502, 503, 504] {
                try await fixture.backDoor.inject(.answer(status: status))
                let error = await fixture.refusal(session, people)
                #expect(error?.isUncertain == true || error?.isTransient == true, "\(status)")
            }
            _ = try await fixture.settle(session, people)
            try await fixture.expectHeld(1...3)
        },
        Clause(
            "a rate limit becomes a wait of that length: Retry-After in seconds or as a date, a reset in seconds or as an epoch",
            brokenBy: [.neverWaits, .readsEpochsAsSeconds]
        ) { fixture in
            let session = try await fixture.session()
            let people = try fixture.people(session)
            func expectWait(_ seconds: Int64, _ name: String, _ value: String) async throws {
                try await fixture.backDoor.inject(.answer(status: 429, headers: [name: value]))
                let error = await fixture.refusal(session, people)
                let wait = error?.wait ?? .seconds(-1)
                // Dates have whole seconds, and a paced call moves the clock before it is made.
                #expect(abs(wait.milliseconds - seconds * 1000) <= 1500, "\(name): \(value) gives \(wait)")
                try await fixture.clock.sleep(until: fixture.clock.now() + .seconds(seconds))
            }
            try await expectWait(7, "Retry-After", "7")
            let date = fixture.clock.now() + .seconds(9)
            try await expectWait(9, "Retry-After", httpDate(date))
            try await expectWait(24, "X-RateLimit-Reset", "24")
            let epoch = fixture.clock.now() + .seconds(17)
            try await expectWait(17, "X-RateLimit-Reset", "\(epoch.milliseconds / 1000)")
        },
        Clause(
            "a rate limit that names its wait in the body becomes that wait", requires: [.pausesInBody],
            brokenBy: [.neverWaits]
        ) { fixture in
            let session = try await fixture.session()
            try await fixture.backDoor.inject(.pauseInBody(11))
            let error = await fixture.refusal(session, try fixture.people(session))
            #expect(error?.wait == .seconds(11))
        },
        Clause("a rate limit without a word about the wait is transient", brokenBy: [.givesUpOnFailures]) { fixture in
            let session = try await fixture.session()
            try await fixture.backDoor.inject(.answer(status: 429))
            let error = await fixture.refusal(session, try fixture.people(session))
            #expect(error?.isTransient == true)
        },
        Clause(
            "a wait is never shorter than a second nor longer than two minutes", requires: [.clampedWaits],
            brokenBy: [.waitsForYears]
        ) { fixture in
            let session = try await fixture.session()
            let people = try fixture.people(session)
            for (value, wait) in [("0", Span.seconds(1)), ("-5", .seconds(1)), ("86400", .seconds(120))] {
                try await fixture.backDoor.inject(.answer(status: 429, headers: ["X-RateLimit-Reset": value]))
                let error = await fixture.refusal(session, people)
                #expect(error?.wait == wait, "\(value)")
            }
            for (offset, wait) in [(-100_000, Span.seconds(1)), (100_000_000, .seconds(120))] {
                let epoch = Int(fixture.clock.now().milliseconds / 1000) + offset
                try await fixture.backDoor.inject(.answer(status: 429, headers: ["X-RateLimit-Reset": "\(epoch)"]))
                let error = await fixture.refusal(session, people)
                #expect(error?.wait == wait, "an epoch \(offset) s from now")
            }
        },
        Clause("a full account is rejected, not tried again", requires: [.quotas], brokenBy: [.retriesQuotas]) {
            fixture in
            let session = try await fixture.session()
            try await fixture.backDoor.inject(.quota)
            let error = await fixture.refusal(session, try fixture.people(session))
            #expect(error?.isRejected == true)
        },
        Clause(
            "a key that is refused in the middle of a run is rejected", requires: [.keys], brokenBy: [.retriesTheKey]
        ) { fixture in
            let session = try await fixture.session()
            try await fixture.backDoor.inject(.keyRefused)
            let error = await fixture.refusal(session, try fixture.people(session))
            #expect(error?.isRejected == true)
        },
        Clause("a redirect is rejected and never followed", brokenBy: [.followsRedirects]) { fixture in
            let session = try await fixture.session()
            let before = try await fixture.backDoor.requests().count
            try await fixture.backDoor.inject(.answer(status: 307, headers: ["Location": "/elsewhere"]))
            let error = await fixture.refusal(session, try fixture.people(session))
            #expect(error?.isRejected == true)
            let after = try await fixture.backDoor.requests().count
            #expect(after == before + 1)
        },
        Clause(
            "an answer of success that cannot be read is uncertain", requires: [.answersInWords],
            brokenBy: [.believesAnyAnswer]
        ) { fixture in
            let session = try await fixture.session()
            let people = try fixture.people(session)
            try await fixture.backDoor.inject(.unreadableAnswer)
            let error = await fixture.refusal(session, people)
            #expect(error?.isUncertain == true)
            _ = try await fixture.settle(session, people)
            try await fixture.expectHeld(1...3)
        },
        Clause(
            "no sentence and no URL holds a contact's address or a secret, whatever the receiver says",
            brokenBy: [.quotesTheReceiver, .writesAddressesIntoURLs]
        ) { fixture in
            let session = try await fixture.session()
            let people = try fixture.people(session)
            let said = "email 'person-1@example.com' is not valid, \(fixture.secrets.joined(separator: " "))"
            let body =
                "{\"errors\":[{\"message\":\"\(said)\",\"field\":null}],\"error\":\"\(said)\",\"message\":\"\(said)\"}"
            for status in [400, 401, 402, 403, 404, 409, 413, 415, 418, 422, 429, 500, 507] {
                for text in [body, said, ""] {
                    try await fixture.backDoor.inject(.answer(status: status, body: text))
                    try await fixture.expectCleanRefusal(session, people, status)
                }
            }
            _ = try await fixture.settle(session, people)
            for request in try await fixture.backDoor.requests() {
                let target = request.target.removingPercentEncoding ?? request.target
                #expect(!target.contains("example.com"), "a URL holds a contact's address")
                for secret in fixture.secrets { #expect(!target.contains(secret), "a URL holds a secret") }
            }
        },
        Clause("a cancelled task says cancelled, before and during a call", brokenBy: [.ignoresCancellation]) {
            fixture in
            let session = try await fixture.session()
            let people = try fixture.people(session)
            let (began, begin) = AsyncStream.makeStream(of: Void.self)
            let early = Task {
                for await _ in began {}
                return try await session.send(batch(people))
            }
            early.cancel()
            begin.finish()
            await #expect(throws: DeliveryError.cancelled) { try await early.value }
            let held = try await fixture.holdings()
            #expect(held == [])

            try await fixture.backDoor.inject(.stall)
            let count = try await fixture.backDoor.requests().count
            let late = Task { try await session.send(batch(people)) }
            try await fixture.backDoor.awaitRequests(count + 1)
            late.cancel()
            await #expect(throws: DeliveryError.cancelled) { try await late.value }
        },
    ]

    static let jobs: [Clause] = [
        Clause(
            "a job is pending until its status says that it ended, whatever its counts say", requires: [.jobs],
            brokenBy: [.endsJobsOnCounts]
        ) { fixture in
            let session = try await fixture.session()
            let answer = try await session.send(batch(fixture.people(session)))
            guard case .accepted(let job) = answer else {
                Issue.record("\(answer) instead of a job")
                return
            }
            let first = try await session.outcome(of: job)
            guard case .pending = first else {
                Issue.record("\(first) at the first question")
                return
            }
            _ = try await fixture.finish(job, session)
            try await fixture.expectHeld(1...3)
        },
        Clause("a job is found again after a restart", requires: [.jobs], brokenBy: [.forgetsJobs]) { fixture in
            let session = try await fixture.session()
            guard case .accepted(let job) = try await session.send(batch(fixture.people(session))) else { return }
            let restarted = try await fixture.reopened.open(fixture.push())
            _ = try await fixture.finish(job, restarted)
            try await fixture.expectHeld(1...3)
        },
        Clause(
            "a job that the receiver knows nothing of is unknown, neither failed nor done", requires: [.jobs],
            brokenBy: [.callsForgottenJobsFailed]
        ) { fixture in
            let session = try await fixture.session()
            guard case .accepted(let job) = try await session.send(batch(fixture.people(session))) else { return }
            try await fixture.backDoor.inject(.unknownJob)
            let outcome = try await session.outcome(of: job)
            guard case .unknown(let reason) = outcome else {
                Issue.record("\(outcome) for a job that is not known")
                return
            }
            fixture.expectClean(reason)
        },
    ]

    /// As in `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func httpDate(_ instant: Instant) -> String {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return format.string(from: Date(timeIntervalSince1970: Double(instant.milliseconds / 1000)))
    }
}

extension ConnectorFixture {
    /// Whatever the connector makes of the refusal, its words can be shown.
    func expectCleanRefusal(_ session: any PushSession, _ contacts: [EncodedContact], _ status: Int) async throws {
        do throws(DeliveryError) {
            switch try await session.send(batch(contacts)) {
            case .refusedWhole(let reason): expectClean(reason)
            case .refusedRows(let rows), .taken(let rows, _):
                #expect(!rows.isEmpty, "\(status) counts as taken")
                for row in rows { expectClean(row.code + row.message) }
            case .accepted: Issue.record("\(status) counts as accepted")
            }
        } catch {
            expectClean(error.sentence)
        }
    }
}
