import Foundation
import Store
import TidegateModel

/// What is known of some cycles besides their rows: read once for all of them.
struct CycleEvidence {
    /// With more segments, a job's list is just `*`.
    static let listedSegments = 1500

    /// The attribute that tells profiles apart.
    let key: String
    private let snapshots: [UUID: Snapshot]
    /// Of the segments in the snapshots.
    private let texts: [UUID: [SegmentText]]
    /// What the job files declare; nil where there is too much of it, or nobody asks.
    private let declared: [Declared<Segment>]?

    init(_ cycles: [Cycle], _ desk: Desk) throws {
        var snapshots: [UUID: Snapshot] = [:]
        for id in cycles.compactMap(\.snapshot) { snapshots[id] = try desk.sights.snapshot(id) }
        self.snapshots = snapshots
        let listed = snapshots.values.filter { $0.segments.count <= Self.listedSegments }
        let ids = Set(listed.flatMap { $0.segments.map(\.segment.id) })
        texts = ids.isEmpty ? [:] : try desk.store.segmentTexts(of: ids)
        key = try desk.store.declaredKey() ?? ""
        declared = cycles.contains(where: \.isOpen) ? try Self.declared(desk.store) : nil
    }

    private static func declared(_ store: Store) throws -> [Declared<Segment>]? {
        let found = try store.declaredSegments(
            by: [DeclaredOrder(.name, isAscending: true)], limit: listedSegments, offset: 0
        )
        return found.total <= listedSegments ? found.segments : nil
    }

    /// Nil where the cycle published none, or it is not kept any more.
    func snapshot(of cycle: Cycle) -> Snapshot? {
        cycle.snapshot.flatMap { snapshots[$0] }
    }

    /// What a cycle evaluates, or evaluated; nil where that is not known, or is too much to be listed.
    func segments(of cycle: Cycle) -> [JobSegment]? {
        if cycle.isOpen { return declared?.map(JobSegment.init) }
        guard let snapshot = snapshot(of: cycle), snapshot.segments.count <= Self.listedSegments else { return nil }
        return snapshot.segments.map { JobSegment($0.segment, text($0.segment.id, at: cycle.startedAt)) }
    }

    /// What a segment said at an instant.
    private func text(_ segment: UUID, at instant: Instant) -> SegmentText? {
        let known = texts[segment] ?? []
        return known.last { $0.appliedAt <= instant } ?? known.first
    }
}

extension Cycle {
    /// Whether it may still publish a snapshot.
    var isOpen: Bool {
        switch state {
        case .processing, .retrying: true
        case .completed, .failed: false
        }
    }
}

/// One segment of a job.
struct JobSegment: Encodable {
    struct Definition: Encodable {
        let id: String
        let name: String
        let version: Int?
        let expression: RuleExpression
        let mergePolicyId = ProfileStoreNames.mergePolicy
        let mergePolicy = MergePolicy()
    }

    let segmentId: String
    /// Absent where the job has all segments.
    let segment: Definition?

    static let all = JobSegment(segmentId: "*", segment: nil)

    private init(segmentId: String, segment: Definition?) {
        self.segmentId = segmentId
        self.segment = segment
    }

    init(_ segment: Declared<Segment>) {
        self.init(
            segmentId: segment.value.id.text,
            segment: Definition(
                id: segment.value.id.text, name: segment.value.name, version: segment.revision,
                expression: RuleExpression(value: segment.value.rule)
            )
        )
    }

    init(_ segment: SegmentReference, _ text: SegmentText?) {
        self.init(
            segmentId: segment.id.text,
            segment: Definition(
                id: segment.id.text, name: segment.name, version: text?.revision,
                expression: RuleExpression(value: text?.rule ?? "")
            )
        )
    }
}
