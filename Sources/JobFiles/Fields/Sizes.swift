extension ValueKind where Value == Int {
    private typealias Unit = (word: String, bytes: Int)
    private static let units: [Unit] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
    private static let decimalUnits: [Unit] = [("GB", 1_000_000_000), ("MB", 1_000_000)]

    /// Bytes within bounds, written with a unit.
    static func size(_ bounds: ClosedRange<Int>, isDecimalToo: Bool = false) -> ValueKind {
        let units = isDecimalToo ? units + decimalUnits : units
        let words = units.map(\.word).reversed().joined(separator: "|")
        let range = "from \(text(ofSize: bounds.lowerBound)) to \(text(ofSize: bounds.upperBound))"
        return .scalar(
            "a size \(range) such as 16 MiB",
            schema: ["type": .text("string"), "pattern": .text("^[0-9]+ ?(\(words))$")],
            show: { .text(text(ofSize: $0)) }
        ) { text, name in
            guard let match = text.wholeMatch(of: #/([0-9]+) ?([A-Za-z]+)/#),
                let unit = units.first(where: { $0.word == match.2 })
            else { return .wrong }
            let (bytes, isBeyond) = (Int(match.1) ?? .max).multipliedReportingOverflow(by: unit.bytes)
            guard !isBeyond, bounds.contains(bytes) else {
                return .refused("'\(name)' must be \(range), not '\(text)'")
            }
            return .value(bytes)
        }
    }

    /// With the largest unit that leaves a whole number.
    private static func text(ofSize bytes: Int) -> String {
        let unit = (units + decimalUnits).first { bytes % $0.bytes == 0 }
        return unit.map { "\(bytes / $0.bytes) \($0.word)" } ?? String(bytes)
    }
}
