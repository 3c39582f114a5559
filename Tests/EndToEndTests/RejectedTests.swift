import Foundation
import GRDB
import Testing

@Suite struct RejectedTests {
    /// A site with one run that looks as one to a connector, and that run's id.
    private func site(personalKey: Bool = false) throws -> (Site, run: String) {
        let site = try Site()
        if personalKey {
            let base = Site.base(guardrails: "{ adHocDelay: 0s }")
            try site.write(
                base.replacing("{ id: text,", with: "{ id: { type: text, personal: true },"), to: "base.yaml")
        }
        let run = try #require(try site.cycle().first?.text("id"))
        let database = try DatabaseQueue(path: site.folder.path("data/tidegate.sqlite"))
        try database.write { db in
            try db.execute(
                sql: """
                    INSERT INTO batch (
                        run, number, kind, state, attempt, page, contacts, bytes, digest, job, rejected, figures, settled_at
                    ) VALUES
                        (:run, 1, 'upsert', 'confirmed-in-part', 1, 1, 30, 4200, 'd', 'job-7', 2, '{"updated":8,"created":20}', 5),
                        (:run, 2, 'upsert', 'lost', 1, 2, 10, 1400, 'e', NULL, 0, '{}', NULL);
                    INSERT INTO rejected_profile (run, key, batch, code, message) VALUES
                        (:run, '=c4', 1, 'invalid-email', 'address is "odd", says the receiver'),
                        (:run, 'c1', 1, 'invalid-email', 'no such domain');
                    """,
                arguments: ["run": run]
            )
        }
        return (site, run)
    }

    @Test func `the profiles that a receiver refused are CSV, and with json an array`() throws {
        let (site, run) = try site()
        #expect(
            try site.tidegate("show", run, "--rejected").output == """
                key,reason,message
                '=c4,invalid-email,"address is ""odd"", says the receiver"
                c1,invalid-email,no such domain

                """
        )
        let array = try site.tidegate("show", run, "--rejected", "--json").objects()
        #expect(array.allSatisfy { Set($0.keys) == ["key", "reason", "message", "batch"] })
        #expect(array.map { $0.text("key") } == ["=c4", "c1"])
    }

    @Test func `a personal key leaves with its first character only`() throws {
        let (site, run) = try site(personalKey: true)
        let csv = try site.tidegate("show", run, "--rejected").output
        #expect(csv.contains("\n'=…,invalid-email,"))
        #expect(csv.contains("\nc…,invalid-email,"))
        #expect(
            try site.tidegate("show", run, "--rejected", "--json").objects().map { $0.text("key") } == ["=…", "c…"])
    }

    @Test func `a run with nobody refused has a header and no lines`() throws {
        let site = try Site()
        let run = try #require(try site.cycle().first?.text("id"))
        #expect(try site.tidegate("show", run, "--rejected").output == "key,reason,message\n")
        #expect(try site.tidegate("show", run, "--rejected", "--json").objects().isEmpty)
    }

    @Test func `show tells every batch, and what the receiver said to those that it took`() throws {
        let (site, run) = try site()
        let shown = try site.tidegate("show", run, "--json").object()
        let batches = shown.objects("batches")
        #expect(batches.map { $0.text("state") } == ["confirmed-in-part", "lost"])
        #expect(
            batches.allSatisfy {
                Set($0.keys) == [
                    "number", "kind", "state", "attempt", "contacts", "rejected", "bytes", "job", "sentAt", "settledAt",
                    "message",
                ]
            }
        )
        let receipts = shown.objects("receipts").filter { $0["batch"] != nil }
        #expect(receipts.count == 1)
        #expect(receipts.first?.text("job") == "job-7")
        #expect(receipts.first?.object("figures").number("created") == 20)
        #expect(
            try site.tidegate("show", run).output.contains(
                "\nbatches\n  1  upsert  confirmed-in-part  30 contacts  4.2 kB  2 rejected  job job-7  created 20, updated 8\n"
            )
        )
    }
}
