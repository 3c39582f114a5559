import Foundation
import Testing
import TidegateModel

@testable import Commands

@Suite struct RequiredDeliveryTests {
    private func runs(_ states: RunState...) -> [Run] {
        states.map { state in
            var run = Run(
                id: UUID(), dataflow: UUID(), dataflowName: "contacts", revision: 1, segments: [], trigger: .adHoc,
                state: state, snapshot: UUID(), scheduledFor: Instant(milliseconds: 0),
                queuedAt: Instant(milliseconds: 0)
            )
            run.reason = state == .skipped ? "over-cap: 120000 profiles are selected" : nil
            return run
        }
    }

    private func status(_ runs: [Run]) -> Commands.ExitStatus {
        do {
            try runs.requireDelivery()
            return .done
        } catch {
            return Ending(of: error)?.status ?? .runFailed
        }
    }

    @Test func `a run that a guardrail skipped ends the command with 75 and the reason`() throws {
        let runs = runs(.completed, .skipped)
        #expect(status(runs) == .refused)
        let failure = #expect(throws: Failure.self) { try runs.requireDelivery() }
        #expect(
            failure?.description == "run \(runs[1].id.text) was skipped: over-cap: 120000 profiles are selected"
        )
    }

    @Test func `a run that failed outweighs one that was skipped`() {
        #expect(status(runs(.skipped, .failed)) == .runFailed)
        #expect(status(runs(.cancelled)) == .runFailed)
    }

    @Test func `what was delivered, if only in part, is done`() {
        #expect(status(runs(.completed, .partial)) == .done)
    }
}
