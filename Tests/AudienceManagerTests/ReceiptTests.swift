import Testing

@testable import AudienceManager

@Suite struct ReceiptTests {
    @Test func `a data file's counters add up only when every record is accounted for`() {
        var counts = DataCounts()
        counts.recordsReceived = 10
        counts.excluded = ["line-too-long": 1]
        counts.recordsProcessed = 9
        counts.formatErrors = 2
        counts.noTraitRealized = 1
        counts.rejected = ["no-tab": 2, "no-trait-realized": 1]
        counts.storedRecords = 6
        #expect(counts.addUp)
        counts.storedRecords = 5
        #expect(!counts.addUp)
        counts.storedRecords = 6
        counts.rejected["no-tab"] = 1
        #expect(!counts.addUp)
    }

    @Test func `an id file's counters add up only when every record is accounted for`() {
        var counts = IDCounts()
        counts.recordsReceived = 3
        counts.storedRecords = 2
        #expect(!counts.addUp)
        counts.rejected = ["trailing-blank": 1]
        #expect(counts.addUp)
    }
}
