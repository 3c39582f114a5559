import Foundation
import Testing

/// Prometheus's text format, read as strictly as its description allows (version 0.0.4).
struct MetricsDocument {
    struct Sample: Hashable {
        var name: String
        var labels: [String: String]
        var value: Double
    }

    struct Broken: Error { var line: String, why: String }

    private(set) var kinds: [String: String] = [:]
    private(set) var samples: [Sample] = []

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Broken(line: "", why: "the last line has no end") }
        var helped: Set<String> = []
        var current = ""
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if let help = line.wholeMatch(of: /# HELP ([a-z_]+) (\S.*)/) {
                current = String(help.1)
                guard helped.insert(current).inserted else { throw Broken(line: line, why: "a second HELP") }
            } else if let type = line.wholeMatch(of: /# TYPE ([a-z_]+) (counter|gauge|histogram)/) {
                guard type.1 == current, kinds.updateValue(String(type.2), forKey: current) == nil else {
                    throw Broken(line: line, why: "TYPE does not follow its HELP")
                }
            } else {
                samples.append(try Self.sample(line, of: current, kinds[current] ?? ""))
            }
        }
        guard Set(samples.map { [$0.name, "\($0.labels.sorted { $0.key < $1.key })"] }).count == samples.count else {
            throw Broken(line: "", why: "a value is there twice")
        }
        try checkHistograms()
    }

    private static func sample(_ line: String, of metric: String, _ kind: String) throws -> Sample {
        let form = /([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\\n]|\\[\\"n])*",?)+)\})? (\S+)/
        guard let match = line.wholeMatch(of: form), let value = number(String(match.3)) else {
            throw Broken(line: line, why: "no sample")
        }
        let name = String(match.1)
        let endings = kind == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
        guard endings.contains(where: { name == metric + $0 }) else {
            throw Broken(line: line, why: "not of \(metric)")
        }
        let pairs = (match.2 ?? "").matches(of: /([a-z]+)="((?:[^"\\]|\\.)*)"/).map { pair in
            let text = pair.2.replacing("\\n", with: "\n").replacing("\\\"", with: "\"").replacing("\\\\", with: "\\")
            return (String(pair.1), String(text))
        }
        let labels = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
        guard labels.count == pairs.count else { throw Broken(line: line, why: "a label is there twice") }
        return Sample(name: name, labels: labels, value: value)
    }

    private static func number(_ text: String) -> Double? {
        text.wholeMatch(of: /-?\d+(\.\d+)?(e[+-]?\d+)?/) == nil ? nil : Double(text)
    }

    /// Buckets grow, the last is everything, and there is one of each.
    private func checkHistograms() throws {
        for (name, kind) in kinds where kind == "histogram" {
            let buckets = samples.filter { $0.name == name + "_bucket" }
            let groups = Dictionary(grouping: buckets) { $0.labels.filter { $0.key != "le" } }
            for (labels, group) in groups {
                let bounds = group.map {
                    $0.labels["le"] == "+Inf" ? Double.infinity : Double($0.labels["le"] ?? "") ?? .nan
                }
                let count = value(name + "_count", labels)
                guard bounds == bounds.sorted(), bounds.last == .infinity, count != nil, count == group.last?.value,
                    group.map(\.value) == group.map(\.value).sorted(), value(name + "_sum", labels) != nil
                else { throw Broken(line: name, why: "no histogram") }
            }
        }
    }

    /// Nil where there is no such value.
    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        samples.first { $0.name == name && $0.labels == labels }?.value
    }

    /// Every name that a query can ask for.
    var names: Set<String> {
        Set(
            kinds.flatMap { name, kind in
                kind == "histogram" ? ["_bucket", "_sum", "_count"].map { name + $0 } : [name]
            })
    }
}
