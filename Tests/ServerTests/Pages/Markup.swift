import Foundation

/// A strict look at a page: whether a browser has to guess anything.
struct Markup {
    private(set) var faults: [String] = []
    /// Of `h1` to `h6`, in order.
    private(set) var headings: [Int] = []
    private(set) var links: [String] = []
    private(set) var ids: [String] = []
    private var open: [String] = []
    private var rest: Substring

    private static let empty: Set<String> = ["meta", "link", "input", "br", "hr", "img", "wbr"]

    init(_ page: String) {
        let text = page.replacingOccurrences(of: "<!doctype html>\n", with: "")
        rest = text[...]
        while let begin = rest.firstIndex(of: "<") {
            check(text: rest[..<begin])
            rest = rest[begin...]
            guard let end = rest.firstIndex(of: ">") else {
                faults.append("a tag does not end")
                break
            }
            take(rest[rest.index(after: begin)..<end])
            rest = rest[rest.index(after: end)...]
        }
        check(text: rest)
        if !open.isEmpty { faults.append("open at the end: \(open)") }
        if Set(ids).count != ids.count { faults.append("an id stands twice") }
        if !ids.contains("main"), text.contains("<html") { faults.append("there is no main landmark") }
        for (one, other) in zip(headings, headings.dropFirst()) where other > one + 1 {
            faults.append("h\(other) follows h\(one)")
        }
    }

    private mutating func check(text: Substring) {
        if text.contains(">") { faults.append("'>' in text: \(text.prefix(80))") }
        for piece in text.split(separator: "&", omittingEmptySubsequences: false).dropFirst()
        where piece.prefixMatch(of: /(amp|lt|gt|quot|#39);/) == nil {
            faults.append("'&' in text: \(piece.prefix(20))")
        }
    }

    private mutating func take(_ tag: Substring) {
        if tag.hasPrefix("/") {
            let name = String(tag.dropFirst())
            if open.last != name { faults.append("</\(name)> closes \(open.last ?? "nothing")") }
            _ = open.popLast()
            return
        }
        let closesItself = tag.hasSuffix("/")
        let name = String(tag.prefix { $0.isLetter || $0.isNumber })
        attributes(tag.dropFirst(name.count), of: name)
        if name.count == 2, name.first == "h", let level = Int(name.dropFirst()) { headings.append(level) }
        if !closesItself, !Self.empty.contains(name) { open.append(name) }
    }

    private mutating func attributes(_ text: Substring, of name: String) {
        var text = text.hasSuffix("/") ? text.dropLast() : text
        while let match = text.prefixMatch(of: /\s+([a-zA-Z:\-0-9]+)(="([^"<]*)")?/) {
            let attribute = String(match.1)
            let value = match.3.map(String.init) ?? ""
            if attribute == "style" || attribute.hasPrefix("on") { faults.append("\(attribute) is blocked in \(name)") }
            if attribute == "id" { ids.append(value) }
            if attribute == "href", name == "a" { links.append(value) }
            text = text[match.range.upperBound...]
        }
        if !text.isEmpty { faults.append("cannot be read in <\(name)>: \(text.prefix(60))") }
    }
}
