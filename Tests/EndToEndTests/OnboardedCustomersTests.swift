import Foundation
import Testing

/// Customers that may lie beside the project, with what they bought; where they do not, this is skipped and says so.
@Suite(.enabled(if: OnboardedCustomers.areThere, "no customers and purchases in ../shared/data/customers"))
struct OnboardedCustomersTests {
    @Test func `real purchases make the segments and outbound rows that working them out one by one makes`() throws {
        let model = try OnboardedCustomers()
        let site = try OnboardedSite()
        try site.drop(model)
        let first = try site.cycle()
        let receipt = try site.receipt("ftp_dpm_478_1366545717.sync").object("data")
        #expect(receipt.number("recordsReceived") == model.customers.count)
        #expect(receipt.number("storedRecords") == model.onboarded.rows)
        #expect(receipt.number("realizedTraits") == model.onboarded.traits)
        #expect(receipt.number("noTraitRealized") == model.customers.count - model.onboarded.rows)
        let visits = try site.receipt("ftp_dpm_567_1366545717.sync").object("data")
        #expect(visits.number("noMatchingAAMIDs") == 1)
        for (number, name) in OnboardedSite.segments {
            let told = try site.ids(first["members-\(name)"])
            let expected = model.members(of: number)
            #expect(told.count == expected.count && Set(told) == expected, "\(name)")
            #expect(!expected.isEmpty && expected.count < model.customers.count, "\(name) proves something")
        }
        try site.expect(first["customers"], model.outboundLines { [$0.id] })
        try site.expect(first["browsers"], model.outboundLines { $0.browsers })

        try site.drop(model.removingFile, as: "ftp_dpm_478_1366545719.sync")
        let second = try site.cycle()
        let left = model.outboundLines(of: { [$0.id] }, isLater: true)
        #expect(left.contains { $0.hasSuffix(" 501") })
        try site.expect(second["customers"], left)
        try site.expect(second["browsers"], model.outboundLines(of: \.browsers, isLater: true))
    }
}

/// A site over the real customers.
private struct OnboardedSite {
    static let segments = [501: "spenders", 502: "loyal", 503: "careful", 504: "visitors", 505: "onboarded"]

    private let site: Site

    init() throws {
        site = try Site()
        try FileManager.default.removeItem(atPath: site.folder.path("jobs/changes.yaml"))
        try site.write(Self.base, to: "base.yaml")
        try site.write(Self.traits, to: "traits.yaml")
        let names = Self.segments.values.sorted()
        try site.write(
            names.map { Self.rows(of: $0) }.joined(separator: "\n---\n"), to: "nightly.yaml")
        try site.write(
            Self.outbound("customers", "crm-ids") + "\n---\n" + Self.outbound("browsers", "browsers"),
            to: "outbound.yaml")
        _ = try site.folder.makeFolder("drop")
    }

    func drop(_ model: OnboardedCustomers) throws {
        try drop(model.browserFile, as: "adobe_id_567_478_1366545717.sync")
        try drop(model.tabletFiles.tablets, as: "adobe_id_111_478_1366545717.sync")
        try drop(model.tabletFiles.browsers, as: "adobe_id_567_111_1366545717.sync")
        try drop(model.purchaseFile, as: "ftp_dpm_478_1366545717.sync")
        try drop(model.overwritingFile, as: "ftp_dpm_478_1366545718.overwrite")
        try drop(model.visitFile, as: "ftp_dpm_567_1366545717.sync")
    }

    func drop(_ text: String, as name: String) throws {
        try site.folder.write(text, to: "drop/" + name)
    }

    /// The data file that each dataflow wrote in a cycle.
    func cycle() throws -> [String: String] {
        var files: [String: String] = [:]
        for run in try site.cycle() {
            let names = run.objects("files").compactMap { $0.text("name") }.filter { !$0.hasSuffix(".info") }
            #expect(run.text("state") == "completed" && names.count == 1)
            files[run.text("dataflow") ?? ""] = names.first
        }
        return files
    }

    func receipt(_ name: String) throws -> [String: Any] {
        let bytes = try site.folder.read("drop/\(name).receipt.json")
        return try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] ?? [:]
    }

    /// The rows of a CSV file of ids, without its header.
    func ids(_ file: String?) throws -> [String] { Array(try lines(file).dropFirst()) }

    /// Whether a file has exactly these lines, each once. What differs is told in part: there may be thousands.
    func expect(_ file: String?, _ lines: Set<String>, at location: SourceLocation = #_sourceLocation) throws {
        let told = try self.lines(file)
        #expect(told.count == Set(told).count, "each id is told once", sourceLocation: location)
        let differing = Set(told).symmetricDifference(lines).sorted().prefix(5)
        #expect(differing.isEmpty, sourceLocation: location)
        #expect(!lines.isEmpty, sourceLocation: location)
    }

    private func lines(_ file: String?) throws -> [String] {
        guard let file else { throw Unexpected(text: "no file was delivered") }
        return try site.delivered(file).split(separator: "\n").map(String.init)
    }

    private static let base = """
        kind: Profile
        key: customer_id
        attributes: { customer_id: text, country: text, consent: boolean }
        ---
        kind: Source
        name: crm
        from: \(OnboardedCustomers.folder)/customers.csv
        mode: replace
        ---
        kind: Source
        name: onboarding
        format: audience-manager
        from: ../drop
        settle: 0s
        ---
        kind: Segmentation
        at: "\(Site.farTime)"
        ---
        kind: Destination
        name: drop
        type: directory
        path: ../outbox
        ---
        kind: DataSource
        name: crm-ids
        dpid: 478
        type: cross-device
        attribute: customer_id
        ---
        kind: DataSource
        name: browsers
        dpid: 567
        type: device
        ---
        kind: DataSource
        name: tablets
        dpid: 111
        type: device
        """

    private static let traits =
        [
            trait(101, "crm-ids", "spend >= 500"), trait(102, "crm-ids", "qty >= 10"),
            trait(103, "crm-ids", "year = 1997 and year = 1998"),
            trait(104, "crm-ids", "spend between 20 and 60 and qty = 1"), trait(105, "crm-ids", nil),
            trait(201, "browsers", "page = 'camera'"), segment(501, "has_trait(101)"),
            segment(502, "has_trait(103) and not has_trait(102)"), segment(503, "has_trait(104) and country = 'SE'"),
            segment(504, "has_trait(201) and consent"), segment(505, "has_trait(105)"),
        ].joined(separator: "\n---\n")

    private static func trait(_ number: Int, _ owner: String, _ rule: String?) -> String {
        "kind: Trait\nname: trait-\(number)\nsid: \(number)\ndataSource: \(owner)"
            + (rule.map { "\nwhere: \($0)" } ?? "")
    }

    private static func segment(_ number: Int, _ rule: String) -> String {
        "kind: Segment\nname: \(segments[number] ?? "")\nsid: \(number)\nwhere: \(rule)"
    }

    /// The keys of a segment's members.
    private static func rows(of segment: String) -> String {
        """
        kind: Dataflow
        name: members-\(segment)
        destination: drop
        segments: [\(segment)]
        schedule: { frequency: daily, trigger: after-segmentation }
        mapping: [{ attribute: customer_id }]
        file: { name: "\(segment)_%RUN_ID%" }
        """
    }

    private static func outbound(_ name: String, _ ids: String) -> String {
        """
        kind: Dataflow
        name: \(name)
        destination: drop
        segments: [\(segments.values.sorted().joined(separator: ", "))]
        schedule: { frequency: daily, trigger: after-segmentation }
        file:
          layout: audience-manager
          dataSource: \(ids)
          name: \(name)_<SYNC_MODE>_<TIMESTAMP>SPLITNUM.sync
        """
    }
}
