/// What a `like` looks for: `%` is any text, `_` any one Unicode scalar, the rest itself.
package struct LikePattern: Sendable {
    package enum Element: Hashable, Sendable {
        case anyText
        case anyScalar
        case scalar(Unicode.Scalar)
    }

    /// Scalars are case-folded where the options ignore case.
    package let elements: [Element]
    private let ignoresCase: Bool

    /// Nil where the pattern ends in its escape character.
    package init?(_ pattern: String, _ options: LikeOptions) {
        var elements: [Element] = []
        var isEscaped = false
        for scalar in pattern.unicodeScalars {
            let literal = Element.scalar(options.ignoresCase ? CaseMapping.folded(scalar) : scalar)
            if isEscaped {
                elements.append(literal)
                isEscaped = false
            } else if scalar == options.escape {
                isEscaped = true
            } else {
                elements.append(scalar == "%" ? .anyText : scalar == "_" ? .anyScalar : literal)
            }
        }
        if isEscaped { return nil }
        self.elements = elements
        ignoresCase = options.ignoresCase
    }

    package func matches(_ text: String) -> Bool {
        let scalars = text.unicodeScalars.map { ignoresCase ? CaseMapping.folded($0) : $0 }
        var at = 0
        var next = 0
        // Where to go on when the text after the last `%` turns out different: that `%` takes one scalar more.
        var retry: (at: Int, next: Int)?
        while at < scalars.count {
            if next < elements.count, elements[next] == .anyText {
                retry = (at, next + 1)
                next += 1
            } else if next < elements.count, elements[next] == .anyScalar || elements[next] == .scalar(scalars[at]) {
                at += 1
                next += 1
            } else if let (start, resume) = retry {
                retry = (start + 1, resume)
                (at, next) = (start + 1, resume)
            } else {
                return false
            }
        }
        return elements[next...].allSatisfy { $0 == .anyText }
    }
}
