/// An answer of a store: XML of which only elements that are named are read.
///
/// Elements of a name are not nested in each other in any of S3's answers, and what is asked for has no attributes that matter.
/// Read by bytes: as characters, a mark with a combining accent behind it would be no mark.
struct S3Document {
    private let source: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        source = bytes[...]
    }

    init(_ source: ArraySlice<UInt8>) {
        self.source = source
    }

    /// What is inside each element of that name, in order, entities and all.
    func elements(_ name: String) -> [ArraySlice<UInt8>] {
        var found: [ArraySlice<UInt8>] = []
        forEach(name) { element in
            found.append(element)
            return true
        }
        return found
    }

    /// The text of the first element of that name.
    func text(_ name: String) -> String? {
        var text: String?
        forEach(name) { element in
            text = Self.plain(element)
            return false
        }
        return text
    }

    private func forEach(_ name: String, _ body: (ArraySlice<UInt8>) -> Bool) {
        let (head, tail) = (Array("<\(name)".utf8), Array("</\(name)>".utf8))
        var rest = source
        while let start = Self.find(head, in: rest) {
            rest = rest[(start + head.count)...]
            // `<Part` is also the beginning of `<PartNumber`.
            guard let next = rest.first, Self.endsName(next), let close = rest.firstIndex(of: UInt8(ascii: ">")) else {
                continue
            }
            let isEmpty = rest[..<close].last == UInt8(ascii: "/")
            rest = rest[(close + 1)...]
            var element = rest[..<rest.startIndex]
            if !isEmpty {
                guard let end = Self.find(tail, in: rest) else { return }
                element = rest[..<end]
                rest = rest[(end + tail.count)...]
            }
            if !body(element) { return }
        }
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ">") || byte == UInt8(ascii: "/") || byte == 0x20 || 0x09...0x0D ~= byte
    }

    private static func find(_ text: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        var from = bytes.startIndex
        while let start = bytes[from...].firstIndex(of: text[0]) {
            if bytes[start...].starts(with: text) { return start }
            from = start + 1
        }
        return nil
    }

    /// With character references and entities as what they stand for.
    private static func plain(_ text: ArraySlice<UInt8>) -> String {
        var plain: [UInt8] = []
        var rest = text
        while let mark = rest.firstIndex(of: UInt8(ascii: "&")),
            let end = rest[mark...].firstIndex(of: UInt8(ascii: ";"))
        {
            plain += rest[..<mark]
            plain += character(String(decoding: rest[(mark + 1)..<end], as: UTF8.self)).utf8
            rest = rest[(end + 1)...]
        }
        return String(decoding: plain + rest, as: UTF8.self)
    }

    private static func character(_ reference: String) -> String {
        switch reference {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        default:
            guard reference.hasPrefix("#") else { return "\u{FFFD}" }
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
