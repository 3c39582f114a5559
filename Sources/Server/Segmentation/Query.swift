import Hummingbird
import HummingbirdCore

/// What stands behind the question mark of a call.
struct Query {
    private let parameters: FlatDictionary<Substring, Substring>

    init(_ request: Request) {
        parameters = request.uri.queryParameters
    }

    /// Nil where it is absent or empty.
    func text(_ name: String) -> String? {
        parameters[name[...]].flatMap { $0.isEmpty ? nil : String($0) }
    }

    func number(_ name: String, in range: ClosedRange<Int>) throws(Fault) -> Int? {
        guard let text = text(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw .badRequest("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// How many are wanted at once; more than `most` are never given.
    func limit(standard: Int, most: Int) throws(Fault) -> Int {
        min(try number("limit", in: 1...Self.largest) ?? standard, most)
    }

    /// How many are to be left out.
    func start() throws(Fault) -> Int {
        try number("start", in: 0...Self.largest) ?? 0
    }

    func flag(_ name: String) throws(Fault) -> Bool? {
        guard let text = text(name) else { return nil }
        // Python's clients write booleans with a capital letter.
        switch text.lowercased() {
        case "true": return true
        case "false": return false
        default: throw .badRequest("\(name) must be true or false")
        }
    }

    /// The order that `name:asc,creationTime:desc` asks for; nil where none is asked for.
    func order<Key: RawRepresentable & CaseIterable>(
        _ keys: Key.Type
    ) throws(Fault) -> [(key: Key, isAscending: Bool)]? where Key.RawValue == String {
        guard var text = text("sort") else { return nil }
        // The vendor's own example repeats the parameter's name in its value.
        if text.hasPrefix("sort=") { text.removeFirst("sort=".count) }
        var order: [(key: Key, isAscending: Bool)] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let words = part.split(separator: ":", omittingEmptySubsequences: false)
            guard words.count == 2, let key = Key(rawValue: String(words[0])),
                let direction = Direction(rawValue: words[1].lowercased())
            else {
                let known = Key.allCases.map(\.rawValue).joined(separator: ", ")
                throw .badRequest("sort must be written attribute:asc or attribute:desc, with one of \(known)")
            }
            order.append((key, direction == .asc))
        }
        return order
    }

    /// Beyond everything that there ever is to number.
    static let largest = 1_000_000_000
}

/// In the vendor's words.
enum Direction: String, Encodable {
    case asc, desc
}
