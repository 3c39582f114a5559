import Foundation
import GRDB
import TidegateModel

extension Store {
    /// By the journal: what the batches that are carried sent, skipped and had refused.
    ///
    /// Of what is selected, only what they speak for is counted.
    package func pushCounts(of run: UUID) throws -> RunCounts {
        try database.read { db in
            var counts = RunCounts()
            for row in try Self.carried(run, db) {
                let (contacts, refused): (Int, Int) = (row["contacts"], row["rejected"])
                switch BatchState(rawValue: row["state"]) {
                case .accepted, .unknown:
                    counts.rejected[RefusalCode.unknownOutcome, default: 0] += contacts
                default:
                    counts.exported += contacts - refused
                    let unnamed: Int = row["unnamed"]
                    if unnamed > 0 { counts.rejected[RefusalCode.unnamed, default: 0] += unnamed }
                }
            }
            for row in try Self.skips(run, db) { counts.skipped[row["code"]] = row["profiles"] }
            let named = try Row.fetchAll(
                db,
                sql: "SELECT code, COUNT(*) AS profiles FROM rejected_profile WHERE run = ? GROUP BY code",
                arguments: [run.text]
            )
            for row in named { counts.rejected[row["code"], default: 0] += row["profiles"] as Int }
            return counts
        }
    }

    private static func carried(_ run: UUID, _ db: Database) throws -> [Row] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT state, contacts, rejected, rejected - (
                    SELECT COUNT(*) FROM rejected_profile
                    WHERE rejected_profile.run = carried_batch.run AND rejected_profile.batch = carried_batch.number
                ) AS unnamed
                FROM carried_batch WHERE run = ? AND kind = 'upsert'
                """,
            arguments: [run.text]
        )
    }

    private static func skips(_ run: UUID, _ db: Database) throws -> [Row] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT batch_skip.code, SUM(batch_skip.profiles) AS profiles
                FROM batch_skip JOIN carried_batch
                    ON carried_batch.run = batch_skip.run AND carried_batch.number = batch_skip.number
                WHERE carried_batch.run = ?
                GROUP BY batch_skip.code
                """,
            arguments: [run.text]
        )
    }
}
