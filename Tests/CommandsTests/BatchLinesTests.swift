import Testing
import TidegateModel

@testable import Commands

@Suite struct BatchLinesTests {
    private func batch(_ number: Int, _ state: BatchState, _ message: String? = nil, job: String? = nil) -> Batch {
        Batch(
            number: number, kind: .upsert, state: state, attempt: 1, page: number, contacts: 100, bytes: 1000, job: job,
            message: message
        )
    }

    @Test func `many batches that say the same are one line, and those that do not have their own`() {
        let batches =
            (1...5).map { batch($0, .confirmed) } + [batch(6, .lost, "no answer")]
            + (7...300).map { batch($0, .planned) }
        #expect(
            BatchLines(batches).texts == [
                "  1 to 5  upsert  confirmed  500 contacts  5.0 kB",
                "  6  upsert  lost  100 contacts  1.0 kB: no answer",
                "  7 to 300  upsert  planned  29400 contacts  294.0 kB",
            ]
        )
    }

    @Test func `one contact is not many`() {
        var alone = batch(1, .confirmed)
        alone.contacts = 1
        #expect(BatchLines([alone]).texts == ["  1  upsert  confirmed  1 contact  1.0 kB"])
    }

    @Test func `batches with a job of their own are never one line`() {
        let batches = (1...9).map { batch($0, .confirmed, job: "job-\($0)") }
        #expect(BatchLines(batches).texts.count == 9)
    }
}
