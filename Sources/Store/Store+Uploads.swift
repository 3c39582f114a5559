import Foundation
import GRDB
import TidegateModel

extension Store {
    /// What a destination noted about an upload of the run that is not finished; nil where nothing was.
    package func noteOfUpload(_ name: String, of run: UUID) throws -> String? {
        try database.read { db in
            try String.fetchOne(
                db, sql: "SELECT note FROM upload WHERE run = ? AND name = ?", arguments: [run.text, name]
            )
        }
    }

    package func uploads(of run: UUID) throws -> [String] {
        try database.read { db in
            try String.fetchAll(db, sql: "SELECT name FROM upload WHERE run = ? ORDER BY name", arguments: [run.text])
        }
    }

    /// Runs at their end of which unfinished uploads are still noted.
    package func runsWithAbandonedUploads() throws -> [UUID] {
        try database.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT upload.run FROM upload JOIN run ON run.id = upload.run
                    WHERE run.state NOT IN ('queued', 'processing', 'retrying', 'cancelling')
                    """
            ).compactMap(UUID.init(stored:))
        }
    }

    /// - Returns: false where the claim is no longer valid.
    package func noteUpload(_ name: String, _ note: String, _ claim: Claim) throws -> Bool {
        try database.write { db in
            guard try Self.state(heldBy: claim, db) != nil else { return false }
            try db.execute(
                sql: """
                    INSERT INTO upload (run, name, note) VALUES (?, ?, ?)
                    ON CONFLICT (run, name) DO UPDATE SET note = excluded.note
                    """,
                arguments: [claim.run.text, name, note]
            )
            return true
        }
    }

    /// Needs no claim: what is finished or given up is nobody's to go on with.
    package func forgetUpload(_ name: String, of run: UUID) throws {
        try database.write { db in
            try db.execute(sql: "DELETE FROM upload WHERE run = ? AND name = ?", arguments: [run.text, name])
        }
    }
}
