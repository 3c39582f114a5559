/// A cycle's name in the API, where names are UUIDs: `00000000-0000-8000-8000-` and its sequence, in hexadecimal.
struct CycleID: Hashable, Sendable, CustomStringConvertible {
    let sequence: Int

    private static let prefix = "00000000-0000-8000-8000-"
    private static let digits = 12

    init(_ sequence: Int) {
        self.sequence = sequence
    }

    /// Nil where `text` names no cycle that there could be.
    init?(_ text: some StringProtocol) {
        let text = text.lowercased()
        let number = text.utf8.dropFirst(Self.prefix.utf8.count)
        guard text.hasPrefix(Self.prefix), number.count == Self.digits, number.allSatisfy(Self.isDigit),
            let sequence = Int(text.suffix(Self.digits), radix: 16)
        else { return nil }
        self.sequence = sequence
    }

    var description: String {
        let number = String(sequence, radix: 16)
        return Self.prefix + String(repeating: "0", count: max(0, Self.digits - number.utf8.count)) + number
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte
    }
}
