import Foundation
import Hummingbird

/// What a client asks of a list: how much of it, from where, in which order, of what.
struct ListRequest: Hashable, Sendable {
    static let usualLimit = 20
    static let greatestLimit = 100
    /// Of all filters of one request, in characters.
    private static let longestFilter = 4000

    var limit: Int
    var order: ListOrder
    var filter: PropertyFilter
    /// Where the page before ended; nil for the first.
    var position: ListPosition?
    var wantsCount: Bool

    /// - Parameters:
    ///   - list: whose continuation tokens are taken.
    ///   - properties: those that a filter may name.
    ///   - orders: the fields that the list can be ordered by.
    init(_ query: String, list: String, properties: [String], orders: [String]) throws(Fault) {
        let pairs = QueryPairs(query)
        var filter = PropertyFilter()
        for value in pairs.all("property") { try filter.add(value) }
        // `property=a==1&b==2` sent as it stands is two parameters.
        for text in pairs.others {
            guard let condition = try? PropertyFilter.Condition(text), properties.contains(condition.property) else {
                continue
            }
            filter.add(condition)
        }
        try Self.check(filter, properties)
        let order = try pairs.last("orderby").map { (text) throws(Fault) in try ListOrder(text, of: orders) }
        let limit = try pairs.last("limit").map(Self.limit)
        wantsCount = pairs.last("count")?.lowercased() == "true"
        guard let text = pairs.last("continuationToken") else {
            self.filter = filter
            self.order = order ?? .newestFirst
            self.limit = limit ?? Self.usualLimit
            return
        }
        let token = try ContinuationToken(text, of: list)
        guard filter.parts.isEmpty || filter.parts == token.filter, order == nil || order?.text == token.order else {
            throw .badRequest("continuationToken belongs to a list with another filter or order")
        }
        self.filter = PropertyFilter()
        for part in token.filter { try self.filter.add(part) }
        try Self.check(self.filter, properties)
        self.order = try ListOrder(token.order, of: orders)
        self.limit = limit ?? min(max(token.limit, 1), Self.greatestLimit)
        position = token.position
    }

    /// The token of the page that begins after `position`.
    func token(after position: ListPosition, of list: String) throws -> String {
        try ContinuationToken(
            list: list, order: order.text, filter: filter.parts, limit: limit, position: position
        ).text()
    }

    private static func limit(_ text: String) throws(Fault) -> Int {
        guard let limit = Int(text), limit >= 1 else { throw .badRequest("limit must be a whole number of at least 1") }
        return min(limit, greatestLimit)
    }

    private static func check(_ filter: PropertyFilter, _ properties: [String]) throws(Fault) {
        guard filter.parts.reduce(0, { $0 + $1.count }) <= longestFilter else {
            throw .badRequest("property filter is longer than \(longestFilter) characters")
        }
        for condition in filter.conditions where !properties.contains(condition.property) {
            throw .badRequest(
                "property filter names '\(condition.property)', and knows \(properties.joined(separator: ", "))"
            )
        }
    }
}

/// Which field a list is ordered by.
struct ListOrder: Hashable, Sendable {
    var field: String
    var isDescending: Bool

    static let newestFirst = ListOrder(field: "createdAt", isDescending: true)

    var text: String { (isDescending ? "-" : "") + field }

    init(field: String, isDescending: Bool) {
        self.field = field
        self.isDescending = isDescending
    }

    init(_ text: String, of fields: [String]) throws(Fault) {
        field = text.hasPrefix("-") ? String(text.dropFirst()) : text
        isDescending = text.hasPrefix("-")
        guard fields.contains(field) else {
            throw .badRequest("orderby names '\(field)', and knows \(fields.joined(separator: ", "))")
        }
    }
}

/// A query string's parameters, each as often as it is there.
struct QueryPairs: Sendable {
    private let pairs: [(name: String, value: String)]
    /// Each parameter decoded, name and value together.
    let others: [String]

    init(_ query: String) {
        let pieces = query.split(separator: "&").map { Self.decoded(String($0)) }
        pairs = pieces.map { piece in
            let parts = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count == 2 ? String(parts[1]) : "")
        }
        others = pieces
    }

    func all(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

    /// Nil where it is not there, or empty.
    func last(_ name: String) -> String? { all(name).last.flatMap { $0.isEmpty ? nil : $0 } }

    /// Forms write a space as `+`.
    private static func decoded(_ piece: String) -> String {
        let text = piece.replacing("+", with: " ")
        return text.removingPercentEncoding ?? text
    }
}
