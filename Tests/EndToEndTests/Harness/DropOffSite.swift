import Foundation
import TidegateModel
import TidegateTesting

/// A site with a drop-off beside its customers: ids of the CRM and of browsers, three traits, and a segment for each.
struct DropOffSite {
    let site: Site
    var folder: TemporaryFolder { site.folder }

    /// - Parameter source: further keys of the source `onboarding`, line by line.
    init(customers: String = Site.customers, source: String = "") throws {
        site = try Site(customers: customers)
        try site.write(Self.declarations, to: "traits.yaml")
        try declare("onboarding", from: "../drop", source)
        try site.write(Site.dataflow("nightly", segments: "cameras, onboarded"), to: "nightly.yaml")
        _ = try folder.makeFolder("drop")
    }

    static let declarations = """
        kind: DataSource
        name: crm-ids
        dpid: 478
        type: cross-device
        attribute: id
        ---
        kind: DataSource
        name: browsers
        dpid: 567
        type: device
        ---
        kind: Trait
        name: camera-buyers
        sid: 24
        dataSource: crm-ids
        where: product = 'camera' and price >= 100
        ---
        kind: Trait
        name: onboarded
        sid: 25
        dataSource: crm-ids
        ---
        kind: Trait
        name: visitors
        sid: 26
        dataSource: browsers
        ---
        kind: Segment
        name: cameras
        where: has_trait(24)
        ---
        kind: Segment
        name: onboarded
        where: has_trait(25)
        ---
        kind: Segment
        name: visitors
        where: has_trait(26) and orders > 1
        """

    /// Puts a source of drop-off files in the jobs folder. What arrives there need not settle, unless `keys` say so.
    func declare(_ name: String, from place: String, _ keys: String = "") throws {
        let settle = keys.contains("settle:") ? "" : "\nsettle: 0s"
        try site.write(
            "kind: Source\nname: \(name)\nformat: audience-manager\nfrom: \(place)\(settle)\n\(keys)",
            to: "\(name).yaml"
        )
    }

    func drop(_ text: String, as name: String, in place: String = "drop") throws {
        _ = try folder.makeFolder(("\(place)/\(name)" as NSString).deletingLastPathComponent)
        try folder.write(text, to: "\(place)/\(name)")
    }

    /// What lies in the drop-off, at any depth, sorted.
    func dropped(in place: String = "drop") -> [String] {
        let names = FileManager.default.enumerator(atPath: folder.path(place))?.compactMap { $0 as? String } ?? []
        var isFolder: ObjCBool = false
        return names.filter {
            FileManager.default.fileExists(atPath: folder.path("\(place)/\($0)"), isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted()
    }

    func receipt(_ name: String, in place: String = "drop") throws -> [String: Any] {
        let bytes = try folder.read("\(place)/\(name).receipt.json")
        return try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] ?? [:]
    }

    /// The receipts that `tidegate ingest` reports, by file.
    @discardableResult
    func ingest(_ source: String = "onboarding") throws -> [String: [String: Any]] {
        let finished = try site.tidegate("ingest", source, "--json")
        guard finished.status == 0, let report = try finished.objects().first else {
            throw Unexpected(text: finished.complaints)
        }
        return Dictionary(uniqueKeysWithValues: report.objects("files").map { ($0.text("file") ?? "", $0) })
    }

    /// The keys of a segment's members, once customers are there and segments evaluated.
    func members(_ segment: String) throws -> [String] {
        guard try site.tidegate("ingest", "crm").status == 0, try site.tidegate("segment").status == 0 else {
            throw Unexpected(text: "segmentation failed")
        }
        let flow = "look-\(segment)"
        try site.write(Site.dataflow(flow, segments: segment), to: "\(flow).yaml")
        let finished = try site.tidegate("preview", flow, "--limit", "1000", "--json")
        guard finished.status == 0 else { throw Unexpected(text: finished.complaints) }
        try FileManager.default.removeItem(atPath: folder.path("jobs/\(flow).yaml"))
        let preview = try finished.objects().first ?? [:]
        return (preview["rows"] as? [[Any]] ?? []).compactMap { $0.first as? String }.sorted()
    }
}
