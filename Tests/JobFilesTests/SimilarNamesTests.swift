import Foundation
import Testing
import TidegateModel

@testable import JobFiles

struct SimilarNamesTests {
    private static let id = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1))

    /// The lookup must find the same dataflows as holding each against each earlier one.
    @Test func `names that could meet are those that meet when each is held against each`() throws {
        let pieces = [
            "a", "b", "1", "2", "_", "_2", "_20", "%DATETIME(yyyy)%", "%DATETIME(MM)%", "%SEGMENT_NAME%",
            "%EXPORT_MODE%", "full", "%SNAPSHOT_ID%", "%DATETIME(dd)%", "0a", "_1",
        ]
        var seed: UInt64 = 7
        func pick(_ count: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % count
        }
        var meetings = 0
        for _ in 0..<60 {
            let shapes = try (0..<40).map { _ in
                let template = (0...pick(3)).map { _ in pieces[pick(pieces.count)] }.joined()
                return try shape("x" + template, export: pick(2) == 0 ? .full : .incremental)
            }
            var names = SimilarNames()
            for (index, shape) in shapes.enumerated() {
                for stem in shape.stems { names.add(stem, of: index) }
            }
            var found: Set<Int> = []
            names.forEachPair { earlier, later in
                #expect(earlier < later)
                #expect(shapes[earlier].couldEqual(shapes[later]))
                found.insert(later)
            }
            let expected = shapes.indices.filter { later in
                shapes[..<later].contains { $0.couldEqual(shapes[later]) }
            }
            #expect(found == Set(expected))
            meetings += expected.count
        }
        #expect(meetings > 400)
    }

    private func shape(_ template: String, export: Dataflow.ExportMode) throws -> FileNameShape {
        let segment = SegmentReference(id: Self.id, name: "a2")
        let dataflow = Dataflow(
            id: Self.id, name: "flow", destination: "drop", segments: ["a2"], export: export,
            schedule: Schedule(frequency: .daily, trigger: .scheduled), mapping: []
        )
        let drop = Destination(id: Self.id, name: "drop", place: .directory(DirectoryPlace(path: "/srv")))
        return FileNameShape(
            try FileName(template: template), FileName.Subject(destination: drop, dataflow: dataflow, segment: segment)
        )
    }
}
