import Foundation
import Logging
import Profiles
import Store
import TidegateModel

/// Runs one cycle: ingest of every source, segmentation, publication of the snapshot.
struct CycleRunner: Sendable {
    let place: Workplace
    let spec: JobSpec
    let stop: StopSignal

    /// Runs the cycle to its end, or to the next try. A cycle that fails leaves the last snapshot in place.
    func run(_ cycle: Cycle) async throws {
        place.logger.info("cycle started", metadata: ["nominal": "\(cycle.nominal)", "attempt": "\(cycle.attempts)"])
        do {
            if let published = try place.snapshot(publishedBy: cycle) { return try complete(cycle, published) }
            for source in spec.sources.inReadingOrder { _ = try await ingest(source) }
            try complete(cycle, try await segment(nominal: cycle.nominal))
        } catch let error as ProfileError {
            try settle(cycle, error)
        } catch {
            try settle(cycle, .transient("state cannot be kept: \(error)"))
        }
    }

    /// Reads one source into the profile store.
    func ingest(_ source: Source) async throws -> SourceReading {
        let source = try resolved(source)
        guard source.format == .audienceManager else { return .rows(try await ingestRows(source)) }
        guard let dropOff = DropOffIngest(source, in: place, spec: spec, stop: stop) else {
            throw ProfileError.rejected("source '\(source.name)' has no place where files arrive")
        }
        return .files(
            DropOffReport(source: source.name, environment: dropOff.dropOff.environment, files: try await dropOff.run())
        )
    }

    private func ingestRows(_ source: Source) async throws -> IngestReport {
        let title = "ingest \(source.name)"
        defer { place.progress.clear(title) }
        let report = try await onThread(title) { [place, spec, stop] () throws(ProfileError) in
            try place.profiles.ingest(
                source, declared: Set(spec.sources.map(\.id)), schema: spec.profile, clock: place.clock,
                rejects: place.folder.rejectsPath,
                progress: {
                    place.progress.show(title, done: Int($0.bytesRead), of: Int($0.bytesTotal), unit: "bytes")
                },
                isCancelled: { stop.isRaised }
            )
        }
        place.logger.info(
            "source ingested",
            metadata: [
                "source": "\(source.name)", "rows": "\(report.rowsRead)", "inserted": "\(report.inserted)",
                "updated": "\(report.updated)", "removed": "\(report.removed)",
                "rejected": "\(report.rejectedRows)",
            ]
        )
        return report
    }

    private func resolved(_ source: Source) throws(ProfileError) -> Source {
        do throws(UnresolvedText) {
            return try source.resolved(beside: spec.sources)
        } catch {
            throw .rejected(error.description)
        }
    }

    /// Evaluates every segment and publishes the snapshot.
    func segment(nominal: Instant) async throws -> Snapshot {
        defer { place.progress.clear("segmentation") }
        let id = UUID()
        let snapshot = try await onThread("segmentation") { [place, spec, stop] () throws(ProfileError) in
            try place.profiles.segment(
                spec.segments, schema: spec.profile, dataSources: spec.dataSources, nominal: nominal,
                clock: place.clock, id: id,
                progress: { place.progress.show("segmentation", done: $0, of: $1, unit: "profiles") },
                isCancelled: { stop.isRaised }
            )
        }
        place.logger.info(
            "snapshot published",
            metadata: ["snapshot": "\(snapshot.id.text)", "profiles": "\(snapshot.profiles)"]
        )
        prune()
        return snapshot
    }

    /// Lets go of old snapshots. What is published stays published where that does not work.
    private func prune() {
        do {
            try place.profiles.prune(keeping: try place.store.snapshotsInUse(), latest: place.limits.snapshotsKept)
        } catch {
            place.logger.warning("old snapshots not removed", metadata: ["reason": "\(error)"])
        }
    }

    private func complete(_ cycle: Cycle, _ snapshot: Snapshot) throws {
        try place.store.completeCycle(cycle.sequence, snapshot: snapshot.id, at: place.clock.now())
    }

    private func settle(_ cycle: Cycle, _ error: ProfileError) throws {
        let now = place.clock.now()
        switch error {
        case .cancelled:
            try place.store.deferCycle(cycle.sequence, reason: "process stopped", until: now, at: now)
        case .transient(let reason) where cycle.attempts < place.limits.attempts:
            let retryAt = now + Backoff.delay(afterFailures: cycle.attempts, key: cycle.sequence)
            place.logger.warning("cycle deferred", metadata: ["reason": "\(reason)", "retry-at": "\(retryAt)"])
            try place.store.deferCycle(cycle.sequence, reason: reason, until: retryAt, at: now)
        case .transient(let reason), .rejected(let reason):
            place.logger.error("cycle failed", metadata: ["reason": "\(reason)"])
            try place.store.failCycle(cycle.sequence, reason: reason, at: now)
        }
    }
}
