import Foundation
import Store
import Testing
import TidegateModel

@Suite struct AdHocQueueTests {
    let fixture: StoreFixture
    var store: Store { fixture.store }
    let now = StoreFixture.start

    init() throws { fixture = try StoreFixture() }

    @Test func `a job is refused whole while a run of one of its segments goes on`() throws {
        let live = fixture.run(segment: "lapsed")
        _ = try fixture.claimed(live)
        let job = [fixture.run(segment: "vip", trigger: .adHoc), fixture.run(segment: "lapsed", trigger: .adHoc)]
        let refusal = #expect(throws: AdHocRefusal.self) { try store.queueAdHoc(job, at: now, actor: "cli") }
        #expect(
            refusal?.description
                == "Run already going on for segment lapsed for order nightly with run id \(live.id.text)"
        )
        #expect(try store.run(job[0].id) == nil)
    }

    @Test func `the refusals read as the contract has them`() {
        #expect(
            AdHocRefusal.outOfScope(segments: ["vip"], .notInDataflow).description
                .hasPrefix("Segments vip are not part of this dataflow or out of schedule range!")
        )
        #expect(AdHocRefusal.outOfScope(segments: ["vip"], .outOfSchedule).description.hasSuffix("(out-of-schedule)"))
        #expect(AdHocRefusal.tooEarly(segment: "vip", until: now).description.contains("\(now)"))
    }
}
