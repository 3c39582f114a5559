import Foundation
import Store
import Testing
import TidegateModel

@Suite struct LastRunsTests {
    @Test func `a failed run of one segment is not hidden by another segment's success`() throws {
        let fixture = try StoreFixture()
        let failed = fixture.run(segment: "vip", state: .failed, reason: "disk is full")
        let completed = fixture.run(segment: "lapsed", state: .completed)
        try fixture.store.queueAdHoc([failed, completed], at: StoreFixture.start, actor: "test")
        #expect(try fixture.store.lastRuns().map(\.id) == [completed.id, failed.id])
    }
}
