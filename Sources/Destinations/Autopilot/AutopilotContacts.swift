import Foundation

/// What the answer to a bulk call says about its contacts: only who has an id was taken.
struct AutopilotContacts: Sendable {
    /// One contact of the answer, by where it is in `bytes`.
    private struct Pair {
        var address: Range<Int>
        var id: Range<Int>
    }

    private let bytes: [UInt8]
    private let pairs: [Pair]
    /// By the address in lower case, once one was not where it was looked for.
    private var places: [String: Int]?

    /// Nil where the answer says nothing about contacts.
    init?(_ body: [UInt8]) {
        let isEscaped = body.contains(UInt8(ascii: "\\"))
        guard let (bytes, pairs) = isEscaped ? Self.decoded(body) : Self.scanned(body).map({ (body, $0) }) else {
            return nil
        }
        self.bytes = bytes
        self.pairs = pairs
    }

    /// - Parameters:
    ///   - identity: of an encoded contact.
    ///   - index: its own in the call; Autopilot mostly answers in the same order.
    mutating func id(of identity: ArraySlice<UInt8>, near index: Int) -> ArraySlice<UInt8>? {
        if index < pairs.count, bytes[pairs[index].address].elementsEqual(identity) { return id(of: pairs[index]) }
        let places =
            places
            ?? Dictionary(
                pairs.indices.map { (String(decoding: bytes[pairs[$0].address], as: UTF8.self).lowercased(), $0) },
                uniquingKeysWith: { _, last in last }
            )
        self.places = places
        return places[String(decoding: identity, as: UTF8.self)].flatMap { id(of: pairs[$0]) }
    }

    private func id(of pair: Pair) -> ArraySlice<UInt8>? {
        pair.id.isEmpty ? nil : bytes[pair.id]
    }

    private static let map = "email_contact_map"

    private static func decoded(_ body: [UInt8]) -> ([UInt8], [Pair])? {
        let answer = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
        guard let contacts = answer?[map] as? [String: Any] else { return nil }
        var bytes: [UInt8] = []
        var pairs: [Pair] = []
        for case (let address, let id as String) in contacts {
            let start = bytes.count
            bytes += address.utf8
            let end = bytes.count
            bytes += id.utf8
            pairs.append(Pair(address: start..<end, id: end..<bytes.count))
        }
        return (bytes, pairs)
    }

    /// Reads an answer without escapes, which nearly all are: there is one for every hundred contacts, and decoding each
    /// as a whole takes as long as everything else about the call.
    private static func scanned(_ body: [UInt8]) -> [Pair]? {
        body.withUnsafeBufferPointer { bytes in
            var scanner = Scanner(bytes: bytes)
            var pairs: [Pair]?
            let isWhole = scanner.object { (name, scanner) in
                guard bytes[name].elementsEqual(map.utf8), scanner.peek() == UInt8(ascii: "{") else {
                    return scanner.skipValue()
                }
                var found: [Pair] = []
                defer { pairs = found }
                return scanner.object { (address, scanner) in
                    guard scanner.peek() == UInt8(ascii: "\"") else { return scanner.skipValue() }
                    guard let id = scanner.string() else { return false }
                    found.append(Pair(address: address, id: id))
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

    /// The first byte of what comes next.
    mutating func peek() -> UInt8? {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            case let byte: return byte
            }
        }
        return nil
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
