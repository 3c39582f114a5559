import Destinations
import Foundation
import Profiles
import Store
import TidegateModel

/// A run to a connector: count, open, cut, take leavers off the list, send; wait for jobs after both.
///
/// Every batch is journaled before it is sent, so that an attempt goes on where the one before it ended.
struct PushDelivery: Sendable {
    let work: ClaimedRun
    let subject: RunSubject

    private var place: Workplace { work.place }
    private var run: Run { work.run }
    private var title: String { run.dataflowName }

    init(_ work: ClaimedRun, _ subject: RunSubject) {
        self.work = work
        self.subject = subject
    }

    func run() async throws(RunFault) -> RunOutcome {
        defer { place.progress.clear(title) }
        let request = try request()
        let selected = try RunFault.catching { try place.profiles.countPushed(request) }
        try checkCap(selected)
        let session = try await open(profiles: selected)
        let plan = try cut(request, session, profiles: selected)
        let keeping = ListKeeping(work, subject, session)
        let leavers = try await keeping.leavers(plan)
        let polling = JobPolling(work, session, plan, list: keeping.managed)
        // First who leaves: an identity that somebody gave up may lead to the contact that a new one is about to name.
        try await keeping.remove(leavers)
        try await polling.finish()
        try await BatchSender(work, session, list: keeping.managed, title: title).send(plan)
        try await polling.finish()
        let counts = try counts(selected, tail: plan.tail)
        try keepDelivered(plan)
        let stayed = try RunFault.catching { try place.store.membersNotTakenOff(work.claim) }
        return outcome(counts, stayed: stayed)
    }

    // MARK: Before anything is sent

    private func request() throws(RunFault) -> PushRequest {
        PushRequest(
            snapshot: subject.snapshot, segments: run.segments.map(\.id), baselines: try baselines(),
            schema: subject.schema, mapping: subject.dataflow.mapping, deduplicateBy: subject.dataflow.deduplicateBy
        )
    }

    /// What an incremental push counts from; nil where everyone is pushed, as of a segment that is not in it.
    private func baselines() throws(RunFault) -> [UUID: UUID]? {
        guard !subject.isFull else { return nil }
        // Of a run that was delivered in part the baseline is its own snapshot already, in which nobody has joined since.
        let triesAgain = try RunFault.catching {
            try run.parent.flatMap { try place.store.run($0) }?.state == .partial
        }
        var baselines: [UUID: UUID] = [:]
        for segment in run.segments {
            let known = try RunFault.catching {
                try place.store.baseline(dataflow: subject.dataflow.id, segment: segment.id)
            }
            guard let known, try work.isKept(baseline: known) else { continue }
            if triesAgain, known == subject.snapshot { continue }
            baselines[segment.id] = known
        }
        return baselines
    }

    /// The cap counts distinct profiles over all segments; above it nothing is sent, and nothing ever cut off.
    private func checkCap(_ selected: Int) throws(RunFault) {
        let cap = subject.guardrails.connectorProfiles
        guard selected > cap else { return }
        throw .forbidden(.overCap, "\(selected) profiles are selected, and \(cap) is the most for one connector run")
    }

    private func open(profiles: Int) async throws(RunFault) -> any PushSession {
        guard case .connector(let connector) = place.opening(subject.destination, .inMemory()) else {
            throw .lasting("destination '\(subject.destination.name)' takes no calls")
        }
        let push = subject.dataflow.push(run: run.id, profiles: profiles, schema: subject.schema)
        do throws(DeliveryError) {
            return try await connector.open(push)
        } catch {
            throw RunFault(error)
        }
    }

    private func cut(
        _ request: PushRequest, _ session: any PushSession, profiles selected: Int
    ) throws(RunFault) -> PushPlan {
        let state = try RunFault.catching { try place.store.pushState(of: run.id) }
        let refused = try RunFault.catching { try place.store.rejectedProfileNumbers(of: run.id) }
        try RunFault.catching { try work.makeStagingFolder() }
        var cutter = PushCutter(
            session, spool: try PushSpool(folder: work.stagingFolder), state: state, refused: refused,
            profiles: selected
        )
        try RunFault.catching {
            _ = try place.profiles.push(
                request, progress: { _, _ in }, isCancelled: { [stop = work.stop] in stop.isRaised },
                visit: { (row, skip) throws(ProfileError) in
                    do throws(RunFault) {
                        try cutter.take(row, skip: skip)
                    } catch {
                        throw ProfileError.transient(error.sentence)
                    }
                }
            )
        }
        let plan = try cutter.finish(request)
        let isJournaled = try RunFault.catching {
            try place.store.plan(plan.batches.map(\.planned), work.claim, at: place.clock.now())
        }
        guard isJournaled else { throw .claimLost }
        return plan
    }

    // MARK: After everything is sent

    /// Everything that was selected, each profile under one heading.
    private func counts(_ selected: Int, tail: [String: Int]) throws(RunFault) -> RunCounts {
        var counts = try RunFault.catching { try place.store.pushCounts(of: run.id) }
        counts.selected = selected
        counts.skipped.merge(tail, uniquingKeysWith: +)
        // What is in the snapshot and was not seen is no longer in the store.
        let gone = selected - counts.accounted
        if gone > 0 { counts.skipped[SkipCode.removed, default: 0] += gone }
        guard counts.addUp else {
            throw .lasting("counts do not add up: \(selected) selected, \(counts.accounted) accounted for")
        }
        return counts
    }

    /// What was sent until now.
    func countsSoFar() -> RunCounts? {
        guard let request = try? request(), let selected = try? place.profiles.countPushed(request),
            var counts = try? place.store.pushCounts(of: run.id)
        else { return nil }
        counts.selected = selected
        let rest = selected - counts.accounted
        if rest > 0 { counts.skipped[SkipCode.notSent] = rest }
        return counts.addUp ? counts : nil
    }

    private func keepDelivered(_ plan: PushPlan) throws(RunFault) {
        try RunFault.catching {
            let refused = try place.store.rejectedProfileNumbers(of: run.id)
            let delivered = ProfileSet()
            for profile in plan.profiles where !refused.contains(profile) { delivered.insert(profile) }
            try place.profiles.keepDelivered(delivered, by: run.id, from: subject.snapshot)
        }
    }

    private func profiles(_ count: Int) -> String { count == 1 ? "1 profile" : "\(count) profiles" }

    /// - Parameter stayed: leavers who are still on the list. The next run takes them off, wherever it counts from.
    private func outcome(_ counts: RunCounts, stayed: Int) -> RunOutcome {
        let rejected = counts.rejected.values.reduce(0, +)
        let leavers = "receiver did not take \(stayed) \(stayed == 1 ? "leaver" : "leavers") off the list"
        guard rejected > 0 else {
            guard stayed == 0 else { return inPart([leavers], counts, movesBaseline: !subject.isAdHoc) }
            return RunOutcome(.delivered, attempt: "delivered", counts: counts, movesBaseline: !subject.isAdHoc)
        }
        let more = stayed > 0 ? [leavers] : []
        if let unknown = counts.rejected[RefusalCode.unknownOutcome] {
            // Where they are is not known, so the next run counts from where this one did, and brings them again.
            let reason = "receiver did not tell what became of \(profiles(unknown))"
            return inPart([reason] + more, counts, movesBaseline: false)
        }
        guard counts.exported > 0 else {
            let reasons = ["receiver took none of \(profiles(rejected))"] + more
            return RunOutcome(
                .gaveUp, attempt: "gave-up", reason: reasons.joined(separator: "; "), counts: counts
            )
        }
        let reason = "receiver did not take \(rejected) of \(profiles(counts.exported + rejected))"
        return inPart([reason] + more, counts, movesBaseline: !subject.isAdHoc)
    }

    private func inPart(_ reasons: [String], _ counts: RunCounts, movesBaseline: Bool) -> RunOutcome {
        RunOutcome(
            .deliveredInPart, attempt: "delivered-in-part", reason: reasons.joined(separator: "; "), counts: counts,
            movesBaseline: movesBaseline
        )
    }
}

extension Dataflow {
    /// What a run of it opens at its connector.
    package func push(run: UUID, profiles: Int, schema: ProfileSchema) -> Push {
        Push(run: run, options: push ?? PushOptions(), columns: pushColumns(schema), profiles: profiles)
    }

    /// The mapping as a connector sees it.
    private func pushColumns(_ schema: ProfileSchema) -> [PushColumn] {
        let types = Dictionary(schema.attributes.map { ($0.name, $0.type) }) { first, _ in first }
        return mapping.map { column in
            switch column.origin {
            case .attribute(let name): PushColumn(field: column.header, type: types[name] ?? .text)
            case .segmentStatus: PushColumn(field: column.header, type: .text)
            }
        }
    }
}
