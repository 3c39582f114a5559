import Foundation
import GRDB
import TidegateModel

/// Why an ad-hoc job was refused. All checks come before any run is made: a job starts whole or not at all.
package enum AdHocRefusal: Error, Hashable, Sendable {
    package enum Scope: String, Sendable {
        case notInDataflow = "not-in-dataflow"
        case outOfSchedule = "out-of-schedule"
        case dataflowDisabled = "dataflow-disabled"
        case dataflowDetached = "dataflow-detached"
        case dataflowPaused = "dataflow-paused"
    }

    case tooManySegments(Int)
    case outOfScope(segments: [String], Scope)
    case alreadyRunning(segment: SegmentReference, dataflow: UUID, name: String, run: UUID)
    case tooEarly(segment: String, until: Instant)
    case noSnapshot
    case segmentsNotInSnapshot([String])
    case unknownDataflow(UUID)
    case unknownSegment(UUID)
    case unknownSnapshot
}

extension AdHocRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooManySegments(let count):
            "ad-hoc job names \(count) segments, and \(Guardrails.segmentsPerAdHocJob) is the most"
        case .outOfScope(let segments, let scope):
            "Segments \(segments.joined(separator: ", ")) are not part of this dataflow or out of schedule range! (\(scope.rawValue))"
        case .alreadyRunning(let segment, _, let name, let run):
            "Run already going on for segment \(segment.name) for order \(name) with run id \(run.text)"
        case .tooEarly(let segment, let until):
            "segment \(segment) was first activated in this dataflow too recently; an ad-hoc run is allowed from \(until)"
        case .noSnapshot:
            "there is no snapshot yet to export from; run a cycle first (tidegate run --once)"
        case .segmentsNotInSnapshot(let segments):
            "segments \(segments.joined(separator: ", ")) are not in the latest snapshot; they will be after the next cycle"
        case .unknownDataflow(let id): "dataflow \(id.text) is not in the job files"
        case .unknownSegment(let id): "segment \(id.text) is not in the job files"
        case .unknownSnapshot: "snapshot is not known, or not kept any more"
        }
    }
}

/// Why a run is not tried again.
package enum RetryRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    case state(UUID, RunState)
    case removed(String)
    case overtaken(UUID, by: UUID)

    package var description: String {
        switch self {
        case .state(let run, let state):
            "run \(run.text) is \(state.title); only a failed, cancelled, partial or missed run is tried again"
        case .removed(let dataflow):
            "dataflow '\(dataflow)' is no longer in the job files"
        case .overtaken(let run, let later):
            "run \(run.text) was overtaken: run \(later.text) has delivered the same occurrence or a later one"
        }
    }
}

extension Store {
    /// Queues the runs of an ad-hoc job together, unless a run of the same dataflow and segment still goes on.
    ///
    /// - Parameter request: what they were asked for with; remembered with them, so that it starts nothing again.
    /// - Throws: ``AdHocRefusal``, ``RepeatedRequest``, ``KeyUsedOtherwise``.
    package func queueAdHoc(_ runs: [Run], for request: ClientRequest? = nil, at now: Instant, actor: String) throws {
        try database.write { db in
            if let request { try Self.checkIsNew(request, at: now, db) }
            for run in runs { try Self.checkNothingRuns(run.dataflow, run.dataflowName, run.segments, db) }
            for run in runs { try Self.insert(run, event: run.trigger.rawValue, actor: actor, db) }
            if let request { try Self.remember(request, runs, at: now, db) }
        }
    }

    /// Throws where a run of the dataflow and one of the segments still goes on.
    package func checkNothingRuns(_ dataflow: Dataflow, _ segments: [Segment]) throws {
        try database.read { db in
            let references = segments.map { SegmentReference(id: $0.id, name: $0.name) }
            try Self.checkNothingRuns(dataflow.id, dataflow.name, references, db)
        }
    }

    /// The revision of a declared dataflow.
    package func revision(ofDataflow id: UUID) throws -> Int? {
        try database.read { db in
            try Int.fetchOne(
                db, sql: "SELECT revision FROM object WHERE id = ? AND removed_at IS NULL", arguments: [id.text]
            )
        }
    }

    /// The revisions of all declared dataflows.
    package func dataflowRevisions() throws -> [UUID: Int] {
        try database.read { db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT id, revision FROM object WHERE kind = 'Dataflow' AND removed_at IS NULL"
            )
            return Dictionary(
                uniqueKeysWithValues: rows.compactMap { row in UUID(stored: row["id"]).map { ($0, row["revision"]) } }
            )
        }
    }

    /// The snapshots that these cycles have published, by the cycles' sequences.
    package func snapshots(ofCycles sequences: [Int]) throws -> [Int: UUID] {
        try database.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT sequence, snapshot FROM cycle
                    WHERE sequence IN (SELECT value FROM json_each(?)) AND snapshot IS NOT NULL
                    """,
                arguments: [String(decoding: try JSONEncoder().encode(sequences), as: UTF8.self)]
            )
            return Dictionary(
                uniqueKeysWithValues: rows.compactMap { row in
                    UUID(stored: row["snapshot"]).map { (row["sequence"], $0) }
                }
            )
        }
    }

    /// The names of dataflows, also of ones that were removed; ids of nothing are left out.
    package func dataflowNames(_ ids: [UUID]) throws -> [UUID: String] {
        try database.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT id, name FROM object
                    WHERE kind = 'Dataflow' AND id IN (SELECT value FROM json_each(?))
                    """,
                arguments: [String(decoding: try JSONEncoder().encode(ids.map(\.text)), as: UTF8.self)]
            )
            return Dictionary(
                uniqueKeysWithValues: rows.compactMap { row in UUID(stored: row["id"]).map { ($0, row["name"]) } }
            )
        }
    }

    private static func checkNothingRuns(
        _ dataflow: UUID, _ name: String, _ segments: [SegmentReference], _ db: Database
    ) throws {
        for segment in segments {
            guard let live = try liveRun(dataflow: dataflow, segment: segment.id, db) else { continue }
            throw AdHocRefusal.alreadyRunning(segment: segment, dataflow: dataflow, name: name, run: live)
        }
    }

    private static func liveRun(dataflow: UUID, segment: UUID, _ db: Database) throws -> UUID? {
        try String.fetchOne(
            db,
            sql: """
                SELECT run.id FROM run INDEXED BY run_live JOIN run_segment ON run_segment.run = run.id
                WHERE run.dataflow = ? AND run_segment.segment = ?
                    AND run.state IN ('queued', 'processing', 'retrying', 'cancelling')
                ORDER BY run.sequence LIMIT 1
                """,
            arguments: [dataflow.text, segment.text]
        ).flatMap(UUID.init(stored:))
    }
}
