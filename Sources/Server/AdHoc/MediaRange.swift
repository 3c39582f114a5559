/// A media type as Content-Type and Accept name them, or a range of them.
struct MediaRange: Hashable, Sendable {
    /// In lower case: `application/json`, `application/*`, `*/*`.
    let type: String
    /// Names in lower case, values as they are.
    let parameters: [String: String]
    /// How much it is wanted, in thousandths; 0 where it is not.
    let quality: Int

    /// Nil where `text` is no media type.
    init?(_ text: some StringProtocol) {
        var pieces = text.pieces(apartBy: ";")[...]
        let type = pieces.removeFirst().lowercased()
        let halves = type.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, halves.allSatisfy(\.isToken) else { return nil }
        self.type = type
        var parameters: [String: String] = [:]
        for piece in pieces where !piece.isEmpty {
            guard let sign = piece.firstIndex(of: "=") else { return nil }
            let name = piece[..<sign].trimmed.lowercased()
            guard name.isToken else { return nil }
            parameters[name] = piece[piece.index(after: sign)...].trimmed.unquoted
        }
        let weight = Double(parameters.removeValue(forKey: "q") ?? "1") ?? -1
        guard (0...1).contains(weight) else { return nil }
        quality = Int((weight * 1000).rounded())
        self.parameters = parameters
    }

    /// What an Accept header lists. What is no media type is left out: nobody can be given it.
    static func list(_ header: String) -> [MediaRange] {
        header.pieces(apartBy: ",").compactMap(MediaRange.init)
    }
}

extension StringProtocol {
    /// What stands between the separators that are not in quotes, without white space around it.
    fileprivate func pieces(apartBy separator: Character) -> [String] {
        var pieces: [String] = []
        var piece = ""
        var isQuoted = false
        var isEscaped = false
        for character in self {
            if character == separator, !isQuoted {
                pieces.append(piece.trimmed)
                piece = ""
                continue
            }
            if character == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = isQuoted && character == "\\" && !isEscaped
            piece.append(character)
        }
        return pieces + [piece.trimmed]
    }

    fileprivate var trimmed: String {
        var text = self[...]
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }

    fileprivate var unquoted: String {
        guard count >= 2, hasPrefix("\""), hasSuffix("\"") else { return String(self) }
        var text = ""
        var isEscaped = false
        for character in dropFirst().dropLast() {
            isEscaped = character == "\\" && !isEscaped
            if !isEscaped { text.append(character) }
        }
        return text
    }

    /// Whether it may name a type or a parameter: RFC 9110, section 5.6.2.
    fileprivate var isToken: Bool {
        !isEmpty
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: Array("!#$%&'*+-.^_`|~".utf8).contains(byte)
                }
            }
    }
}
