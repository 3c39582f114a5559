import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Server

@Suite struct RunFiguresTests {
    /// As documents: what clients add up.
    private func add(_ value: JSONValue, _ name: String) throws -> Int {
        let json = try #require(JSONSerialization.jsonObject(with: Data(value.bytes)) as? [String: Any])
        return try #require(json.number(name))
    }

    private func check(_ figures: RunFigures, _ counts: RunCounts) throws {
        for value in [figures.summary([]), figures.preparation, figures.publication] {
            let (input, output) = (try add(value, "inputRecordCount"), try add(value, "outputRecordCount"))
            let (skipped, failed) = (try add(value, "skippedRecordCount"), try add(value, "failedRecordCount"))
            #expect(input == output + skipped + failed, "\(counts)")
            #expect(min(input, output, skipped, failed) >= 0)
        }
        #expect(try add(figures.preparation, "outputRecordCount") == add(figures.publication, "inputRecordCount"))
        #expect(try add(figures.summary([]), "inputRecordCount") == add(figures.preparation, "inputRecordCount"))
        #expect(try add(figures.summary([]), "outputRecordCount") == add(figures.publication, "outputRecordCount"))
        for (shares, info, total) in [
            (figures.skipped, "skippedInfo", "skippedRecordCount"), (figures.failed, "failedInfo", "failedRecordCount"),
        ] {
            let json = try #require(
                JSONSerialization.jsonObject(with: Data(figures.summary([]).bytes)) as? [String: Any])
            let infos = json.at(info) as? [[String: Any]] ?? []
            #expect(infos.count == shares.count)
            #expect(infos.reduce(0) { $0 + ($1.number("count") ?? -1) } == json.number(total))
        }
    }

    @Test func `whatever was counted, input is output and skipped and failed`() throws {
        var random = SeededGenerator(seed: 4)
        func some() -> Int { Bool.random(using: &random) ? 0 : Int.random(in: 0...1_000_000, using: &random) }
        for _ in 0..<500 {
            let codes = [SkipCode.missing("email"), SkipCode.duplicate, SkipCode.notSent, "odd"].shuffled(
                using: &random)
            let skipped = Dictionary(
                uniqueKeysWithValues: codes.prefix(Int.random(in: 0...4, using: &random)).map { ($0, some()) })
            let rejected = Bool.random(using: &random) ? [:] : [RefusalCode.unnamed: some(), "bounced": some()]
            let counts = RunCounts(selected: some(), exported: some(), skipped: skipped, rejected: rejected)
            for isLive in [true, false] { try check(RunFigures(counts, isLive: isLive), counts) }
        }
    }

    @Test func `counts that add up are told as they are`() throws {
        let counts = RunCounts(selected: 10, exported: 6, skipped: ["missing-email": 3], rejected: ["bounced": 1])
        let figures = RunFigures(counts, isLive: false)
        #expect(figures.input == 10 && figures.output == 6)
        #expect(figures.skipped == [RunFigures.Share(code: "missing-email", count: 3)])
        #expect(figures.failed == [RunFigures.Share(code: "bounced", count: 1)])
    }

    @Test func `what a run selected and never counted has failed, once it has ended`() {
        let counts = RunCounts(selected: 10, exported: 6)
        #expect(RunFigures(counts, isLive: false).failed == [RunFigures.Share(code: RunReason.notAccounted, count: 4)])
        #expect(RunFigures(counts, isLive: true).input == 6)
    }
}
