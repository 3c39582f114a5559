import Digests
import Foundation
import GRDB
import Migrations
import Store
import Testing
import TidegateModel
import TidegateTesting

@Suite struct SchemaTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func `the embedded migrations are the files of the folder`() throws {
        let folder = Self.root.appending(path: "migrations").path
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sql") }.sorted()
        #expect(Migrations.all.map { $0.identifier + ".sql" } == files)
    }

    @Test func `no migration asks the database for the time`() {
        for migration in Migrations.all {
            let sql = migration.sql.lowercased()
            #expect(!sql.contains("current_timestamp") && !sql.contains("datetime(") && !sql.contains("unixepoch"))
        }
    }

    @Test func `the database takes every state of a run and no other`() throws {
        let fixture = try StoreFixture()
        for state in RunState.allCases where state.isTerminal || state == .queued {
            let run = fixture.run(state: state)
            try fixture.store.queueAdHoc([run], at: StoreFixture.start, actor: "test")
            #expect(try fixture.store.run(run.id)?.state == state)
            try fixture.underneath().write { db in
                try db.execute(
                    sql: "UPDATE run SET state = 'completed', finished_at = 1, retry_at = NULL WHERE state = 'queued'"
                )
            }
        }
        #expect(throws: DatabaseError.self) {
            try fixture.underneath().write { db in try db.execute(sql: "UPDATE run SET state = 'dreaming'") }
        }
    }

    @Test func `the constraint on states names the enum's cases`() throws {
        let sql = try #require(Migrations.all.first { $0.identifier == "0002_create_runs" }?.sql)
        let start = try #require(sql.range(of: "CHECK (state IN ("))
        let end = try #require(sql.range(of: "))", range: start.upperBound..<sql.endIndex))
        let named = sql[start.upperBound..<end.lowerBound].split(separator: ",")
            .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " '\n")) }
        #expect(named == RunState.allCases.map(\.rawValue))
    }

    @Test func `the constraints on triggers and outcomes name the enums' cases`() {
        let sql = Migrations.all.map(\.sql).joined()
        func list(_ values: [String]) -> String { "IN (" + values.map { "'\($0)'" }.joined(separator: ", ") + ")" }
        #expect(sql.contains(list(Run.Trigger.allCases.map(\.rawValue))))
        #expect(sql.contains(list(OccurrenceOutcome.allCases.map(\.rawValue))))
        #expect(sql.contains(list(Cycle.Trigger.allCases.map(\.rawValue))))
        #expect(sql.contains(list(Cycle.State.allCases.map(\.rawValue))))
        #expect(sql.contains(list(BatchKind.allCases.map(\.rawValue))))
        let states = BatchState.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        #expect(sql.contains("CHECK (state IN (\n        \(states)\n    ))"))
        #expect(
            sql.contains("FROM batch WHERE state " + list(BatchState.allCases.filter(\.isCarried).map(\.rawValue)))
        )
        #expect(sql.contains(list(DeclaredObject.Kind.allCases.map(\.rawValue))))
    }

    @Test func `commits wait for the disk`() throws {
        let fixture = try StoreFixture()
        #expect(try fixture.store.synchronous() == 2)
    }

    @Test func `a store that a newer program wrote is refused`() throws {
        let fixture = try StoreFixture()
        try fixture.underneath().write { db in
            try db.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('9999_from_the_future')")
        }
        let path = fixture.folder.path + "/tidegate.sqlite"
        #expect(throws: StoreError.newerSchema(path)) { try Store(path: path, role: .owner) }
    }

    @Test func `a backup reads back whole and never overwrites`() throws {
        let fixture = try StoreFixture()
        let file = fixture.folder.path + "/copy.sqlite"
        try fixture.store.backup(to: file)
        #expect(try Store(path: file, role: .guest).appliedSpec() == fixture.spec)
        #expect(throws: StoreError.backupExists(file)) { try fixture.store.backup(to: file) }
    }
}
