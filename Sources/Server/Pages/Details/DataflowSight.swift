import Foundation
import Store
import TidegateModel

/// One dataflow with everything that its page shows, read before anything is written.
struct DataflowSight {
    let dataflow: Dataflow
    let spec: JobSpec
    let standing: DataflowStanding?
    let upcoming: [UpcomingOccurrences.Line]
    let runs: [Run]
    let calendar: YearCalendar
    let sizes: [DeliveredSize]
    let revisions: [ObjectRevision]
    let ledger: [LedgerEntry]
    /// What each guardrail says to running it all now; nil for those who may not.
    let guardrails: [GuardrailAnswer]?

    static let runsShown = 25
    static let ledgerShown = 24
    private static let barsShown = 45

    /// - Parameter order: what is to be asked of the guardrails; nil for nothing.
    init(_ dataflow: Dataflow, _ spec: JobSpec, order: AdHocOrder?, now: Instant, at desk: Desk) async throws {
        let store = desk.store
        let zone = Zone(dataflow.schedule.timeZone) ?? .utc
        self.dataflow = dataflow
        self.spec = spec
        standing = try store.standings()[dataflow.id]
        upcoming = UpcomingOccurrences(dataflow, spec: spec, hasFired: try store.hasFired(dataflow.id))
            .after(now, count: 10)
        runs = try store.runs(dataflow: dataflow.id, limit: Self.runsShown)
        // A day more, for zones east of Greenwich.
        let firstDay = YearCalendar.start(zone: zone, now: now).daysSinceEpoch - 1
        let since = Instant(milliseconds: Int64(firstDay) * 86_400_000)
        calendar = YearCalendar(try store.tallies(of: dataflow.id, since: since), zone: zone, now: now)
        let perInstant = spec.takesSegmentsTogether(dataflow) ? 1 : dataflow.segments.count
        sizes = try store.deliveredSizes(of: dataflow.id, runs: Self.barsShown * perInstant).suffix(Self.barsShown)
        revisions = try store.revisions(of: dataflow.id, limit: 2)
        ledger = try store.ledger(of: dataflow.id, limit: Self.ledgerShown)
        if let order {
            guardrails = try await desk.controls.guardrails(order)
        } else {
            guardrails = nil
        }
    }
}
