import Foundation

/// What the answer to a bulk call says about its contacts: only who has an id was taken.
struct AutopilotContacts: Hashable, Sendable {
    /// By the address in lower case.
    private let ids: [String: String]

    /// Nil where the answer says nothing about contacts.
    init?(_ body: [UInt8]) {
        guard let pairs = body.contains(UInt8(ascii: "\\")) ? Self.decoded(body) : Self.scanned(body) else {
            return nil
        }
        var ids: [String: String] = [:]
        ids.reserveCapacity(pairs.count)
        for (address, id) in pairs where !id.isEmpty { ids[address.lowercased()] = id }
        self.ids = ids
    }

    /// - Parameter identity: of an encoded contact.
    func id(of identity: ArraySlice<UInt8>) -> String? {
        ids[String(decoding: identity, as: UTF8.self)]
    }

    private static let map = "email_contact_map"

    private static func decoded(_ body: [UInt8]) -> [(String, String)]? {
        let answer = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
        return (answer?[map] as? [String: Any])?.compactMap { address, id in (id as? String).map { (address, $0) } }
    }

    /// Reads an answer without escapes, which nearly all are: there is one for every hundred contacts, and decoding each
    /// as a whole takes as long as everything else about the call.
    private static func scanned(_ body: [UInt8]) -> [(String, String)]? {
        body.withUnsafeBufferPointer { bytes in
            var scanner = Scanner(bytes: bytes)
            var pairs: [(String, String)]?
            let isWhole = scanner.object { (name, scanner) in
                guard scanner.text(name) == map, scanner.peek() == UInt8(ascii: "{") else { return scanner.skipValue() }
                var found: [(String, String)] = []
                defer { pairs = found }
                return scanner.object { (address, scanner) in
                    guard scanner.peek() == UInt8(ascii: "\"") else { return scanner.skipValue() }
                    guard let id = scanner.string() else { return false }
                    found.append((scanner.text(address), scanner.text(id)))
                    return true
                }
            }
            return isWhole ? pairs : nil
        }
    }
}

/// Goes through JSON without escapes; every step returns false or nil where the text is no JSON.
private struct Scanner {
    let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0

    init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    func text(_ range: Range<Int>) -> String {
        String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }

    /// The first byte of what comes next.
    mutating func peek() -> UInt8? {
        while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
        return index < bytes.count ? bytes[index] : nil
    }

    private mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: byte) else { return false }
        index += 1
        return true
    }

    mutating func string() -> Range<Int>? {
        guard take("\"") else { return nil }
        let start = index
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") { index += 1 }
        guard index < bytes.count else { return nil }
        index += 1
        return start..<index - 1
    }

    /// - Parameter member: gets a name and has to go through its value.
    mutating func object(_ member: (Range<Int>, inout Scanner) -> Bool) -> Bool {
        guard take("{") else { return false }
        if take("}") { return true }
        repeat {
            guard let name = string(), take(":"), member(name, &self) else { return false }
        } while take(",")
        return take("}")
    }

    mutating func skipValue() -> Bool {
        var depth = 0
        repeat {
            switch peek() {
            case nil: return false
            case UInt8(ascii: "\""):
                guard string() != nil else { return false }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                index += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                index += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                index += 1
            default: skipWord()
            }
        } while depth > 0
        return depth == 0
    }

    private mutating func skipWord() {
        while index < bytes.count, !",]}: \t\r\n".utf8.contains(bytes[index]) { index += 1 }
    }
}
