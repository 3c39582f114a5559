import Reports

/// A stored specification as a job file would have it, for people: YAML-like text, and what changed in it.
struct SpecText {
    let lines: [String]

    /// - Parameter spec: canonical JSON.
    init(_ spec: String) {
        guard let value = SpecTree(canonical: spec) else {
            lines = [spec]
            return
        }
        lines = value.lines(indentation: 0)
    }

    /// One line of a comparison.
    enum Change: Hashable {
        case same(String), removed(String), added(String)
    }

    /// This text compared with an older one, line by line; lines that stayed are left out but for those beside a change.
    func changes(since older: SpecText) -> [Change] {
        var removed: [Int: String] = [:]
        var added: [Int: String] = [:]
        for change in lines.difference(from: older.lines) {
            switch change {
            case .remove(let offset, let element, _): removed[offset] = element
            case .insert(let offset, let element, _): added[offset] = element
            }
        }
        var all: [Change] = []
        var (old, new) = (0, 0)
        while old < older.lines.count || new < lines.count {
            if let line = removed[old] {
                all.append(.removed(line))
                old += 1
            } else if let line = added[new] {
                all.append(.added(line))
                new += 1
            } else {
                if new < lines.count { all.append(.same(lines[new])) }
                old += 1
                new += 1
            }
        }
        return Self.near(all)
    }

    private static func near(_ changes: [Change]) -> [Change] {
        func isSame(_ index: Int) -> Bool {
            guard changes.indices.contains(index), case .same = changes[index] else {
                return changes.indices.contains(index) ? false : true
            }
            return true
        }
        return changes.indices.filter { index in !(-2...2).allSatisfy { isSame(index + $0) } }.map { changes[$0] }
    }
}

extension SpecTree {
    /// Plain where YAML would read the same text back.
    private static func scalar(_ text: String) -> String {
        let isPlain =
            text.utf8.allSatisfy { 0x20...0x7E ~= $0 && !"\"'\\#{}[],&*!|>%@`:".utf8.contains($0) }
            && text.utf8.first.map { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "-") } ?? false
        guard !isPlain else { return text }
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case "\n": "\\n"
            case "\t": "\\t"
            case "\r": "\\r"
            default: String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }

    fileprivate func lines(indentation: Int) -> [String] {
        let space = String(repeating: " ", count: indentation)
        switch self {
        case .leaf(let text, let isText):
            return [space + (isText ? Self.scalar(text) : text)]
        case .mapping(let members):
            return members.sorted { Self.rank($0.key) < Self.rank($1.key) }.flatMap { key, value in
                value.lines(below: key, indentation: indentation)
            }
        case .list(let items):
            return items.flatMap { item in
                var lines = item.lines(indentation: indentation + 2)
                if let first = lines.first { lines[0] = space + "- " + first.dropFirst(indentation + 2) }
                return lines
            }
        }
    }

    private func lines(below key: String, indentation: Int) -> [String] {
        let space = String(repeating: " ", count: indentation)
        switch self {
        case .leaf(let text, isText: true): return ["\(space)\(key): \(Self.scalar(text))"]
        case .leaf(let text, isText: false): return ["\(space)\(key): \(Self.readable(text, of: key))"]
        case .list(let items) where items.isEmpty: return ["\(space)\(key): []"]
        case .list(let items) where items.allSatisfy(\.isLeaf):
            let words = items.flatMap { $0.lines(indentation: 0) }
            let line = "\(space)\(key): [\(words.joined(separator: ", "))]"
            if line.count <= 100 { return [line] }
        case .mapping(let members) where members.isEmpty: return ["\(space)\(key): {}"]
        // What a case of an enum holds has a name in the stored form that no job file has.
        case .mapping(let members) where members.count == 1:
            if let (name, inner) = members.first, let held = inner.held {
                return held.lines(below: key == "origin" ? name : key, indentation: indentation)
            }
        case .list, .mapping: break
        }
        return ["\(space)\(key):"] + lines(indentation: indentation + 2)
    }

    private var isLeaf: Bool { if case .leaf = self { true } else { false } }

    /// The one value that a case of an enum holds.
    private var held: SpecTree? {
        guard case .mapping(let members) = self, members.count == 1 else { return nil }
        return members["_0"]
    }

    /// Durations and characters as job files have them.
    private static func readable(_ text: String, of key: String) -> String {
        switch (key, Int64(text)) {
        case ("deadline", _), ("adHocDelay", _): return SpecTree.duration(text)
        case ("delimiter", let byte?), ("quote", let byte?):
            guard let byte = UInt8(exactly: byte) else { return text }
            return byte == 9 ? "\"\\t\"" : "'\(String(UnicodeScalar(byte)))'"
        default: return text
        }
    }

    /// Job files begin with what a thing is called.
    private static func rank(_ key: String) -> String {
        let first = ["name", "id", "destination", "segments", "enabled", "export", "schedule", "mapping"]
        return (first.firstIndex(of: key).map { "\($0)" } ?? "9") + key
    }
}
