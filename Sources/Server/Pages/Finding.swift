import Foundation
import Hummingbird
import Store
import TidegateModel

/// What the addresses of pages name; a page that helps where there is no such thing.
struct Finding: Sendable {
    let desk: Desk

    /// What is declared now; without anything before the first application.
    func spec() throws -> JobSpec {
        try desk.declared.current().spec ?? JobSpec(profile: ProfileSchema(key: "", attributes: []))
    }

    func dataflow(_ call: Call) throws -> (Dataflow, JobSpec) {
        let name = Self.text(call, "name")
        let spec = try spec()
        if let dataflow = spec.dataflow(named: name) { return (dataflow, spec) }
        throw PageFault.notFound(
            "dataflow", name, near: Self.near(name, spec.dataflows.map(\.name), DataflowPage.path, "dataflows")
        )
    }

    func segment(_ call: Call) throws -> (Segment, JobSpec) {
        let name = Self.text(call, "name")
        let spec = try spec()
        if let segment = spec.segment(named: name) { return (segment, spec) }
        throw PageFault.notFound(
            "segment", name, near: Self.near(name, spec.segments.map(\.name), SegmentsPage.path, "segments")
        )
    }

    func run(_ call: Call) throws -> Run {
        try run(Self.text(call, "id"))
    }

    /// By its id, or by enough of the beginning that only one run has it.
    func run(_ text: String) throws -> Run {
        if let id = UUID(uuidString: text), let run = try desk.store.run(id) { return run }
        let near =
            (4..<36).contains(text.count) && text.allSatisfy { $0.isHexDigit || $0 == "-" }
            ? try desk.store.runs(withPrefix: text) : []
        let links = near.map { ("\(RunPage.title($0)), run \($0.id.text)", RunPage.path($0.id.text)) }
        throw PageFault.notFound("run", text, near: links + [("All dataflows", "/dataflows")])
    }

    private static func near(
        _ name: String, _ known: [String], _ path: (String) -> String, _ kind: String
    ) -> [(title: String, path: String)] {
        // Nobody means a name of a hundred letters, and comparing is quadratic.
        let nearest = name.count <= 100 ? Spelling.nearest(to: name, in: known) : nil
        return (nearest.map { [("Did you mean \($0)?", path($0))] } ?? []) + [("All \(kind)", "/\(kind)")]
    }

    /// A part of the path as it was meant.
    private static func text(_ call: Call, _ name: String) -> String {
        let raw = call.parameters.get(name) ?? ""
        return raw.removingPercentEncoding ?? raw
    }
}
