import Foundation
import GRDB
import TidegateModel

/// What a run that is at its end adds to the totals.
package struct EndedRun: Hashable, Sendable {
    package var sequence: Int
    package var dataflow: String
    package var state: RunState
    package var trigger: Run.Trigger
    /// From the nominal instant to the first attempt; nil where there was none.
    package var lateness: Span?
    /// From the first attempt to the end; nil where there was none.
    package var duration: Span?
    package var finishedAt: Instant
    package var selected: Int
    package var exported: Int
    /// Delivered, or sent to a receiver that took it.
    package var bytes: Int
    /// Profiles, by reason.
    package var skipped: [String: Int]
    package var rejected: Int
}

/// What came to its end since a look before.
package struct EndedRuns: Hashable, Sendable {
    package var ended: [EndedRun]
    /// Sequences of those that were looked at and go on.
    package var live: Set<Int>
    /// The newest that was looked at.
    package var last: Int
    /// Whether there are newer ones.
    package var isCutShort: Bool
}

/// What the ledger says, added up.
package struct LedgerTotal: Hashable, Sendable {
    package struct Kind: Hashable, Sendable {
        package var dataflow: String
        package var outcome: OccurrenceOutcome
        package var reason: ReasonCode?
    }

    package var kind: Kind
    package var occurrences: Int
}

/// A dataflow that the job files declare.
package struct DeclaredDataflow: Hashable, Sendable {
    package var name: String
    /// For the first time.
    package var appliedAt: Instant
}

/// Runs of one dataflow that are not at their end.
package struct LiveTotal: Hashable, Sendable {
    package var dataflow: String
    package var state: RunState
    package var runs: Int
    /// When the first of them was queued.
    package var oldest: Instant
}

extension Store {
    /// Looks at the runs after `sequence`, `limit` at most, and again at those of `live`: what has ended is not to be
    /// looked at any more, as it is final.
    package func endedRuns(after sequence: Int, live: Set<Int>, limit: Int) throws -> EndedRuns {
        try database.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    WITH wanted (sequence) AS (
                        SELECT value FROM json_each(:live)
                        UNION ALL
                        SELECT * FROM (SELECT sequence FROM run WHERE sequence > :sequence ORDER BY sequence LIMIT :limit)
                    )
                    SELECT run.sequence, dataflow_name, state, "trigger", scheduled_for, started_at, finished_at, selected,
                        exported,
                        COALESCE((SELECT SUM(size) FROM run_file WHERE run_file.run = run.id), 0)
                            + COALESCE((SELECT SUM(bytes) FROM carried_batch WHERE carried_batch.run = run.id), 0)
                    FROM wanted JOIN run ON run.sequence = wanted.sequence
                    """,
                arguments: ["live": "\(live.sorted())", "sequence": sequence, "limit": limit]
            )
            var answer = EndedRuns(ended: [], live: [], last: sequence, isCutShort: false)
            for row in rows {
                let number: Int = row[0]
                answer.last = max(answer.last, number)
                if let run = EndedRun(row) { answer.ended.append(run) } else { answer.live.insert(number) }
            }
            answer.isCutShort = rows.count >= live.count + limit
            try Self.addCounts(to: &answer.ended, db)
            return answer
        }
    }

    private static func addCounts(to runs: inout [EndedRun], _ db: Database) throws {
        guard !runs.isEmpty else { return }
        let places = Dictionary(uniqueKeysWithValues: runs.enumerated().map { ($1.sequence, $0) })
        let counts = try Row.fetchCursor(
            db,
            sql: """
                SELECT run.sequence, run_count.kind, run_count.code, run_count.profiles
                FROM run JOIN run_count ON run_count.run = run.id
                WHERE run.sequence IN (SELECT value FROM json_each(?))
                """,
            arguments: ["\(places.keys.sorted())"]
        )
        while let row = try counts.next() {
            guard let place = places[row[0]] else { continue }
            let profiles: Int = row[3]
            if row[1] == "skipped" {
                runs[place].skipped[row[2], default: 0] += profiles
            } else {
                runs[place].rejected += profiles
            }
        }
    }

    /// Runs that are not at their end, by dataflow and state.
    package func liveTotals() throws -> [LiveTotal] {
        try database.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT dataflow_name, state, COUNT(*), MIN(queued_at) FROM run
                    WHERE state IN ('queued', 'processing', 'retrying', 'cancelling')
                    GROUP BY dataflow_name, state ORDER BY dataflow_name, state
                    """
            )
            .compactMap { row in
                RunState(rawValue: row[1]).map {
                    LiveTotal(dataflow: row[0], state: $0, runs: row[2], oldest: Instant(milliseconds: row[3]))
                }
            }
        }
    }

    /// The ledger's entries after `sequence`, added up, and the sequence of the last one.
    package func ledgerTotals(after sequence: Int) throws -> (totals: [LedgerTotal], last: Int) {
        try database.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT object.name, outcome, reason, COUNT(*), MAX(occurrence.sequence)
                    FROM occurrence JOIN object ON object.id = occurrence.dataflow
                    WHERE occurrence.sequence > ? GROUP BY object.name, outcome, reason
                    """,
                arguments: [sequence]
            )
            let totals = rows.compactMap { row in
                OccurrenceOutcome(rawValue: row[1]).map {
                    let reason = (row[2] as String?).flatMap(ReasonCode.init(rawValue:))
                    return LedgerTotal(
                        kind: .init(dataflow: row[0], outcome: $0, reason: reason), occurrences: row[3]
                    )
                }
            }
            return (totals, rows.map { $0[4] as Int }.max() ?? sequence)
        }
    }

    /// Cycles after `sequence`, the oldest first.
    package func cycles(after sequence: Int) throws -> [Cycle] {
        try database.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM cycle WHERE sequence > ? ORDER BY sequence", arguments: [sequence])
                .compactMap(Self.cycle)
        }
    }

    /// By name.
    package func declaredDataflows() throws -> [DeclaredDataflow] {
        try database.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT object.name, object_revision.applied_at
                    FROM object JOIN object_revision ON object_revision.object = object.id AND object_revision.revision = 1
                    WHERE object.kind = 'Dataflow' AND object.removed_at IS NULL ORDER BY object.name
                    """
            )
            .map { DeclaredDataflow(name: $0[0], appliedAt: Instant(milliseconds: $0[1])) }
        }
    }
}

extension EndedRun {
    /// Nil for a run that goes on.
    fileprivate init?(_ row: Row) {
        guard let state = RunState(rawValue: row[2]), state.isTerminal, let trigger = Run.Trigger(rawValue: row[3]),
            let finished = row[6] as Int64?
        else { return nil }
        let started = row[5] as Int64?
        self.init(
            sequence: row[0], dataflow: row[1], state: state, trigger: trigger,
            lateness: started.map { .milliseconds(max($0 - row[4], 0)) },
            duration: started.map { .milliseconds(max(finished - $0, 0)) },
            finishedAt: Instant(milliseconds: finished), selected: row[7], exported: row[8], bytes: row[9],
            skipped: [:], rejected: 0
        )
    }
}
