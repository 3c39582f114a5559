import Testing
import TidegateModel

@Suite struct RunStateTests {
    /// The whole lifecycle once more, by hand: everything that is not here is illegal.
    private static let legal: [RunState: [RunEvent: RunState]] = [
        .queued: [.claimed: .processing, .cancelRequested: .cancelled, .expired: .missed],
        .processing: [
            .delivered: .completed, .deliveredInPart: .partial, .refused: .skipped, .deferred: .retrying,
            .released: .queued, .gaveUp: .failed, .cancelRequested: .cancelling,
        ],
        .retrying: [.retryDue: .queued, .cancelRequested: .cancelled],
        .cancelling: [
            .delivered: .completed, .deliveredInPart: .partial, .refused: .skipped, .deferred: .cancelled,
            .released: .cancelled, .gaveUp: .failed, .cancelConfirmed: .cancelled,
        ],
    ]

    @Test(arguments: RunState.allCases, RunEvent.allCases)
    func `an event leads where the table says and nowhere else`(_ state: RunState, _ event: RunEvent) {
        #expect(state.after(event) == Self.legal[state]?[event])
    }

    @Test(arguments: RunState.allCases) func `a final state answers nothing and a live one something`(_ state: RunState)
    {
        #expect(state.isTerminal == RunEvent.allCases.allSatisfy { state.after($0) == nil })
    }

    @Test func `every state is reached from queued`() {
        var reached: Set<RunState> = [.queued]
        var found = reached
        while !found.isEmpty {
            found = Set(found.flatMap { state in RunEvent.allCases.compactMap { state.after($0) } }).subtracting(
                reached
            )
            reached.formUnion(found)
        }
        #expect(reached == Set(RunState.allCases))
    }

    @Test(arguments: RunState.allCases.filter { !$0.isTerminal })
    func `every live state can be cancelled`(_ state: RunState) {
        var state = state
        if let next = state.after(.cancelRequested) { state = next }
        #expect([.cancelling, .cancelled].contains(state))
        #expect(state == .cancelled || state.after(.cancelConfirmed) == .cancelled)
    }

    @Test(arguments: RunState.allCases.filter { !$0.isTerminal })
    func `every live state can still complete or be cancelled`(_ state: RunState) {
        var reached: Set<RunState> = [state]
        for _ in RunState.allCases {
            reached.formUnion(reached.flatMap { state in RunEvent.allCases.compactMap { state.after($0) } })
        }
        #expect(reached.isSuperset(of: [.completed, .partial, .failed, .cancelled, .skipped]))
    }

    @Test func `titles are how pages write states`() {
        #expect(
            RunState.allCases.map(\.title) == [
                "Queued", "Processing", "Retrying", "Cancelling", "Completed", "Partial", "Failed", "Cancelled",
                "Skipped",
                "Missed",
            ]
        )
    }

    @Test func `counts add up or say that they do not`() {
        #expect(RunCounts().addUp)
        #expect(RunCounts(selected: 6, exported: 1, skipped: ["a": 2], rejected: ["b": 2, "c": 1]).addUp)
        #expect(!RunCounts(selected: 5, exported: 1, skipped: ["a": 2], rejected: ["b": 1]).addUp)
    }
}
