import AudienceManager
import Testing
import TidegateModel

@testable import Commands

@Suite struct ReceiptOrderTests {
    @Test func `receipts of several sources are newest first as a whole, and of one second as each source has them`() {
        let kept = [
            receipt("b-late", at: 9000), receipt("b-early", at: 5900), receipt("a-late", at: 12_000),
            receipt("a-second", at: 5000), receipt("a-first", at: 5000), receipt("undated", at: nil),
        ]
        #expect(
            kept.newestFirst.map(\.file) == ["a-late", "b-late", "b-early", "a-second", "a-first", "undated"])
    }

    private func receipt(_ file: String, at milliseconds: Int64?) -> FileReceipt {
        var receipt = FileReceipt(source: "drop", environment: .production, file: file, outcome: .taken)
        receipt.finishedAt = milliseconds.map { Instant(milliseconds: $0) }
        return receipt
    }
}
