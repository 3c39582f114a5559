import Foundation
import Logging
import Store
import Testing
import TidegateModel
import TidegateTesting
import Transfer

@testable import Server

@Suite struct PagesServedTests {
    @Test(arguments: ["/", "/dataflows"]) func `a page is whole, is not kept and is read without a script`(
        _ path: String
    ) async throws {
        let server = try await ServerFixture(PageSamples.spec(24))
        let answer = try await server.call(path)
        #expect(answer.status == 200)
        #expect(Markup(answer.text).faults == [])
        #expect(answer.text.contains("flow-16"))
        #expect(answer.headers.contains { $0.key.lowercased() == "cache-control" && $0.value == "no-store" })
    }

    @Test(arguments: ["/", "/dataflows"]) func `a place without dataflows says what to do`(_ path: String) async throws
    {
        let server = try await ServerFixture(PageSamples.spec(0))
        let answer = try await server.call(path)
        #expect(Markup(answer.text).faults == [])
        #expect(answer.text.contains("No dataflows yet"))
    }

    @Test(arguments: [Style.path, LiveScript.path, "/icon.svg"]) func `what pages need may be kept for ever`(
        _ path: String
    ) async throws {
        let server = try await ServerFixture(PageSamples.spec(0))
        let answer = try await server.call(path, token: nil)
        #expect(answer.status == 200)
        #expect(answer.headers.contains { $0.key.lowercased() == "cache-control" && $0.value.contains("immutable") })
    }
}

@Suite struct RunGridTests {
    private struct Place {
        let folder: TemporaryFolder
        let store: Store
        let spec = PageSamples.spec(2)

        init() throws {
            folder = try TemporaryFolder()
            store = try Store(path: folder.path("tidegate.sqlite"), role: .owner)
            try store.apply(spec, from: ScheduleCursor(instant: PageSamples.noon, snapshot: nil), actor: "test")
        }

        func queue(_ number: Int, of dataflow: Int = 0, state: RunState = .queued) throws {
            let at = PageSamples.noon + .minutes(Int64(number))
            let run = Run(
                id: PageSamples.id(number), dataflow: spec.dataflows[dataflow].id, dataflowName: "flow", revision: 1,
                segments: [SegmentReference(id: PageSamples.id(900_000), name: "vip")], trigger: .scheduled,
                state: state, snapshot: nil, scheduledFor: at, queuedAt: at, finishedAt: state.isTerminal ? at : nil
            )
            let occurrence = Occurrence(
                dataflow: run.dataflow, segment: PageSamples.id(900_000), scheduledFor: at, snapshot: nil
            )
            try store.record(
                [
                    LedgerDecision(
                        occurrence: occurrence, outcome: state == .missed ? .missed : .fired, reason: nil, run: run,
                        yieldsToLiveRun: false
                    )
                ],
                plannedThrough: [:], at: at, actor: "test"
            )
        }

        func deliver(at now: Instant) throws {
            let run = try #require(try store.claim(owner: "test", lease: .minutes(1), at: now))
            let claim = Claim(run: run.id, owner: "test", attempt: run.attempts)
            _ = try store.finish(claim, RunOutcome(.delivered, attempt: "delivered"), at: now, actor: "test")
        }
    }

    @Test func `a kept grid is as one that was read anew`() throws {
        let place = try Place()
        for number in 1...3 { try place.queue(number) }
        let grid = RunGrid(place.store)
        #expect(try grid.current()[PageSamples.id(0)]?.runs.map(\.state) == [.queued, .queued, .queued])
        try place.deliver(at: PageSamples.noon + .hours(1))
        try place.queue(4)
        try place.queue(5, of: 1, state: .missed)
        let kept = try grid.current()
        #expect(kept == (try RunGrid(place.store).current()))
        #expect(kept[PageSamples.id(0)]?.runs.map(\.state) == [.completed, .queued, .queued, .queued])
        #expect(kept[PageSamples.id(0)]?.lastDelivery == PageSamples.noon + .hours(1))
        #expect(kept[PageSamples.id(1)]?.runs.map(\.state) == [.missed])
    }

    @Test func `a grid has no more than the newest runs`() throws {
        let place = try Place()
        for number in 1...60 { try place.queue(number, state: .missed) }
        let anew = try RunGrid(place.store).current()
        #expect(anew[PageSamples.id(0)]?.runs.map(\.id) == (11...60).map(PageSamples.id))
        let grid = RunGrid(place.store)
        _ = try grid.current()
        try place.queue(61, state: .missed)
        #expect(try grid.current()[PageSamples.id(0)]?.runs.map(\.id) == (12...61).map(PageSamples.id))
    }

    @Test func `a look back stops at the instant that was asked for`() throws {
        let place = try Place()
        for number in 1...5 { try place.queue(number, state: .missed) }
        let since = PageSamples.noon + .minutes(3)
        #expect(try place.store.runMarks(since: since, limit: 100).map(\.sequence) == [5, 4, 3])
        #expect(try place.store.runMarks(since: since, limit: 2).map(\.sequence) == [5, 4])
    }

    @Test func `the pulse is another one after every step and the same without one`() throws {
        let place = try Place()
        var seen = [try place.store.pulse()]
        #expect(try place.store.pulse() == seen[0])
        try place.queue(1)
        seen.append(try place.store.pulse())
        let run = try #require(try place.store.claim(owner: "test", lease: .minutes(1), at: PageSamples.noon))
        seen.append(try place.store.pulse())
        let claim = Claim(run: run.id, owner: "test", attempt: run.attempts)
        _ = try place.store.finish(
            claim, RunOutcome(.delivered, attempt: "delivered"), at: PageSamples.noon, actor: "test")
        seen.append(try place.store.pulse())
        _ = try place.store.setPaused(true, PageSamples.id(0), at: PageSamples.noon, actor: "test")
        seen.append(try place.store.pulse())
        _ = try place.store.setPaused(false, PageSamples.id(0), at: PageSamples.noon, actor: "test")
        seen.append(try place.store.pulse())
        _ = try place.store.beginCycle(nominal: PageSamples.noon, trigger: .scheduled, at: PageSamples.noon)
        seen.append(try place.store.pulse())
        #expect(Set(seen).count == seen.count)
    }
}

@Suite struct ChangeFeedTests {
    private func desk(_ store: Store, _ clock: ManualClock, sights: Sights = .nothing) -> Desk {
        Desk(
            store: store, clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            sights: sights, controls: .nothing, version: "test"
        )
    }

    @Test func `a stream ends once it is not wanted any more, and no other with it`() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(path: folder.path("tidegate.sqlite"), role: .owner)
        let clock = ManualClock(PageSamples.noon)
        let feed = ChangeFeed(desk(store, clock))
        let isWanted = Locked(true)
        let listening = feed.listen(while: { isWanted.withLock { $0 } })
        var visit = try #require(listening).makeAsyncIterator()
        var other = try #require(feed.listen()).makeAsyncIterator()
        #expect(await visit.next() == 0)
        #expect(await other.next() == 0)
        await clock.waitForSleepers(1)
        isWanted.withLock { $0 = false }
        _ = try store.beginCycle(nominal: PageSamples.noon, trigger: .scheduled, at: PageSamples.noon)
        clock.advance(by: ChangeFeed.rhythm)
        #expect(await visit.next() == nil)
        #expect(await other.next() == 1)
    }

    @Test func `every stream ends with the server, and nobody listens any more`() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(path: folder.path("tidegate.sqlite"), role: .owner)
        let feed = ChangeFeed(desk(store, ManualClock(PageSamples.noon)))
        var stream = try #require(feed.listen()).makeAsyncIterator()
        #expect(await stream.next() == 0)
        feed.end()
        #expect(await stream.next() == nil)
        #expect(feed.listeners == 0)
        #expect(feed.listen() == nil)
    }

    @Test func `a change is told to everyone who listens`() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(path: folder.path("tidegate.sqlite"), role: .owner)
        let clock = ManualClock(PageSamples.noon)
        let feed = ChangeFeed(desk(store, clock))
        var first = try #require(feed.listen()).makeAsyncIterator()
        var second = try #require(feed.listen()).makeAsyncIterator()
        #expect(await first.next() == 0)
        #expect(await second.next() == 0)
        await clock.waitForSleepers(1)
        _ = try store.beginCycle(nominal: PageSamples.noon, trigger: .scheduled, at: PageSamples.noon)
        clock.advance(by: ChangeFeed.rhythm)
        #expect(await first.next() == 1)
        #expect(await second.next() == 1)
    }

    @Test func `only so many may listen and nobody is watched for when all have left`() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(path: folder.path("tidegate.sqlite"), role: .owner)
        let feed = ChangeFeed(desk(store, ManualClock(PageSamples.noon)))
        var streams = (0..<ChangeFeed.limit).map { _ in feed.listen() }
        #expect(streams.allSatisfy { $0 != nil })
        #expect(feed.listen() == nil)
        streams = []
        #expect(feed.listeners == 0)
        #expect(feed.listen() != nil)
    }

    @Test func `an open stream does not hold a server that stops`() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(path: folder.path("tidegate.sqlite"), role: .owner)
        let clock = ManualClock(PageSamples.noon)
        let server = HTTPServer(
            desk(store, clock), access: Access(tokens: [(ServerFixture.token, .read)]),
            address: ListenAddress(host: "127.0.0.1", port: 0)
        )
        let (bound, binding) = AsyncStream<ListenAddress>.makeStream()
        let serving = Task { try await server.run { binding.yield($0) } }
        var addresses = bound.makeAsyncIterator()
        let address = try #require(await addresses.next())
        let listening = Task {
            let authorization = "Authorization: Bearer \(ServerFixture.token)"
            let request = TransferRequest("GET", "http://\(address)/events", headers: [authorization])
            return try await TransferClient.shared.run(request)
        }
        // The watch sleeps once somebody listens.
        await clock.waitForSleepers(1)
        serving.cancel()
        _ = await serving.result
        _ = await listening.result
    }
}
