import Foundation
import Store
import Testing
import TidegateModel

@Suite struct FullSyncTests {
    let fixture: StoreFixture
    var store: Store { fixture.store }
    let now = StoreFixture.start

    init() throws { fixture = try StoreFixture() }

    private func finish(_ run: Run, _ event: RunEvent = .delivered, moves: Bool = true) throws {
        let claim = try fixture.claimed(run)
        let retryAt = event == .deferred ? now + .seconds(1) : nil
        let outcome = RunOutcome(
            event, attempt: "delivered", retryAt: retryAt, movesBaseline: true, movesFullSync: moves)
        _ = try store.finish(claim, outcome, at: now, actor: "me")
    }

    private func last() throws -> UUID? { try store.fullSync(of: fixture.dataflow.id)?.run }

    @Test func `a delivered full sync is the one that days count from`() throws {
        let run = fixture.run()
        try finish(run)
        #expect(try store.fullSync(of: fixture.dataflow.id) == FullSync(run: run.id, scheduledFor: run.scheduledFor))
    }

    @Test(arguments: [RunEvent.gaveUp, .deferred, .refused])
    func `a run that did not deliver is no full sync`(_ event: RunEvent) throws {
        try finish(fixture.run(), event)
        #expect(try last() == nil)
    }

    @Test func `an incremental run leaves the full sync where it was`() throws {
        let full = fixture.run()
        try finish(full)
        try finish(fixture.run(scheduledFor: now + .days(1)), moves: false)
        #expect(try last() == full.id)
    }

    @Test func `a late delivery of an older occurrence does not count days from it`() throws {
        let newer = fixture.run(scheduledFor: now + .days(1))
        try finish(newer)
        try finish(fixture.run(scheduledFor: now))
        #expect(try last() == newer.id)
    }

    @Test func `a full sync is due before the first, and never for an older occurrence than the last`() {
        #expect(FullSync.isDue(at: now, every: 7, last: nil))
        let last = FullSync(run: UUID(), scheduledFor: now)
        #expect(!FullSync.isDue(at: now, every: 1, last: last))
        #expect(!FullSync.isDue(at: now - .days(9), every: 7, last: last))
    }

    @Test(arguments: [1, 7, 30], ["2027-03-15", "2027-10-18"])
    func `a daily export has its full sync every so many days of the calendar, also where the clocks change`(
        every days: Int, from start: String
    ) throws {
        let schedule = Schedule(
            frequency: .daily, trigger: .scheduled, at: LocalTime(iso: "14:00"), start: LocalDate(iso: start),
            timeZone: "Europe/Stockholm")
        let occurrences = schedule.next(after: Instant(milliseconds: 0), limit: 61).map(\.scheduledFor)
        let steps = Set(zip(occurrences, occurrences.dropFirst()).map { $1 - $0 })
        #expect(steps.count == 2, "the clocks change once")
        #expect(full(occurrences, every: days) == Array(stride(from: 0, to: 61, by: days)))
    }

    @Test(arguments: [Frequency.every3Hours, .every6Hours, .every8Hours, .every12Hours])
    func `an export every few hours has its full sync every 24 hours and not one step before`(
        _ frequency: Frequency
    ) throws {
        let schedule = Schedule(
            frequency: frequency, trigger: .scheduled, at: LocalTime(iso: "00:30"), start: LocalDate(iso: "2027-03-26"),
            timeZone: "Europe/Stockholm")
        let perDay = Int(Span.days(1).milliseconds / (try #require(frequency.step)).milliseconds)
        let occurrences = schedule.next(after: Instant(milliseconds: 0), limit: 5 * perDay).map(\.scheduledFor)
        #expect(full(occurrences, every: 1) == Array(stride(from: 0, to: 5 * perDay, by: perDay)))
    }

    /// Which of the occurrences are full syncs, where each run delivers.
    private func full(_ occurrences: [Instant], every days: Int) -> [Int] {
        var last: FullSync?
        return occurrences.indices.filter { index in
            guard FullSync.isDue(at: occurrences[index], every: days, last: last) else { return false }
            last = FullSync(run: UUID(), scheduledFor: occurrences[index])
            return true
        }
    }
}
