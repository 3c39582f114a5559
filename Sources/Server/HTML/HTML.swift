import TidegateModel

/// A piece of a page. What is interpolated is escaped, unless it is a piece of a page itself.
///
/// Attribute values must stand in double quotes. There is no way in for text that was not escaped,
/// but for the paths of drawings, which have nothing to escape.
struct HTML: Sendable, ExpressibleByStringInterpolation {
    private(set) var bytes: [UInt8]

    init() {
        bytes = []
    }

    init(stringLiteral value: StaticString) {
        bytes = value.withUTF8Buffer(Array.init)
    }

    init(stringInterpolation: StringInterpolation) {
        bytes = stringInterpolation.bytes
    }

    /// Text, escaped.
    init(text: some StringProtocol) {
        bytes = []
        bytes.append(escaping: text)
    }

    /// What is drawn, as an SVG path or a list of places says it: nothing but letters, digits, spaces, signs and points.
    init(drawing bytes: [UInt8]) {
        assert(bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7f && !"&<>\"'".utf8.contains($0) })
        self.bytes = bytes
    }

    static func += (page: inout HTML, piece: HTML) {
        page.bytes.append(contentsOf: piece.bytes)
    }

    var isEmpty: Bool { bytes.isEmpty }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate(set) var bytes: [UInt8] = []

        init(literalCapacity: Int, interpolationCount: Int) {
            bytes.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        mutating func appendLiteral(_ literal: StaticString) {
            literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
        }

        mutating func appendInterpolation(_ text: some StringProtocol) {
            bytes.append(escaping: text)
        }

        mutating func appendInterpolation(_ number: some BinaryInteger) {
            bytes.append(contentsOf: String(number).utf8)
        }

        mutating func appendInterpolation(_ instant: Instant) {
            bytes.append(contentsOf: "\(instant)".utf8)
        }

        mutating func appendInterpolation(_ piece: HTML) {
            bytes.append(contentsOf: piece.bytes)
        }

        mutating func appendInterpolation(_ piece: HTML?) {
            if let piece { bytes.append(contentsOf: piece.bytes) }
        }

        mutating func appendInterpolation(_ pieces: [HTML]) {
            for piece in pieces { bytes.append(contentsOf: piece.bytes) }
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(escaping text: some StringProtocol) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\""): append(contentsOf: "&quot;".utf8)
            case UInt8(ascii: "'"): append(contentsOf: "&#39;".utf8)
            default: append(byte)
            }
        }
    }
}
