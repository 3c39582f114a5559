import Foundation
import Store
import Testing
import TidegateModel

@Suite struct ObjectTests {
    let fixture: StoreFixture
    var store: Store { fixture.store }
    let later = StoreFixture.start + .hours(1)

    init() throws { fixture = try StoreFixture() }

    @Test func `the applied specification comes back as it was`() throws {
        #expect(try store.appliedSpec() == fixture.spec)
    }

    @Test func `applying the same job files again makes no new revision`() throws {
        #expect(try store.apply(fixture.spec, from: ScheduleCursor(instant: later, snapshot: nil), actor: "test") == [])
        #expect(try store.dataflowRevisions() == [fixture.dataflow.id: 1])
    }

    @Test func `a changed dataflow gets a new revision and the old one is kept`() throws {
        let changed = StoreFixture.spec(at: "07:00")
        let changes = try store.apply(changed, from: ScheduleCursor(instant: later, snapshot: nil), actor: "test")
        #expect(changes.map { "\($0.verb.rawValue) \($0.name)" } == ["change nightly"])
        #expect(try store.revision(ofDataflow: fixture.dataflow.id) == 2)
        #expect(try store.dataflow(fixture.dataflow.id, revision: 1) == fixture.dataflow)
        #expect(try store.dataflow(fixture.dataflow.id, revision: 2) == changed.dataflows[0])
    }

    @Test func `looking at the changes changes nothing`() throws {
        let before = try store.applicationSequence()
        #expect(try store.changes(to: StoreFixture.spec(at: "07:00")).count == 1)
        #expect(try store.applicationSequence() == before)
        #expect(try store.appliedSpec() == fixture.spec)
    }

    @Test func `a segment's activation is when it was first applied, whatever is edited later`() throws {
        try store.apply(
            StoreFixture.spec(segments: ["vip", "lapsed", "new"], at: "09:00"),
            from: ScheduleCursor(instant: later, snapshot: nil), actor: "test")
        let vip = try store.activation(of: UUID(kind: "Segment", name: "vip"), in: fixture.dataflow.id)
        let new = try store.activation(of: UUID(kind: "Segment", name: "new"), in: fixture.dataflow.id)
        #expect(vip == StoreFixture.start)
        #expect(new == later)
    }

    @Test func `a removed dataflow that comes back is planned from then on`() throws {
        var without = fixture.spec
        without.dataflows = []
        try store.apply(without, from: ScheduleCursor(instant: later, snapshot: nil), actor: "test")
        #expect(try store.scheduleCursors() == [:])
        #expect(try store.appliedSpec()?.dataflows == [])
        try store.apply(fixture.spec, from: ScheduleCursor(instant: later + .days(3), snapshot: nil), actor: "test")
        #expect(
            try store.scheduleCursors() == [
                fixture.dataflow.id: ScheduleCursor(instant: later + .days(3), snapshot: nil)
            ])
    }

    @Test func `the files of an application are remembered until other ones are applied`() throws {
        let path = fixture.folder.path + "/tidegate.sqlite"
        let cursor = ScheduleCursor(instant: later, snapshot: nil)
        #expect(Store.appliedFiles(at: path) == nil)
        try store.apply(fixture.spec, from: cursor, actor: "test", files: "digest")
        #expect(Store.appliedFiles(at: path) == "digest")
        try store.apply(StoreFixture.spec(at: "07:00"), from: cursor, actor: "test")
        #expect(Store.appliedFiles(at: path) == nil)
        #expect(Store.appliedFiles(at: path + "-not-there") == nil)
    }

    @Test func `dataflows that only change places are read back in their new order`() throws {
        var two = fixture.spec
        var other = two.dataflows[0]
        other.id = UUID(kind: "Dataflow", name: "other")
        other.name = "other"
        two.dataflows.append(other)
        let cursor = ScheduleCursor(instant: later, snapshot: nil)
        try store.apply(two, from: cursor, actor: "test")
        two.dataflows.reverse()
        #expect(try store.apply(two, from: cursor, actor: "test") == [])
        #expect(try store.appliedSpec() == two)
    }
}
