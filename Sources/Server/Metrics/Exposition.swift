import TidegateModel

/// Prometheus's text format, version 0.0.4, as it is written.
struct Exposition {
    static let type = "text/plain; version=0.0.4; charset=utf-8"

    enum Kind: String { case counter, gauge, histogram }

    private(set) var bytes: [UInt8] = []

    /// Begins a metric: everything about it stands together.
    mutating func begin(_ name: StaticString, _ kind: Kind, _ help: StaticString) {
        append("# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n")
    }

    /// One value of the metric; without labels unless there are any.
    mutating func sample(_ name: StaticString, _ labels: Labels = [:], _ value: Double) {
        append("\(name)")
        close(labels, value)
    }

    mutating func sample(_ name: StaticString, _ labels: Labels = [:], _ value: Int) {
        append("\(name)\(labels.text) \(value)\n")
    }

    mutating func histogram(_ name: StaticString, _ labels: Labels, _ histogram: Histogram) {
        var below = 0
        for (bound, count) in zip(histogram.bounds, histogram.counts) {
            below += count
            append("\(name)_bucket\(labels.adding("le", "\(bound)").text) \(below)\n")
        }
        append("\(name)_bucket\(labels.adding("le", "+Inf").text) \(histogram.count)\n")
        append("\(name)_sum")
        close(labels, histogram.sum)
        append("\(name)_count\(labels.text) \(histogram.count)\n")
    }

    private mutating func close(_ labels: Labels, _ value: Double) {
        append("\(labels.text) \(Self.text(value))\n")
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// Whole numbers without a fraction.
    private static func text(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf" }
        return abs(value) < 1e15 && value == value.rounded() ? "\(Int64(value))" : "\(value)"
    }
}

/// What tells the values of one metric apart, ready to be written.
struct Labels: ExpressibleByDictionaryLiteral {
    private var pairs: String

    init(dictionaryLiteral elements: (StaticString, String)...) {
        pairs = ""
        for (name, value) in elements { self = adding(name, value) }
    }

    func adding(_ name: StaticString, _ value: String) -> Labels {
        var more = self
        more.pairs += "\(pairs.isEmpty ? "" : ",")\(name)=\"\(Self.escaped(value))\""
        return more
    }

    var text: String { pairs.isEmpty ? "" : "{\(pairs)}" }

    private static func escaped(_ value: String) -> String {
        guard value.utf8.contains(where: { $0 == 0x5C || $0 == 0x22 || $0 == 0x0A }) else { return value }
        return value.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}

/// How many of the values seen were how large.
struct Histogram: Hashable, Sendable {
    /// In seconds: a second to six hours; 9000 is the delay of two and a half hours that dataflows are commonly watched for.
    static let seconds = [1, 10, 60, 300, 900, 3600, 9000, 21600]

    let bounds: [Int]
    /// Of those at most the bound and above the one before; what is above them all is only in `count`.
    private(set) var counts: [Int]
    private(set) var count = 0
    private(set) var sum = 0.0

    init(bounds: [Int] = Self.seconds) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count)
    }

    mutating func add(_ span: Span) {
        let value = Double(span.milliseconds) / 1000
        count += 1
        sum += value
        if let place = bounds.firstIndex(where: { value <= Double($0) }) { counts[place] += 1 }
    }
}
