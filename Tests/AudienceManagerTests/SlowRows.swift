import AudienceManager

/// The slow, obvious readers: the rules one after another, over text, with regular expressions for the elements.
enum SlowRows {
    static func data(_ line: [UInt8]) -> ReadRow {
        let text: String
        switch readable(line) {
        case .success(let line): text = line
        case .failure(let fault): return .fault(fault.fault)
        }
        let pieces = text.unicodeScalars.split(separator: "\t", omittingEmptySubsequences: false)
        guard pieces.count > 1 else { return .fault(.noTab) }
        guard pieces[0].contains(where: { $0 != " " }) else { return .fault(.emptyID) }
        guard pieces.count == 2 else { return .fault(.secondTab) }
        guard !pieces[1].contains(where: { $0 == "\r" || $0 == "\n" }) else { return .fault(.malformedSignal) }
        var elements: [ReadRow.Element] = []
        for piece in cutAtCommas(String(pieces[1])) where !piece.unicodeScalars.allSatisfy({ $0 == " " }) {
            guard let element = element(piece) else { return .fault(.malformedSignal) }
            elements.append(element)
        }
        return elements.isEmpty ? .fault(.emptyList) : .data(String(pieces[0]), elements)
    }

    static func ids(_ line: [UInt8], columns: ClosedRange<Int>) -> ReadRow {
        let text: String
        switch readable(line) {
        case .success(let line): text = line
        case .failure(let fault): return .fault(fault.fault)
        }
        if text.unicodeScalars.last == " " || text.unicodeScalars.last == "\t" { return .fault(.trailingBlank) }
        let ids = text.unicodeScalars.split(separator: "\t", omittingEmptySubsequences: false)
        guard columns.contains(ids.count) else { return .fault(.wrongColumnCount) }
        if ids.contains(where: { $0.allSatisfy { $0 == " " } }) { return .fault(.emptyID) }
        return .ids(ids.map { Array(String($0).utf8) })
    }

    private struct Unreadable: Error {
        var fault: RowFault
    }

    private static func readable(_ line: [UInt8]) -> Result<String, Unreadable> {
        let line = line.last == 13 ? line.dropLast() : line[...]
        if line.allSatisfy({ $0 == 32 || $0 == 9 }) { return .failure(Unreadable(fault: .blankLine)) }
        guard let text = String(validating: line, as: UTF8.self) else {
            return .failure(Unreadable(fault: .invalidUTF8))
        }
        return text.unicodeScalars.contains("\0") ? .failure(Unreadable(fault: .nulByte)) : .success(text)
    }

    /// Every quote opens or closes; whether it may is asked of each piece.
    private static func cutAtCommas(_ list: String) -> [String] {
        var pieces: [String.UnicodeScalarView] = [.init()]
        var isInQuotes = false
        for scalar in list.unicodeScalars {
            if scalar == "\"" { isInQuotes.toggle() }
            if scalar == ",", !isInQuotes {
                pieces.append(.init())
            } else {
                pieces[pieces.count - 1].append(scalar)
            }
        }
        return pieces.map { String($0) }
    }

    // Compiled once; nothing changes them.
    private nonisolated(unsafe) static let number = /([0-9]+) */.matchingSemantics(.unicodeScalar)
    private nonisolated(unsafe) static let removed = /([0-9]+):(?:0|-1) */.matchingSemantics(.unicodeScalar)
    private nonisolated(unsafe) static let pair =
        /(?:"([^"]*)"|([^"=, ](?:[^"=,]*[^"=, ])?)) *= *(?:"([^"]*)"|([^"=, ](?:[^",]*[^", ])?))? */
        .matchingSemantics(.unicodeScalar)

    private static func element(_ piece: String) -> ReadRow.Element? {
        let text = String(String.UnicodeScalarView(piece.unicodeScalars.drop { $0 == " " }))
        if let bare = text.wholeMatch(of: number) {
            return .bare(String(bare.1))
        }
        if let removal = text.wholeMatch(of: removed) {
            return Int64(removal.1).map { .remove($0) }
        }
        guard let match = text.wholeMatch(of: pair) else { return nil }
        return signal(quotedKey: match.1, plainKey: match.2, value: String(match.3 ?? match.4 ?? ""))
    }

    private static func signal(quotedKey: Substring?, plainKey: Substring?, value: String) -> ReadRow.Element? {
        var key = String.UnicodeScalarView((quotedKey ?? plainKey ?? "").unicodeScalars)
        if key.first == "-" {
            key.removeFirst()
            while quotedKey == nil, key.first == " " { key.removeFirst() }
        }
        guard !key.isEmpty else { return nil }
        let name = String(key)
        let isNumber = !value.isEmpty && value.utf8.allSatisfy { (48...57).contains($0) }
        switch name.utf8.map({ (65...90).contains($0) ? $0 + 32 : $0 }) {
        case Array("d_sid".utf8): return isNumber ? Int64(value).map { .add($0) } : nil
        case Array("d_unsid".utf8): return isNumber ? Int64(value).map { .remove($0) } : nil
        default: return .signal(name, value)
        }
    }
}
