import Foundation
import Transfer

/// A JSON document whose booleans are no numbers.
enum AnsweredJSON: Decodable, Equatable {
    case object([String: AnsweredJSON])
    case array([AnsweredJSON])
    case text(String)
    case number(Double)
    case flag(Bool)
    case null

    init(_ answer: TransferAnswer) throws {
        self = try JSONDecoder().decode(AnsweredJSON.self, from: Data(answer.body))
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
        } else if let array = try? container.decode([AnsweredJSON].self) {
            self = .array(array)
        } else {
            self = .object(try container.decode([String: AnsweredJSON].self))
        }
    }

    /// What stands under a key, or at a place of an array; nil where there is nothing.
    subscript(path: String) -> AnsweredJSON? {
        guard let dot = path.firstIndex(of: ".") else { return member(path) }
        return member(String(path[..<dot]))?[String(path[path.index(after: dot)...])]
    }

    subscript(literal key: String, then rest: String? = nil) -> AnsweredJSON? {
        rest.map { member(key)?[$0] } ?? member(key)
    }

    private func member(_ key: String) -> AnsweredJSON? {
        switch self {
        case .object(let members): members[key]
        case .array(let items): Int(key).flatMap { items.indices.contains($0) ? items[$0] : nil }
        default: nil
        }
    }

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var number: Int? { if case .number(let number) = self { Int(number) } else { nil } }
    var array: [AnsweredJSON] { if case .array(let items) = self { items } else { [] } }
    var object: [String: AnsweredJSON] { if case .object(let members) = self { members } else { [:] } }
}
