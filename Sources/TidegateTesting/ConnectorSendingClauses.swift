import Destinations
import Foundation
import Testing
import TidegateModel

extension ConnectorContract {
    static let sending: [Clause] = [
        Clause("what is sent is held, each contact once", brokenBy: [.losesTheLast]) { fixture in
            let session = try await fixture.session()
            let settled = try await fixture.settle(session, fixture.people(session, 1...5))
            #expect(settled.taken.count == 5 && settled.rejected.isEmpty)
            try await fixture.expectHeld(1...5)
        },
        Clause("who is sent is on the list", requires: [.lists], brokenBy: [.forgetsTheList]) { fixture in
            let session = try await fixture.session()
            _ = try await fixture.settle(session, fixture.people(session, 1...3))
            let members = try await fixture.backDoor.members().sorted()
            #expect(members == (1...3).map(ConnectorFixture.address))
        },
        Clause(
            "sending a batch again leaves the receiver as if it was sent once, also after a restart",
            brokenBy: [.appendsOnRepeat]
        ) { fixture in
            let session = try await fixture.session()
            let people = try fixture.people(session, 1...3)
            _ = try await fixture.settle(session, people)
            let again = try await fixture.settle(session, people)
            #expect(again.taken.count == 3 && again.rejected.isEmpty)
            let restarted = try await fixture.reopened.open(fixture.push())
            _ = try await fixture.settle(restarted, people)
            try await fixture.expectHeld(1...3)
        },
        Clause(
            "one bad row never sinks the rest: it is named, or found by halving", requires: [.rowRefusals],
            brokenBy: [.sinksTheRest, .blamesTheNextRow]
        ) { fixture in
            let bad = [3, 8].map(ConnectorFixture.address)
            try await fixture.backDoor.refuse(Set(bad))
            let session = try await fixture.session()
            let settled = try await fixture.settle(session, fixture.people(session, 1...10))
            #expect(settled.rejected.keys.sorted() == bad)
            let held = try await fixture.holdings().map(\.identity)
            #expect(held == (1...10).map(ConnectorFixture.address).filter { !bad.contains($0) }.sorted())
        },
        Clause(
            "a batch of nothing but bad rows is rejected row by row", requires: [.rowRefusals],
            brokenBy: [.sinksTheRest]
        ) { fixture in
            try await fixture.backDoor.refuse([ConnectorFixture.address(1), ConnectorFixture.address(2)])
            let session = try await fixture.session()
            let settled = try await fixture.settle(session, fixture.people(session, 1...2))
            #expect(settled.taken == [] && settled.rejected.count == 2)
        },
        Clause(
            "taken and rejected add up to what was sent", requires: [.rowRefusals], brokenBy: [.countsTwice]
        ) { fixture in
            try await fixture.backDoor.refuse([ConnectorFixture.address(2)])
            let session = try await fixture.session()
            let settled = try await fixture.settle(session, fixture.people(session, 1...7))
            let held = try await fixture.holdings()
            #expect(settled.taken.count + settled.rejected.count == 7)
            #expect(Set(settled.taken) == Set(held.map(\.identity)))
        },
        Clause(
            "progress within a batch is journaled, and a batch goes on behind what is done", requires: [.progress],
            brokenBy: [.startsOver, .keepsProgressToItself]
        ) { fixture in
            let session = try await fixture.session()
            let people = try fixture.people(session, 1...4)
            let journal = Locked<[Int]>([])
            let progress = { @Sendable (done: Int) throws(DeliveryError) in journal.withLock { $0.append(done) } }
            _ = try await session.send(batch(people, done: 2, progress: progress))
            let members = try await fixture.backDoor.members().sorted()
            #expect(members == [3, 4].map(ConnectorFixture.address))
            let steps = journal.withLock { $0 }
            #expect(steps == steps.sorted() && steps.allSatisfy { 2...4 ~= $0 } && steps.last == 4)
        },
    ]

    static let pacing: [Clause] = [
        Clause("calls keep the pace", requires: [.pace], brokenBy: [.hurries]) { fixture in
            let session = try await fixture.session()
            for number in 1...5 { _ = try await session.send(batch(fixture.people(session, number...number))) }
            try await fixture.expectPace()
        },
        Clause(
            "everything under one key shares one pace", requires: [.pace], brokenBy: [.keepsItsOwnPace]
        ) { fixture in
            for number in 1...5 {
                let session = try await fixture.session()
                _ = try await session.send(batch(fixture.people(session, number...number)))
            }
            try await fixture.expectPace()
        },
        Clause("after a rate limit nothing under the key calls before the wait is over", brokenBy: [.forgetsTheWait]) {
            fixture in
            let (session, other) = (try await fixture.session(), try await fixture.session())
            try await fixture.backDoor.inject(.answer(status: 429, headers: ["Retry-After": "40"]))
            let start = fixture.clock.now()
            _ = await fixture.refusal(session, try fixture.people(session))
            let waited = fixture.clock.now() - start
            #expect(waited < .seconds(30), "the connector waits by itself")
            _ = try await fixture.settle(other, fixture.people(other))
            let late = fixture.clock.now() - start
            #expect(late >= .seconds(40))
        },
    ]
}

extension ConnectorFixture {
    func expectHeld(_ numbers: ClosedRange<Int>) async throws {
        let held = try await holdings().map(\.identity)
        #expect(held == numbers.map(Self.address).sorted())
    }

    /// So many requests take so much time at least.
    func expectPace() async throws {
        let count = try await backDoor.requests().count
        let elapsed = clock.now() - Self.start
        #expect(count >= 5 && interval > .seconds(0))
        #expect(elapsed.milliseconds >= Int64(count - 1) * interval.milliseconds, "\(count) calls in \(elapsed)")
    }
}
