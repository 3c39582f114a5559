import Store
import TidegateModel

/// What a list is narrowed to, as clients spell it: `state==enabled`, `id==<a>,<b>`, `createdAt>=1670880253121`.
struct PropertyFilter: Hashable, Sendable {
    /// True where the property stands so to one of the values; `!=` to all of them.
    struct Condition: Hashable, Sendable {
        var property: String
        var comparison: RunQuery.Comparison
        var values: [String]

        /// As it is read again.
        var text: String { property + comparison.rawValue + values.joined(separator: ",") }
    }

    /// All of them hold.
    private(set) var conditions: [Condition] = []
    /// The members that an item is cut down to; all where empty.
    private(set) var members: Set<String> = []

    /// Takes up one parameter's value: conditions and names of members, with commas or `&` between them. A value after
    /// a comma is another one of the condition before.
    mutating func add(_ text: String) throws(Fault) {
        for part in text.split(separator: "&") {
            var isContinued = false
            for piece in part.split(separator: ",", omittingEmptySubsequences: false) {
                let piece = String(piece.drop { $0 == " " })
                if let condition = try Condition(piece) {
                    conditions.append(condition)
                    isContinued = true
                } else if isContinued, let last = conditions.indices.last {
                    conditions[last].values.append(piece)
                } else if !piece.isEmpty {
                    members.insert(piece)
                }
            }
        }
    }

    mutating func add(_ condition: Condition) {
        conditions.append(condition)
    }

    /// Every part in a form of its own, in a fixed order.
    var parts: [String] { conditions.map(\.text) + members.sorted() }
}

extension PropertyFilter.Condition {
    /// Nil where the text compares nothing.
    init?(_ text: String) throws(Fault) {
        guard let start = text.firstIndex(where: { "=!<>".contains($0) }) else { return nil }
        let operation = text[start...].prefix { "=!<>".contains($0) }
        let name = String(text[..<start])
        guard !name.isEmpty else { throw .badRequest("property filter names no property") }
        // A value may begin with a sign of its own; no operator is longer than two.
        let tried = [operation.prefix(2), operation.prefix(1)].compactMap { prefix in
            RunQuery.Comparison(rawValue: String(prefix)).map { ($0, prefix.endIndex) }
        }
        guard let (comparison, end) = tried.first else {
            throw .badRequest("property filter knows the operators == != < <= > >=, and none of them is '\(operation)'")
        }
        self.init(property: name, comparison: comparison, values: [String(text[end...])])
    }
}

/// What a property of a list's items holds, and how it is compared.
enum PropertyKind: Sendable {
    /// Equal or not.
    case word
    /// In milliseconds since 1970, or as RFC 3339 has it.
    case instant
}

extension PropertyFilter.Condition {
    /// The values as the kind compares them.
    func read(as kind: PropertyKind) throws(Fault) -> [RunQuery.Value] {
        switch kind {
        case .word:
            guard comparison == .equal || comparison == .unequal else {
                throw .badRequest("property '\(property)' is compared with == and != only")
            }
            return values.map(RunQuery.Value.text)
        case .instant:
            var instants: [RunQuery.Value] = []
            for value in values {
                guard let milliseconds = Int64(value) ?? Instant(iso: value)?.milliseconds else {
                    throw .badRequest(
                        "property '\(property)' is compared with milliseconds since 1970 or an RFC 3339 time")
                }
                instants.append(.number(milliseconds))
            }
            return instants
        }
    }
}
