import Foundation
import GRDB
import Testing

/// What people see of a run that a killed process left behind.
@Suite struct TakenUpTests {
    /// The state as a process leaves it that is killed while it exports, and the run.
    private func left() throws -> (Site, String) {
        let site = try Site()
        let run = try #require(try site.cycle().first?.text("id"))
        try DatabaseQueue(path: site.folder.path("data/tidegate.sqlite")).write { db in
            try db.execute(sql: "UPDATE run SET state = 'processing', owner = 'gone', finished_at = NULL")
        }
        return (site, run)
    }

    @Test func `status tells of a run whose process is gone that the next start takes it up`() throws {
        let (site, _) = try left()
        let status = try site.tidegate("status").output
        #expect(status.hasPrefix("process     stopped"))
        #expect(status.contains("its process is gone, it is taken up at the next start"))
    }

    @Test func `a run that --once takes up and finishes is shown below its own`() throws {
        let (site, run) = try left()
        let finished = try site.tidegate("run", "--once", "--json")
        #expect(finished.status == 0)
        let shown = try #require(try finished.objects().last)
        #expect(shown.text("id") == run && shown.text("state") == "completed")
    }

    @Test func `a run that --once takes up counts for its exit code`() throws {
        let (site, run) = try left()
        try FileManager.default.removeItem(atPath: site.folder.path("outbox"))
        try site.folder.write("in the way", to: "outbox")
        let finished = try site.tidegate("run", "--once", "--json")
        #expect(finished.status == 1)
        #expect(try finished.objects().last?.text("id") == run)
        #expect(finished.complaints.contains("did not deliver"))
    }
}
