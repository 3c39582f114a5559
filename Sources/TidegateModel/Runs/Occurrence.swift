import Foundation

/// What the ledger says became of one occurrence.
package enum OccurrenceOutcome: String, CaseIterable, Codable, Sendable {
    /// A run was made in time.
    case fired
    /// A run was made, more than a minute after the nominal instant.
    case late
    /// No run: past its deadline, or superseded by a newer occurrence, as `onMiss` says.
    case missed
    /// No run that exports: a rule said not to, and the reason says which.
    case skipped
}

/// Why the ledger decided as it did, or why a run was refused. The raw values are part of the contract.
package enum ReasonCode: String, CaseIterable, Codable, Sendable {
    case pastDeadline = "past-deadline"
    case supersededByNewer = "superseded-by-newer"
    case missPolicySkip = "miss-policy-skip"
    case overlap
    case noSnapshot = "no-snapshot"
    case dataflowDisabled = "dataflow-disabled"
    case segmentNotInSnapshot = "segment-not-in-snapshot"
    case overCap = "over-cap"
    case overRemovals = "over-removals"
    case dataflowDetached = "dataflow-detached"
    case dataflowPaused = "dataflow-paused"
}

/// One nominal instant at which a schedule says "export", for one segment of one dataflow.
package struct Occurrence: Hashable, Sendable {
    package var dataflow: UUID
    /// Nil where all segments of the dataflow go out in one run.
    package var segment: UUID?
    package var scheduledFor: Instant
    /// The published snapshot that made it; nil where the clock did.
    package var snapshot: UUID?

    package init(dataflow: UUID, segment: UUID?, scheduledFor: Instant, snapshot: UUID?) {
        self.dataflow = dataflow
        self.segment = segment
        self.scheduledFor = scheduledFor
        self.snapshot = snapshot
    }
}
