import Foundation
import Testing
import TidegateModel

@testable import Server

@Suite struct AdviceTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    @Test(arguments: ReasonCode.allCases)
    func `every reason of the ledger has a meaning and a deed of its own`(_ reason: ReasonCode) {
        let advice = Advice(reason)
        #expect(!advice.meaning.isEmpty && !advice.deed.isEmpty)
        #expect(ReasonCode.allCases.filter { Advice($0) == advice } == [reason])
    }

    @Test func `every code of a profile that was not exported has a meaning of its own`() {
        let codes = [
            SkipCode.duplicate, SkipCode.removed, SkipCode.superseded, SkipCode.tooLarge, SkipCode.notSent,
            RefusalCode.unnamed, RefusalCode.unknownOutcome, SkipCode.missing("email"), "INVALID_FIELD",
        ]
        #expect(Set(codes.map { Advice(code: $0) }).count == codes.count)
        #expect(Advice(code: SkipCode.missing("email")).meaning.contains("'email'"))
        #expect(Advice(code: "INVALID_FIELD") == Advice(code: "anything else"))
    }

    @Test(arguments: RunState.allCases)
    func `a run that did not deliver everything has advice, and one that goes well has none`(_ state: RunState) {
        for reason in [nil, "", "nobody knows this reason", "over-cap: 9 of 8"] {
            let run = Run(
                id: Sample.id(1), dataflow: Sample.id(2), dataflowName: "d", revision: 1, segments: [],
                trigger: .scheduled, state: state, reason: reason, snapshot: nil, scheduledFor: Sample.noon,
                queuedAt: Sample.noon
            )
            let isSilent = [.queued, .processing, .completed].contains(state)
            #expect((Advice(run) == nil) == isSilent)
        }
    }

    @Test func `a skipped run is explained by the code before the colon`() {
        var run = Run(
            id: Sample.id(1), dataflow: Sample.id(2), dataflowName: "d", revision: 1, segments: [], trigger: .scheduled,
            state: .skipped, reason: "over-removals: 9 of 10 members would leave", snapshot: nil,
            scheduledFor: Sample.noon, queuedAt: Sample.noon
        )
        #expect(Advice(run) == Advice(.overRemovals))
        run.reason = "overlap"
        #expect(Advice(run) == Advice(.overlap))
    }

    @Test(arguments: Advice.faults.map(\.words))
    func `the words by which a fault is known stand in the code that tells of it`(_ words: String) throws {
        let said = try FileManager.default.subpathsOfDirectory(atPath: Self.root.appending(path: "Sources").path)
            .filter { $0.hasSuffix(".swift") && !$0.hasPrefix("Server/") }
            .contains {
                try String(contentsOf: Self.root.appending(path: "Sources/\($0)"), encoding: .utf8).contains(words)
            }
        #expect(said)
    }

    @Test func `a fault that no line knows gets the general advice, and the number of attempts counts`() {
        let once = Advice(fault: "the moon is in the way")
        let often = Advice(fault: "the moon is in the way (after 5 attempts)")
        #expect(once.deed == often.deed)
        #expect(once.meaning != often.meaning)
    }
}
