/// An answer of a store: XML of which only elements that are named are read.
///
/// Elements of a name are not nested in each other in any of S3's answers, and what is asked for has no attributes that matter.
struct S3Document {
    private let source: Substring

    init(_ bytes: [UInt8]) {
        source = String(decoding: bytes, as: UTF8.self)[...]
    }

    init(_ source: Substring) {
        self.source = source
    }

    /// What is inside each element of that name, in order, entities and all.
    func elements(_ name: String) -> [Substring] {
        var found: [Substring] = []
        var rest = source
        while let start = rest.firstRange(of: "<\(name)") {
            rest = rest[start.upperBound...]
            // `<Part` is also the beginning of `<PartNumber`.
            guard let next = rest.first, next == ">" || next == "/" || next.isWhitespace,
                let head = rest.firstIndex(of: ">")
            else { continue }
            let isEmpty = rest[..<head].last == "/"
            rest = rest[rest.index(after: head)...]
            guard !isEmpty else {
                found.append("")
                continue
            }
            guard let end = rest.firstRange(of: "</\(name)>") else { return found }
            found.append(rest[..<end.lowerBound])
            rest = rest[end.upperBound...]
        }
        return found
    }

    /// The text of the first element of that name.
    func text(_ name: String) -> String? {
        elements(name).first.map(Self.plain)
    }

    /// With character references and entities as what they stand for.
    private static func plain(_ text: Substring) -> String {
        var plain = ""
        var rest = text
        while let mark = rest.firstIndex(of: "&"), let end = rest[mark...].firstIndex(of: ";") {
            plain += rest[..<mark]
            plain += character(rest[rest.index(after: mark)..<end])
            rest = rest[rest.index(after: end)...]
        }
        return plain + rest
    }

    private static func character(_ reference: Substring) -> String {
        switch reference {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        default:
            let isHexadecimal = reference.hasPrefix("#x") || reference.hasPrefix("#X")
            let digits = reference.dropFirst(isHexadecimal ? 2 : 1)
            let scalar = UInt32(digits, radix: isHexadecimal ? 16 : 10).flatMap(Unicode.Scalar.init)
            return scalar.map { String(Character($0)) } ?? "\u{FFFD}"
        }
    }

    /// `text` as it stands in an element.
    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
