import Foundation

/// Where a page of a list ended: what the order goes by, and what tells equals apart.
struct ListPosition: Hashable, Codable, Sendable {
    var key: String
    var tie: String
}

/// Everything that the next page of a list needs, so that a client may send it alone. Clients cut it out of a link at
/// the first `=`, so it holds none.
///
/// It is no secret and not signed: what it says is checked as if the client had said it.
struct ContinuationToken: Hashable, Codable, Sendable {
    var list: String
    var order: String
    var filter: [String]
    var limit: Int
    var position: ListPosition

    /// As JSON has them, short: the token is part of an address.
    private enum CodingKeys: String, CodingKey {
        case list = "l"
        case order = "o"
        case filter = "f"
        case limit = "n"
        case position = "p"
    }

    init(list: String, order: String, filter: [String], limit: Int, position: ListPosition) {
        self.list = list
        self.order = order
        self.filter = filter
        self.limit = limit
        self.position = position
    }

    init(_ text: String, of list: String) throws(Fault) {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        let padded = standard + String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: padded),
            let token = try? JSONDecoder().decode(ContinuationToken.self, from: data), token.list == list
        else { throw .badRequest("continuationToken is none that this list gave out") }
        self = token
    }

    /// Letters, digits, `-` and `_`.
    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
