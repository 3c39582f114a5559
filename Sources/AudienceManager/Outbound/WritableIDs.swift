extension TemplateProgram {
    /// The bytes that no id may have that the template writes; empty where it writes none but as JSON.
    ///
    /// Control characters always. An id in double quotes must not end them; any other id must not hold a separator that
    /// the template, or a list in it, writes.
    var unwritableBytes: ByteSet {
        var bytes = ByteSet()
        for number in pieces.indices where writesID(number) {
            bytes.formUnion(isQuoted(number) ? Self.inQuotes : separators)
        }
        return bytes
    }

    private func writesID(_ number: Int) -> Bool {
        switch pieces[number] {
        case .id: true
        case .field(.id): isInOwnIDs(number)
        default: false
        }
    }

    private func isInOwnIDs(_ number: Int) -> Bool {
        pieces[..<number].indices.contains { before in
            if case .list(.ownIDs, _, let end) = pieces[before] { number < end } else { false }
        }
    }

    /// True where a double quote stands directly before and behind.
    private func isQuoted(_ number: Int) -> Bool {
        guard number > 0, number + 1 < pieces.count, case .text(let before) = pieces[number - 1],
            case .text(let behind) = pieces[number + 1]
        else { return false }
        return literals[before].last == UInt8(ascii: "\"") && literals[behind].first == UInt8(ascii: "\"")
    }

    private static let controls = [UInt8](0..<0x20) + [0x7F]
    private static let inQuotes = ByteSet(controls + [UInt8(ascii: "\""), UInt8(ascii: "\\")])

    /// What may stand between values; a dash or a dot, say, is part of many ids.
    private static let separating = ByteSet(Array(" ,;:|&=~^\"'".utf8))

    private var separators: ByteSet {
        ByteSet(Self.controls + literals.filter { Self.separating.contains($0) })
    }
}
