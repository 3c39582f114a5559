import Foundation

/// An answer's JSON, read without asking for more than is used: what is missing or of another kind is simply not there.
struct SendGridJSON {
    private let value: Any?

    init(_ body: [UInt8]) {
        value = try? JSONSerialization.jsonObject(with: Data(body), options: .fragmentsAllowed)
    }

    private init(_ value: Any?) {
        self.value = value
    }

    /// Whether it is JSON at all.
    var isThere: Bool { value != nil }

    subscript(_ name: String) -> SendGridJSON {
        SendGridJSON((value as? [String: Any])?[name])
    }

    /// Of an array; an object counts as an array of itself.
    var items: [SendGridJSON] {
        if let items = value as? [Any] { return items.map { SendGridJSON($0) } }
        return value is [String: Any] ? [self] : []
    }

    /// Of an object, sorted by name.
    var members: [(name: String, value: SendGridJSON)] {
        guard let object = value as? [String: Any] else { return [] }
        return object.sorted { $0.key < $1.key }.map { ($0.key, SendGridJSON($0.value)) }
    }

    var text: String? { value as? String }

    var number: Int? {
        if let text { return Int(text) }
        return value as? Int
    }

    var isTrue: Bool { value as? Bool ?? false }
}
