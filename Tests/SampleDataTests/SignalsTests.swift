import Testing

@testable import SampleData

@Suite struct SignalsTests {
    private func lines(rows: Int, ids: Int, seed: UInt64 = 1) -> [String] {
        var bytes: [UInt8] = []
        Signals(rows: rows, ids: ids, seed: seed).write { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test func `the rows of a seed are the same each time, and others than those of another seed`() {
        #expect(lines(rows: 100, ids: 100) == lines(rows: 100, ids: 100))
        #expect(lines(rows: 100, ids: 100) != lines(rows: 100, ids: 100, seed: 2))
    }

    @Test func `each id comes equally often, and in no order`() {
        let ids = lines(rows: 3000, ids: 1000).map { $0.prefix(36) }
        let counts = Dictionary(grouping: ids) { $0 }.mapValues(\.count)
        #expect(counts.count == 1000)
        #expect(counts.values.allSatisfy { $0 == 3 })
        #expect(ids != ids.sorted())
        #expect(Array(ids[..<1000]) == Array(ids[1000..<2000]))
    }

    @Test func `a row has one TAB and ten signals, five of them traits by number`() {
        for line in lines(rows: 1000, ids: 1000) {
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
            #expect(parts.count == 2)
            let signals = parts[1].split(separator: ",", omittingEmptySubsequences: false)
            #expect(signals.count == 10)
            #expect(
                signals.filter { $0.hasPrefix("d_sid=") || $0.hasPrefix("d_unsid=") || $0.hasSuffix(":0") }.count == 5)
        }
    }
}
