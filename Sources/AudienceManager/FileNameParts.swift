import TidegateModel

/// What stands behind the prefix of a name: numbers between underscores, and endings behind dots.
struct FileNameParts {
    struct Endings {
        var mode: String
        var split: Int?
        var packing: Packing
    }

    /// The timestamp last.
    let numbers: [Substring]
    private let texts: [Substring]

    init(_ text: Substring) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        numbers = parts[0].split(separator: "_", omittingEmptySubsequences: false)
        texts = Array(parts.dropFirst())
    }

    static func number(_ text: Substring, _ subject: String) throws(BadFileName) -> Int64 {
        guard !text.isEmpty else { throw BadFileName("\(subject) is missing") }
        guard text.utf8.allSatisfy(\.isASCIIDigit) else { throw BadFileName("\(subject) is not a number") }
        guard let number = Int64(text) else { throw BadFileName("\(subject) is too big") }
        return number
    }

    func timestamp(_ timestamps: DropOff.Timestamps) throws(BadFileName) -> Int64 {
        let text = numbers[numbers.count - 1]
        let timestamp = try Self.number(text, "timestamp")
        let counts = timestamps == .strict ? [10] : [9, 10]
        guard counts.contains(text.count) else {
            let needed = counts.map(String.init).joined(separator: " or ")
            throw BadFileName("timestamp has \(text.count) digit\(text.count == 1 ? "" : "s"), \(needed) are needed")
        }
        return timestamp
    }

    /// Mode, split number, packing, in this order.
    func endings(modes: [String], packings: [Packing]) throws(BadFileName) -> Endings {
        guard texts.allSatisfy({ !$0.isEmpty }) else { throw BadFileName("nothing stands behind a dot") }
        var endings = Endings(mode: try mode(modes), packing: .none)
        var rest = texts.dropFirst()
        if let text = rest.first, text.utf8.allSatisfy(\.isASCIIDigit) {
            guard let split = Int(text) else { throw BadFileName("split number is too big") }
            endings.split = split
            rest = rest.dropFirst()
        }
        guard let text = rest.first else { return endings }
        if endings.split != nil, text.utf8.allSatisfy(\.isASCIIDigit) {
            throw BadFileName("name has two split numbers")
        }
        endings.packing = try packing(text, packings)
        try checkEnd(rest, hasSplit: endings.split != nil)
        return endings
    }

    private func mode(_ modes: [String]) throws(BadFileName) -> String {
        let allowed = modes.map { ".\($0)" }
        let choice = allowed.count == 1 ? "not \(allowed[0])" : "none of \(allowed.joined(separator: " and "))"
        guard let text = texts.first else {
            throw BadFileName("sync mode is missing, \(allowed.joined(separator: " or ")) is needed")
        }
        if modes.contains(String(text)) { return String(text) }
        if text == "overwrite" { throw BadFileName("ID files have no .overwrite, only .sync") }
        if texts.dropFirst().contains(where: { modes.contains(String($0)) }) {
            throw BadFileName("sync mode does not stand first behind the timestamp")
        }
        throw BadFileName("sync mode\(Self.shown(text)) is \(choice)")
    }

    private func packing(_ text: Substring, _ packings: [Packing]) throws(BadFileName) -> Packing {
        if let packing = packings.first(where: { $0.rawValue == text }) { return packing }
        if text == "pgp" || text == "gpg" { throw BadFileName("ID files are packed as .gz only, not encrypted") }
        if text == "zip" { throw BadFileName("packing '.zip' is not allowed, only .gz is") }
        let allowed = packings.map { ".\($0.rawValue)" }.joined(separator: ", ")
        throw BadFileName("ending\(Self.shown(text)) is no split number and none of \(allowed)")
    }

    private func checkEnd(_ rest: ArraySlice<Substring>, hasSplit: Bool) throws(BadFileName) {
        guard let packing = rest.first, let further = rest.dropFirst().first else { return }
        let isEncryption = { (text: Substring) in text == "pgp" || text == "gpg" }
        if packing == "gz" && isEncryption(further) || further == "gz" && isEncryption(packing) {
            throw BadFileName("gzip and PGP exclude each other")
        }
        if !hasSplit, further.utf8.allSatisfy(\.isASCIIDigit) {
            throw BadFileName("split number stands behind the packing instead of before it")
        }
        throw BadFileName("name goes on behind the packing")
    }

    /// In quotes; long ones are nobody's slip and are not shown.
    private static func shown(_ text: Substring) -> String { text.count <= 12 ? " '.\(text)'" : "" }
}
