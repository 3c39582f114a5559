import Foundation
import Testing
import TidegateModel
import TidegateTesting

/// Kills the program at random moments of a push, by how far the receiver has seen it come.
///
/// `TIDEGATE_KILLS` says how often in each push, `TIDEGATE_KILL_SEED` at which moments.
@Suite(.serialized) struct PushKillTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let kills = environment["TIDEGATE_KILLS"].flatMap(Int.init) ?? 3
    private static let seed = environment["TIDEGATE_KILL_SEED"].flatMap(UInt64.init) ?? 20_261_121

    /// One receiver, and how it is looked at.
    struct Trial: Sendable, CustomTestStringConvertible {
        let receiver: String
        let people: Int
        /// About how many requests lie between a start and its kill.
        let span: Int

        var testDescription: String { receiver }
    }

    static let trials = [
        Trial(receiver: "mail", people: 140, span: 6), Trial(receiver: "journeys", people: 220, span: 50),
        Trial(receiver: "hook", people: 240, span: 4),
    ]

    @Test(arguments: trials)
    func `a push that is killed again and again reaches everybody once and takes off only who left`(trial: Trial) throws
    {
        let gates = try GateSite(customers: Self.rows(trial.people, without: 0))
        try gates.push(to: trial.receiver, segments: "everyone", options: "onLeave: remove\nmaxRemoved: 50%")
        // What is too many for the receiver is halved, and jobs stay pending for a while.
        try gates.mail.set(["contacts": 20, "polls": 1])
        var moments = SeededGenerator(seed: Self.seed)
        var said = try Self.survive(gates, trial, pushes: 1, &moments)
        try expectArrived(gates, trial, present: trial.people, pushes: [trial.people], kills: said.count - 1)

        let present = trial.people * 3 / 4
        try gates.write(customers: Self.rows(trial.people, without: trial.people - present))
        try gates.mail.set(["polls": 0])
        said += try Self.survive(gates, trial, pushes: 2, &moments)
        try expectArrived(gates, trial, present: present, pushes: [trial.people, present], kills: said.count - 2)
        #expect(try StateCheck(gates.site).count("attempt WHERE outcome = 'lost'") > 0, "no kill ever hit a push")
        for finished in said { #expect(try gates.leaks(finished) == []) }
    }

    private static func rows(_ people: Int, without gone: Int) -> String {
        (gone + 1...people).map { "c\($0),p\($0)@example.com,\($0 % 7)\n" }.joined()
    }

    /// A cycle whose process is killed, and the processes that take it up, until one brings it to its end.
    private static func survive(
        _ gates: GateSite, _ trial: Trial, pushes: Int, _ moments: inout SeededGenerator
    ) throws -> [Finished] {
        var said: [Finished] = []
        while try said.isEmpty || unfinished(gates, pushes: pushes) {
            let process = try gates.started(said.isEmpty ? ["run", "--once"] : ["run"])
            defer { process.signal(SIGKILL) }
            #expect(process.visibleArguments.contains("nobody-sees") == false)
            if said.count >= kills {
                try process.waitForLine("run completed", "run partial", "run failed")
                process.signal(SIGTERM)
            } else {
                // A run that is lost five times with nothing brought through is given up for good reason.
                let least = said.count % 3 == 2 ? 2 * trial.span : 1
                let target = try seen(gates, trial) + Int.random(in: least...(3 * trial.span), using: &moments)
                while process.isRunning, try seen(gates, trial) < target, !process.said.contains("run completed") {
                    usleep(15_000)
                }
                usleep(UInt32.random(in: 0..<20_000, using: &moments))
                process.signal(SIGKILL)
            }
            said.append(try process.finish())
        }
        return said
    }

    private static func unfinished(_ gates: GateSite, pushes: Int) throws -> Bool {
        guard let state = try? StateCheck(gates.site) else { return true }
        return try state.count("run WHERE finished_at IS NOT NULL") < pushes
    }

    private static func seen(_ gates: GateSite, _ trial: Trial) throws -> Int {
        switch trial.receiver {
        case "mail": try gates.mail.requests().count
        case "journeys": try gates.journeys.requests().count
        default: try gates.hook.requests().count
        }
    }

    // MARK: What must be true then

    private func expectArrived(_ gates: GateSite, _ trial: Trial, present: Int, pushes: [Int], kills: Int) throws {
        let state = try StateCheck(gates.site)
        let (first, everybody) = (trial.people - present + 1, 1...trial.people)
        let runs = try state.texts(
            "SELECT state || ' ' || selected || ' ' || exported || COALESCE(' ' || reason, '') FROM run ORDER BY sequence"
        )
        #expect(runs == pushes.map { "completed \($0) \($0)" })
        #expect(
            try state.texts("SELECT run || ' has ' || state FROM batch WHERE state IN ('planned', 'sent', 'accepted')")
                == [])
        let carried =
            "batch WHERE kind = 'upsert' AND state IN ('confirmed', 'confirmed-in-part', 'refused', 'unknown')"
        let sums = try state.texts("SELECT CAST(SUM(contacts) AS TEXT) FROM \(carried) GROUP BY run ORDER BY run")
        #expect(sums.sorted() == pushes.map(String.init).sorted())
        let members = try state.texts("SELECT identity FROM managed_member ORDER BY identity")
        let staying = (first...trial.people).map { trial.receiver == "hook" ? "c\($0)" : "p\($0)@example.com" }
        #expect(members == staying.sorted())
        #expect(try state.count("managed_member WHERE leaving_run IS NOT NULL") == 0)
        let addresses = everybody.map { "p\($0)@example.com" }.sorted()
        let batches = try state.count(carried)
        switch trial.receiver {
        case "mail":
            let mail = try gates.mail.state()
            #expect(mail.problems == [] && mail.stored.addresses == addresses)
            #expect(mail.stored.members(gates.mailList) == staying.sorted())
            // Each kill loses one answer at most; what was accepted is never submitted again.
            let accepted = try gates.mail.requests("PUT", "/v3/marketing/contacts", status: 202).count
            #expect(batches...(batches + kills) ~= accepted)
            #expect(
                try state.texts("SELECT job FROM batch WHERE job IS NOT NULL GROUP BY job HAVING COUNT(*) > 1") == [])
        case "journeys":
            let journeys = try gates.journeys.state()
            #expect(journeys.problems == [] && journeys.stored.addresses == addresses)
            #expect(journeys.stored.members(GateSite.contactList) == staying.sorted())
            // Of the calls that put somebody on the list only the one on its way is repeated.
            let calls = try gates.journeys.requests("POST", "/v1/list/").count
            let needed = pushes.reduce(0, +)
            #expect(needed...(needed + kills) ~= calls)
        default:
            let hook = try gates.hook.state()
            #expect(hook.problems == [])
            #expect(hook.stored.ids == staying.flatMap { Array(repeating: $0, count: pushes.count) }.sorted())
            let pages = try gates.hook.requests("POST").count { $0.counts["profiles"] ?? 0 > 0 }
            #expect(batches...(batches + kills) ~= pages)
        }
    }
}
