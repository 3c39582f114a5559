import Foundation
import Transfer

/// A JSON document whose booleans are no numbers.
enum JSONValue: Decodable, Equatable {
    case object([String: JSONValue])
    case array([JSONValue])
    case text(String)
    case number(Double)
    case flag(Bool)
    case null

    init(_ answer: TransferAnswer) throws {
        self = try JSONDecoder().decode(JSONValue.self, from: Data(answer.body))
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let array = try? container.decode([JSONValue].self) {
            self = .array(array)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// What stands under a key, or at a place of an array; nil where there is nothing.
    subscript(path: String) -> JSONValue? {
        guard let dot = path.firstIndex(of: ".") else { return member(path) }
        return member(String(path[..<dot]))?[String(path[path.index(after: dot)...])]
    }

    subscript(literal key: String, then rest: String? = nil) -> JSONValue? {
        rest.map { member(key)?[$0] } ?? member(key)
    }

    private func member(_ key: String) -> JSONValue? {
        switch self {
        case .object(let members): members[key]
        case .array(let items): Int(key).flatMap { items.indices.contains($0) ? items[$0] : nil }
        default: nil
        }
    }

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var number: Int? { if case .number(let number) = self { Int(number) } else { nil } }
    var array: [JSONValue] { if case .array(let items) = self { items } else { [] } }
    var object: [String: JSONValue] { if case .object(let members) = self { members } else { [:] } }
}
