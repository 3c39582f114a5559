/// The template of a destination's folder: a path with the macros of file names between percent signs.
///
/// Two percent signs in a row are one of the path. References (`${env:NAME}`) are taken as they stand: whoever fills them
/// in first doubles the percent signs they bring, so that none of it is read as a macro.
package struct FolderPath: Hashable, Sendable {
    enum Piece: Hashable, Sendable {
        case token(FileName.Token)
        case reference(String)
    }

    let pieces: [Piece]

    /// Reads a template; refuses what could never become a usable path.
    ///
    /// A path may be absolute, relative, empty (the root of a bucket) or `.` (where a login lands).
    package init(template: String) throws(FileNameError) {
        pieces = try Self.pieces(of: template)
        let text = pieces.map { piece in
            switch piece {
            case .token(.text(let text)): text
            case .token(.macro), .token(.timestamp), .reference: "a"
            case .token(.dateTime(let pattern)): pattern.text(of: Instant(milliseconds: 0))
            }
        }.joined()
        if let problem = Self.problem(with: text) {
            throw .malformed("path '\(FileName.printable(template))' \(problem)", at: 0)
        }
    }

    /// The path of one export's files, in UTC; a path without macros is itself.
    package func render(_ subject: FileName.Subject, _ moment: FileName.Moment) throws(FileNameError) -> String {
        var path = ""
        for piece in pieces {
            switch piece {
            case .reference(let text), .token(.text(let text)): path += text
            case .token(.macro(let macro)): path += try Self.text(of: macro, subject, moment)
            case .token(.timestamp): path += padded(moment.scheduledFor.wholeSeconds, to: 10)
            case .token(.dateTime(let pattern)): path += pattern.text(of: moment.scheduledFor)
            }
        }
        if let problem = Self.problem(with: path) { throw .unusable("path '\(FileName.printable(path))' \(problem)") }
        return path
    }

    private static func text(
        of macro: FileName.Macro, _ subject: FileName.Subject, _ moment: FileName.Moment
    ) throws(FileNameError) -> String {
        let text = macro.text(subject, moment)
        guard !text.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }) else {
            throw .unusable("path gets a slash or a backslash from '%\(macro.rawValue)%'")
        }
        return text
    }

    /// Each segment has a path of its own.
    package var differsBySegment: Bool {
        pieces.contains { [.token(.macro(.segmentName)), .token(.macro(.segmentID))].contains($0) }
    }

    /// Every run's path is the same.
    package var isFixed: Bool { pieces.allSatisfy(\.isFixed) }

    /// The deepest folder that the folders of all runs are in or are, as far as the template says; empty where a relative
    /// path says nothing.
    package var fixedPart: String {
        let fixed = pieces.prefix(while: \.isFixed)
        let text = fixed.map(\.text).joined()
        guard fixed.count < pieces.count else { return text }
        guard let slash = text.lastIndex(of: "/") else { return "" }
        return slash == text.startIndex ? "/" : String(text[..<slash])
    }
}

extension FolderPath.Piece {
    fileprivate var isFixed: Bool {
        switch self {
        case .reference, .token(.text): true
        case .token: false
        }
    }

    fileprivate var text: String {
        switch self {
        case .reference(let text), .token(.text(let text)): text
        case .token: ""
        }
    }
}

extension FolderPath {
    /// `text` as a part of a template that stands for itself.
    package static func escaped(_ text: String) -> String {
        text.contains("%") ? text.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%") : text
    }

    private static func pieces(of template: String) throws(FileNameError) -> [Piece] {
        let scalars = Array(template.unicodeScalars)
        var pieces: [Piece] = []
        var text = String.UnicodeScalarView()
        var position = 0
        func flush() {
            if !text.isEmpty { pieces.append(.token(.text(String(text)))) }
            text.removeAll()
        }
        while position < scalars.count {
            let next = position + 1 < scalars.count ? scalars[position + 1] : nil
            switch (scalars[position], next) {
            case ("%", "%"):
                text.append("%")
                position += 2
            case ("%", _):
                guard let end = scalars[(position + 1)...].firstIndex(of: "%") else {
                    throw .malformed(
                        "'%' opens a macro that no second '%' closes; a percent sign itself is written '%%'",
                        at: position
                    )
                }
                flush()
                let macro = String(String.UnicodeScalarView(scalars[(position + 1)..<end]))
                pieces.append(.token(try FileName.token(macro, at: position)))
                position = end + 1
            case ("$", "{"):
                let end = scalars[position...].firstIndex(of: "}") ?? scalars.count - 1
                flush()
                pieces.append(.reference(String(String.UnicodeScalarView(scalars[position...end]))))
                position = end + 1
            case (let scalar, _):
                text.append(scalar)
                position += 1
            }
        }
        flush()
        return pieces
    }

    /// What makes `path` unfit for a folder, as the rest of a sentence, or nil where it is fit.
    private static func problem(with path: String) -> String? {
        if path.isEmpty || path == "/" || path == "." { return nil }
        if path.unicodeScalars.contains(where: FileName.isUnprintable) { return "contains a control character" }
        // By bytes: as characters, a slash with a combining accent behind it is no slash.
        let bytes = path.utf8.first == UInt8(ascii: "/") ? Array(path.utf8.dropFirst()) : Array(path.utf8)
        let dot = UInt8(ascii: ".")
        for component in bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            if component.isEmpty { return "has two slashes in a row or one at its end" }
            if component.elementsEqual([dot, dot]) { return "contains '..'" }
            if component.elementsEqual([dot]) { return "contains '.' as a folder" }
            if component.count > 255 { return "has a folder with more than 255 bytes" }
        }
        return nil
    }
}

extension Destination {
    /// With another path, such as a rendered one; a connector, which has none, as it is.
    package func placed(at path: String) -> Destination {
        var destination = self
        destination.place = place.placed(at: path)
        return destination
    }
}
