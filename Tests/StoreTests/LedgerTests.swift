import Foundation
import GRDB
import Store
import Testing
import TidegateModel

@Suite struct LedgerTests {
    let fixture: StoreFixture
    var store: Store { fixture.store }
    let now = StoreFixture.start

    init() throws { fixture = try StoreFixture() }

    @Test func `an occurrence is decided once, however often the planner comes by`() throws {
        let first = fixture.decision(fixture.run())
        #expect(try store.record([first], plannedThrough: [:], at: now, actor: "planner").count == 1)
        let again = fixture.decision(fixture.run())
        #expect(try store.record([again], plannedThrough: [:], at: now, actor: "planner") == [])
        #expect(try store.ledger(of: fixture.dataflow.id, limit: 10).map(\.run) == [first.run.id])
    }

    @Test func `an occurrence made by a snapshot is decided once for that snapshot`() throws {
        let snapshot = UUID()
        func decision() -> LedgerDecision {
            var decision = fixture.decision(fixture.run(trigger: .afterSegmentation, snapshot: snapshot), yields: false)
            decision.occurrence.snapshot = snapshot
            return decision
        }
        #expect(try store.record([decision()], plannedThrough: [:], at: now, actor: "planner").count == 1)
        #expect(try store.record([decision()], plannedThrough: [:], at: now, actor: "planner") == [])
    }

    @Test func `an occurrence whose predecessor still goes on is skipped for overlap`() throws {
        _ = try fixture.claimed(fixture.run())
        let next = fixture.decision(fixture.run(scheduledFor: now + .days(1)))
        #expect(try store.record([next], plannedThrough: [:], at: now, actor: "planner") == [])
        let entry = try requireValue(try store.ledger(of: fixture.dataflow.id, limit: 1).first)
        #expect(entry.outcome == .skipped)
        #expect(entry.reason == .overlap)
        #expect(try store.run(entry.run)?.state == .skipped)
        #expect(try store.run(entry.run)?.reason == "overlap")
    }

    @Test func `an ad-hoc run that goes on does not cost an occurrence`() throws {
        _ = try fixture.claimed(fixture.run(trigger: .adHoc))
        let next = fixture.decision(fixture.run(scheduledFor: now + .days(1)))
        #expect(try store.record([next], plannedThrough: [:], at: now, actor: "planner") == [next.run.id])
    }

    @Test func `a cursor never moves back`() throws {
        let id = fixture.dataflow.id
        let newest = UUID()
        let ahead = ScheduleCursor(instant: now + .days(2), snapshot: newest)
        try store.record([], plannedThrough: [id: ahead], at: now, actor: "planner")
        let behind = ScheduleCursor(instant: now + .days(1), snapshot: nil)
        try store.record([], plannedThrough: [id: behind], at: now, actor: "planner")
        #expect(try store.scheduleCursors()[id] == ahead)
    }

    @Test func `the database itself refuses a second row for one occurrence`() throws {
        let decision = fixture.decision(fixture.run())
        try store.record([decision], plannedThrough: [:], at: now, actor: "planner")
        let database = try fixture.underneath()
        #expect(throws: DatabaseError.self) {
            try database.write { db in
                try db.execute(
                    sql: """
                        INSERT INTO occurrence (dataflow, segment, scheduled_for, outcome, decided_at, run)
                        SELECT dataflow, segment, scheduled_for, outcome, decided_at, run FROM occurrence
                        """
                )
            }
        }
    }

    @Test func `missed and skipped occurrences are runs too, at their end from the start`() throws {
        let missed = fixture.decision(
            fixture.run(state: .missed, reason: ReasonCode.pastDeadline.rawValue), .missed, reason: .pastDeadline
        )
        try store.record([missed], plannedThrough: [:], at: now, actor: "planner")
        #expect(try store.run(missed.run.id)?.state == .missed)
        #expect(try store.transitions(of: missed.run.id).map(\.event) == ["missed"])
    }
}
