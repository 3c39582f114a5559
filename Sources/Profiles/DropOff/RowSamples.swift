import AudienceManager

/// Where the first rows stand that were not taken for a reason, at most ten for each reason, in whatever order they are
/// told of.
struct RowSamples {
    static let limit = 10
    private var lines: [RowFault: [Int64]] = [:]

    /// Whether the row is one of the first, as far as is known.
    func wants(_ fault: RowFault, _ line: Int64) -> Bool {
        guard let kept = lines[fault], kept.count == Self.limit else { return true }
        return line < kept[Self.limit - 1]
    }

    mutating func add(_ fault: RowFault, _ line: Int64) {
        guard wants(fault, line) else { return }
        var kept = lines[fault] ?? []
        kept.insert(line, at: kept.firstIndex { $0 > line } ?? kept.count)
        if kept.count > Self.limit { kept.removeLast() }
        lines[fault] = kept
    }

    /// In the order of the file.
    var all: [FileReceipt.Sample] {
        lines.flatMap { fault, lines in
            lines.map { FileReceipt.Sample(line: Int($0), reason: fault.rawValue) }
        }
        .sorted { ($0.line, $0.reason) < ($1.line, $1.reason) }
    }
}
