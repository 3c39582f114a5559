import Profiles
import TidegateModel

/// One stage of the cycle by itself, for whoever holds the data folder.
package struct Stage: Sendable {
    private let runner: CycleRunner

    package init(place: Workplace, spec: JobSpec) {
        runner = CycleRunner(place: place, spec: spec, stop: StopSignal())
    }

    /// Reads one source into the profile store.
    package func ingest(_ source: Source) async throws -> SourceReading {
        try await runner.ingest(source)
    }

    /// Evaluates every segment and publishes the snapshot.
    package func segment(nominal: Instant) async throws -> Snapshot {
        try await runner.segment(nominal: nominal)
    }
}
