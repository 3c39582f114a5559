import Foundation
import Testing
import TidegateModel
import TidegateTesting

/// Whole cycles to receivers and to servers that take files, looked at by their back doors.
@Suite struct GateTests {
    private static let receivers = ["mail", "journeys", "hook"]

    /// A run's numbers in one line.
    private func counts(_ run: [String: Any]?) -> String {
        let counts = run?.object("counts") ?? [:]
        let rest = ["skipped", "rejected"].flatMap { kind in
            counts.object(kind).compactMap { code, count in (count as? Int).map { "\(kind) \($0) \(code)" } }
        }
        let numbers = "\(counts.number("selected") ?? -1) selected, \(counts.number("exported") ?? -1) exported"
        return ([numbers] + rest.sorted()).joined(separator: ", ")
    }

    @Test func `a cycle brings the members of all segments to each receiver in one run, and takes off who left`() throws
    {
        let gates = try GateSite()
        try gates.mail.set(["polls": 1])
        let leaving = "onLeave: remove\nmaxRemoved: 50%"
        for receiver in Self.receivers { try gates.push(to: receiver, options: leaving) }
        let first = try gates.cycle()
        #expect(first.values.map { $0["segments"] as? [String] } == .init(repeating: ["buyers", "everyone"], count: 3))
        let vendors = "5 selected, 3 exported, skipped 1 duplicate, skipped 1 missing-email"
        #expect(counts(first["to-mail"]) == vendors)
        #expect(counts(first["to-journeys"]) == vendors)
        #expect(counts(first["to-hook"]) == "5 selected, 5 exported")

        let addresses = ["anna@example.com", "bo@example.com", "cy@example.com"]
        let (mail, journeys) = (try gates.mail.state(), try gates.journeys.state())
        #expect(mail.stored.addresses == addresses && mail.stored.members(gates.mailList) == addresses)
        #expect(journeys.stored.addresses == addresses && journeys.stored.members(GateSite.contactList) == addresses)
        #expect(try gates.hook.state().stored.ids == ["c1", "c2", "c3", "c4", "c5"])
        for receiver in Self.receivers {
            let shown = try gates.show(first["to-\(receiver)"])
            #expect(shown.objects("batches").map { $0.text("state") } == ["confirmed"], "\(receiver)")
            #expect(shown.objects("receipts").first?.text("state") == "confirmed")
            #expect(shown.objects("batches").first?.number("contacts") == shown.object("counts").number("exported"))
        }

        try gates.write(customers: "c1,anna@example.com,5\nc2,,7\nc3,bo@example.com,0\nc5,ANNA@example.com,3\n")
        let finished = try gates.tidegate("run", "--once", "--json")
        #expect(finished.status == 0)
        let left = ["anna@example.com", "bo@example.com"]
        #expect(try gates.mail.state().stored.members(gates.mailList) == left)
        #expect(try gates.journeys.state().stored.members(GateSite.contactList) == left)
        #expect(try gates.hook.state().stored.profiles.contains { $0.id == "c4" } == false)
        #expect(try gates.mail.state().stored.addresses == addresses, "nobody is deleted")
        for run in try finished.objects() {
            let batches = try gates.show(run).objects("batches")
            #expect(batches.map { $0.text("kind") } == ["upsert", "remove"])
            #expect(batches.map { $0.text("state") } == ["confirmed", "confirmed"])
        }
        try expectNothingWrong(gates, finished)
    }

    private func expectNothingWrong(_ gates: GateSite, _ finished: Finished) throws {
        #expect(try gates.mail.state().problems == [])
        #expect(try gates.journeys.state().problems == [])
        #expect(try gates.hook.state().problems == [])
        #expect(try gates.leaks(finished, gates.tidegate("doctor")) == [])
    }

    @Test func `profiles that receivers refuse are told with masked keys, and the others arrive`() throws {
        let gates = try GateSite()
        let base = Site.base(guardrails: "{ adHocDelay: 0s }")
        try gates.site.write(
            base.replacing("{ id: text,", with: "{ id: { type: text, personal: true },"), to: "base.yaml")
        try gates.write(customers: (1...9).map { "c\($0),p\($0)@example.com,2\n" }.joined())
        try gates.mail.set(["refuse": ["p2@example.com"], "refuseUnnamed": ["p4@example.com"]])
        try gates.mail.set(["reject": ["p6@example.com": "p6@example.com is on no planet"]])
        try gates.journeys.set(["refuse": ["p2@example.com"], "poison": ["p4@example.com"]])
        try gates.hook.set(["refuse": ["c2", "c4"]])
        for receiver in Self.receivers { try gates.push(to: receiver) }

        let runs = try gates.cycle()
        #expect(Set(runs.values.map { $0.text("state") }) == ["partial"])
        var said: [Finished] = []
        for (receiver, refused) in [("mail", 3), ("journeys", 2), ("hook", 2)] {
            let run = runs["to-\(receiver)"]
            let rejected = run?.object("counts").object("rejected").values.compactMap { $0 as? Int } ?? []
            #expect(rejected.reduce(0, +) == refused, "\(receiver)")
            #expect(run?.object("counts").number("exported") == 9 - refused)
            let list = try gates.tidegate("show", run?.text("id") ?? "", "--rejected", "--json")
            #expect(try list.objects().map { $0.text("key") } == .init(repeating: "c…", count: refused))
            said += [list, try gates.tidegate("show", run?.text("id") ?? "", "--rejected")]
            said.append(try gates.tidegate("show", run?.text("id") ?? ""))
        }
        let vendors = [1, 3, 5, 6, 7, 8, 9].map { "p\($0)@example.com" }
        #expect(try gates.mail.state().stored.addresses == vendors.filter { !$0.hasPrefix("p6") })
        #expect(try gates.journeys.state().stored.members(GateSite.contactList) == vendors)
        #expect(try gates.hook.state().stored.ids == ["c1", "c3", "c5", "c6", "c7", "c8", "c9"])
        for finished in said { try expectNothingWrong(gates, finished) }
    }

    @Test func `files go to a bucket and to a server, each segment into its own folder, the manifest last`() throws {
        let gates = try GateSite()
        let (bucket, root) = (try Bucket(), try LocalServer.shared("sshd")["root"])
        let own = "in-\(UUID().uuidString.lowercased())"
        try gates.declareBucket(bucket)
        try gates.declarePartner(path: "\(own)/%SEGMENT_NAME%/%DATETIME(yyyy)%")
        try gates.export("to-store", to: "store")
        try gates.export("to-partner", to: "partner")
        let finished = try gates.tidegate("run", "--once", "--json")
        #expect(finished.status == 0, "\(finished.complaints)")
        let runs = try finished.objects()
        #expect(runs.count == 4 && runs.allSatisfy { $0.text("state") == "completed" })
        for run in runs {
            let segment = try #require((run["segments"] as? [String])?.first)
            let year = try #require(run.text("scheduledFor")).prefix(4)
            let names = ["customers.csv", "manifest-"]
            let isStore = run.text("dataflow") == "to-store"
            let folder = isStore ? "exports/\(segment)/\(year)" : "\(root)/\(own)/\(segment)/\(year)"
            let there =
                isStore
                ? try bucket.keys().filter { $0.hasPrefix(folder + "/") }.map { String($0.dropFirst(folder.count + 1)) }
                : try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            #expect(zip(there, names).allSatisfy { $0.hasPrefix($1) } && there.count == 2, "\(there)")
            let file = isStore ? try bucket.object("\(folder)/customers.csv") : try bytes("\(folder)/customers.csv")
            let all = "c1,anna@example.com\nc2,\nc3,bo@example.com\nc4,cy@example.com\nc5,ANNA@example.com\n"
            let members = segment == "buyers" ? all.replacing("c3,bo@example.com\n", with: "") : all
            #expect(String(decoding: file, as: UTF8.self) == "id,contact_email\n" + members)
            let manifest = isStore ? try bucket.object("\(folder)/\(there[1])") : try bytes("\(folder)/\(there[1])")
            #expect(String(decoding: manifest, as: UTF8.self).contains(run.text("id") ?? "?"))
        }
        let keys = try bucket.requests("PutObject").map { $0["key"] ?? "" }
        for (position, key) in keys.enumerated() where key.contains("manifest-") {
            let folder = key.prefix(while: { $0 != "m" })
            #expect(keys[..<position].contains { $0.hasPrefix(folder) && $0.hasSuffix("customers.csv") })
        }
        #expect(try gates.leaks(finished, gates.tidegate("doctor")) == [])
    }

    private func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: path)))
    }

    @Test func `ad-hoc jobs reach every kind of destination, and above the cap no receiver`() throws {
        let gates = try GateSite(guardrails: "{ adHocDelay: 0s, connectorProfiles: 4 }")
        try gates.declareBucket(try Bucket())
        try gates.declarePartner(path: "ad-hoc-\(UUID().uuidString.lowercased())/%SEGMENT_NAME%")
        for receiver in Self.receivers { try gates.push(to: receiver, options: "enabled: true") }
        try gates.export("to-store", to: "store")
        try gates.export("to-partner", to: "partner")
        #expect(try gates.tidegate("ingest").status == 0)
        #expect(try gates.tidegate("segment").status == 0)
        for receiver in Self.receivers {
            let refused = try gates.tidegate("run", "--ad-hoc", "to-\(receiver)", "--json")
            #expect(refused.status == 75)
            #expect(try refused.objects().map { $0.text("state") } == ["skipped"])
            let taken = try gates.tidegate("run", "--ad-hoc", "to-\(receiver)", "--segment", "buyers", "--json")
            #expect(taken.status == 0, "\(taken.complaints)")
            #expect(try taken.objects().map { $0.text("state") } == ["completed"])
        }
        #expect(try gates.mail.state().stored.addresses == ["anna@example.com", "cy@example.com"])
        #expect(try gates.journeys.state().stored.addresses == ["anna@example.com", "cy@example.com"])
        #expect(try gates.hook.state().stored.ids == ["c1", "c2", "c4", "c5"])
        for place in ["store", "partner"] {
            let finished = try gates.tidegate("run", "--ad-hoc", "to-\(place)", "--json")
            #expect(finished.status == 0, "\(finished.complaints)")
            #expect(try finished.objects().map { $0.text("state") } == ["completed", "completed"])
        }
    }

    @Test func `a detached dataflow keeps its place in the job files without running`() throws {
        let gates = try GateSite()
        try gates.push(to: "mail")
        _ = try gates.cycle()
        try FileManager.default.removeItem(atPath: gates.site.folder.path("jobs/receivers.yaml"))
        let refused = try gates.tidegate("plan")
        #expect(refused.status == 65)
        #expect(refused.complaints.contains("destination 'mail' cannot be removed: dataflow to-mail uses it"))
        try gates.push(to: "mail", options: "detached: true")
        #expect(try gates.tidegate("plan").status == 0)
        let before = try gates.mail.requests().count
        #expect(try gates.cycle().values.allSatisfy { $0.text("state") == "skipped" })
        #expect(try gates.tidegate("run", "--ad-hoc", "to-mail").status == 75)
        #expect(try gates.mail.requests().count == before)
    }

    @Test func `the doctor connects to every destination and ends with 69 for the one that is down`() throws {
        let gates = try GateSite()
        let (bucket, proxy) = (try Bucket(), try LocalServer("faultproxy", [LocalServer.shared("sshd")["port"]]))
        try gates.declareBucket(bucket)
        try gates.declarePartner(path: "doctor", port: proxy["port"])
        for receiver in Self.receivers { try gates.push(to: receiver) }
        let well = try gates.tidegate("doctor", "--json")
        #expect(well.status == 0, "\(well.output)")
        proxy.stop()
        let ill = try gates.tidegate("doctor", "--json")
        #expect(ill.status == 69)
        let findings = try ill.objects().filter { $0["ok"] as? Bool == false }
        #expect(findings.map { $0.text("subject") } == ["destination partner"])
        let stopped = try gates.tidegate("run", "--ad-hoc", "to-hook", "--json")
        #expect(stopped.status == 75, "there is no snapshot yet")
        #expect(try gates.leaks(well, ill) == [])
        #expect(try bucket.keys() == [] && gates.mail.requests("PUT").isEmpty)
    }
}
