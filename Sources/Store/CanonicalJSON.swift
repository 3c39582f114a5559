/// Reads JSON as `DeclaredObject` writes it: without white space, and here without escapes in strings.
///
/// Whatever is written otherwise is refused, for the general decoder to read.
struct CanonicalJSON {
    struct Unexpected: Error {}

    private let bytes: UnsafeBufferPointer<UInt8>
    private var place = 0

    /// The bytes must outlive the reader.
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { place == bytes.count }

    mutating func object(_ member: (inout CanonicalJSON, String) throws(Unexpected) -> Void) throws(Unexpected) {
        try expect(UInt8(ascii: "{"))
        if take(UInt8(ascii: "}")) { return }
        repeat {
            let key = try string()
            try expect(UInt8(ascii: ":"))
            try member(&self, key)
        } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"))
    }

    mutating func list<Item>(
        of item: (inout CanonicalJSON) throws(Unexpected) -> Item
    ) throws(Unexpected) -> [Item] {
        var items: [Item] = []
        try expect(UInt8(ascii: "["))
        if take(UInt8(ascii: "]")) { return items }
        repeat { items.append(try item(&self)) } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"))
        return items
    }

    mutating func string() throws(Unexpected) -> String {
        try expect(UInt8(ascii: "\""))
        let start = place
        while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
            if bytes[place] == UInt8(ascii: "\\") { throw Unexpected() }
            place += 1
        }
        let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<place]), as: UTF8.self)
        try expect(UInt8(ascii: "\""))
        return text
    }

    /// What a string stands for, by a rule that may have no answer.
    mutating func string<Value>(as read: (String) -> Value?) throws(Unexpected) -> Value {
        guard let value = read(try string()) else { throw Unexpected() }
        return value
    }

    mutating func integer<Number: FixedWidthInteger>() throws(Unexpected) -> Number {
        let start = place
        _ = take(UInt8(ascii: "-"))
        while place < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[place] { place += 1 }
        let digits = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<place]), as: UTF8.self)
        guard let number = Number(digits) else { throw Unexpected() }
        return number
    }

    mutating func boolean() throws(Unexpected) -> Bool {
        let word: StaticString = take(UInt8(ascii: "t")) ? "rue" : "false"
        for offset in 0..<word.utf8CodeUnitCount { try expect(word.utf8Start[offset]) }
        return word.utf8CodeUnitCount == 3
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard place < bytes.count, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    private mutating func expect(_ byte: UInt8) throws(Unexpected) {
        guard take(byte) else { throw Unexpected() }
    }
}
