import Foundation
import Testing
import TidegateTesting

/// Kills the program at many moments while it exports over and over, and looks whether anything is lost, doubled or half.
///
/// `TIDEGATE_KILLS` says how often, `TIDEGATE_KILL_SEED` which moments.
@Suite struct KillTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let kills = environment["TIDEGATE_KILLS"].flatMap(Int.init) ?? 45
    private static let seed = environment["TIDEGATE_KILL_SEED"].flatMap(UInt64.init) ?? 20_261_121

    @Test func `a killed process loses nothing, doubles nothing and leaves nothing half`() throws {
        let site = try Self.busySite()
        var moments = SeededGenerator(seed: Self.seed)
        var verified: Set<String> = []
        try site.cycle()
        for kill in 1...max(1, Self.kills) {
            try Self.killOnce(site, &moments)
            let faults = try StateCheck(site).faults(verified: &verified)
            #expect(faults == [], "after kill \(kill)")
            // A run that is lost five times is given up for good reason, so everything is finished now and then.
            guard kill % 3 == 0 || kill == Self.kills else { continue }
            try Self.finish(site, &moments)
            let left = try StateCheck(site).faults(verified: &verified) + StateCheck(site).unfinished()
            #expect(left == [], "finished after kill \(kill)")
        }
        var again: Set<String> = []
        let atLast = try StateCheck(site).faults(verified: &again)
        #expect(atLast == [])
        #expect(try StateCheck(site).count("attempt WHERE outcome = 'lost'") > 0, "no kill ever hit an export")
        #expect(try StateCheck(site).count("run WHERE state = 'completed'") >= Self.kills)
    }

    /// Two dataflows of three file sets, of many parts each, in two formats.
    private static func busySite() throws -> Site {
        let rows = (0..<1500).map { "c\($0),\($0)@example.com,\($0 % 7)\n" }.joined()
        let site = try Site(customers: rows)
        let parts = ", maxRows: 200, compression: gzip"
        try site.write(Site.dataflow("nightly", segments: "buyers, everyone", file: parts), to: "nightly.yaml")
        try site.write(Site.dataflow("lines", file: ", format: jsonl"), to: "lines.yaml")
        try FileManager.default.removeItem(atPath: site.folder.path("jobs/changes.yaml"))
        return site
    }

    private static let lines = [
        "cycle started", "source ingested", "snapshot published", "runs queued", "run completed",
    ]

    /// Starts a cycle, an ad-hoc run, or a scheduler with an ad-hoc run beside it, and kills it somewhere.
    private static func killOnce(_ site: Site, _ moments: inout SeededGenerator) throws {
        switch Int.random(in: 0..<4, using: &moments) {
        case 0, 1:
            try site.started("run", "--once") { process in
                if Bool.random(using: &moments) {
                    _ = try? process.waitForLine(lines.randomElement(using: &moments) ?? "")
                }
                try kill(process, after: Int.random(in: 0..<120, using: &moments))
            }
        case 2:
            try site.started("run", "--ad-hoc", "nightly", "--force") { process in
                try kill(process, after: Int.random(in: 20..<250, using: &moments))
            }
        default:
            try site.started("run") { scheduler in
                _ = try scheduler.waitForLine("scheduler ready")
                try site.started("run", "--ad-hoc", "lines") { follower in
                    try kill(scheduler, after: Int.random(in: 0..<700, using: &moments))
                    if Bool.random(using: &moments) { return _ = try follower.finish() }
                    try kill(follower, after: Int.random(in: 0..<250, using: &moments))
                }
            }
        }
    }

    /// Here a random span is the point: it decides where the kill hits.
    private static func kill(_ process: TidegateProcess, after milliseconds: Int) throws {
        usleep(UInt32(milliseconds) * 1000)
        process.signal(SIGKILL)
        _ = try process.finish()
    }

    /// Lets one process come to its end, with other customers than before.
    private static func finish(_ site: Site, _ moments: inout SeededGenerator) throws {
        let rows = (0..<Int.random(in: 900..<1500, using: &moments)).map { "c\($0),\($0)@example.com,\($0 % 7)\n" }
        try site.folder.write("id,email,orders\n" + rows.joined(), to: "customers.csv")
        let finished = try site.tidegate("run", "--once")
        #expect(finished.status == 0, "\(finished.complaints)")
    }
}
