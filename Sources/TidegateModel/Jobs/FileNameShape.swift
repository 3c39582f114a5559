/// Every name that a template could become for one segment of one dataflow, with the folder's path before it where there
/// is one.
///
/// Days and times stand for any digits in their places, and a snapshot's id for any id.
package struct FileNameShape: Hashable, Sendable {
    /// One byte of a name, as far as it is known.
    package enum Place: Hashable, Sendable {
        case byte(UInt8)
        case digit
        case hexDigit

        package func meets(_ other: Place) -> Bool {
            switch (self, other) {
            case (.byte(let left), .byte(let right)): left == right
            case (.byte(let byte), .digit), (.digit, .byte(let byte)): Self.isDigit(byte)
            case (.byte(let byte), .hexDigit), (.hexDigit, .byte(let byte)): Self.isHexDigit(byte)
            case (.digit, _), (.hexDigit, _): true
            }
        }

        static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
        static func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte }
    }

    /// One row of places for each export mode that the name can show.
    package private(set) var stems: [[Place]] = [[]]
    private var fileExtension: String
    /// No other run can write the name.
    package private(set) var hasRun = false

    /// An incremental dataflow also writes full files, on demand. A reference in the path stands for itself.
    package init(_ name: FileName, in folder: FolderPath? = nil, _ subject: FileName.Subject) {
        fileExtension = subject.dataflow.file.fileExtension
        for piece in folder?.pieces ?? [] {
            switch piece {
            case .token(let token): append(token, subject)
            case .reference(let text): append(text)
            }
        }
        if folder != nil { append("/") }
        for token in name.tokens { append(token, subject) }
    }

    /// The paths of a folder, with a slash at their end, for names of another kind.
    package init(of folder: FolderPath, _ subject: FileName.Subject) {
        fileExtension = ""
        for piece in folder.pieces {
            switch piece {
            case .token(let token): append(token, subject)
            case .reference(let text): append(text)
            }
        }
        append("/")
    }

    private mutating func append(_ token: FileName.Token, _ subject: FileName.Subject) {
        switch token {
        case .text(let text): append(text)
        case .timestamp: append(digits: 10)
        case .dateTime(let pattern): append(pattern)
        case .macro(.runID): hasRun = true
        case .macro(.snapshotID): appendUUID()
        case .macro(.exportMode): append(modesOf: subject.dataflow)
        case .macro(let macro): append(macro.text(subject) ?? "")
        }
    }

    /// True where two exports could write one name, parts of split files among them.
    ///
    /// A name with a run's id is never written by another run. A file is taken to split into 999 parts at most.
    package func couldEqual(_ other: FileNameShape) -> Bool {
        guard !hasRun, !other.hasRun, fileExtension == other.fileExtension else { return false }
        return stems.contains { left in
            other.stems.contains { right in
                Self.meet(left, right) || Self.isPart(of: left, right) || Self.isPart(of: right, left)
            }
        }
    }

    private static func meet(_ left: some Collection<Place>, _ right: some Collection<Place>) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { $0.meets($1) }
    }

    /// True where `longer` could be `stem` with `_2` to `_999` behind it.
    private static func isPart(of stem: [Place], _ longer: [Place]) -> Bool {
        let number = longer.dropFirst(stem.count + 1)
        guard 1...3 ~= number.count, number.allSatisfy({ $0.meets(.digit) }), let first = number.first else {
            return false
        }
        let underscore = longer[stem.count].meets(.byte(UInt8(ascii: "_")))
        return underscore && first != .byte(UInt8(ascii: "0")) && number != [.byte(UInt8(ascii: "1"))]
            && meet(stem, longer.prefix(stem.count))
    }

    private mutating func append(_ places: [Place]) {
        for number in stems.indices { stems[number] += places }
    }

    private mutating func append(_ text: String) { append(text.utf8.map { .byte($0) }) }
    private mutating func append(digits: Int) { append(Array(repeating: .digit, count: digits)) }

    private mutating func append(_ pattern: DatePattern) {
        for piece in pattern.pieces {
            switch piece {
            case .text(let text): append(text)
            case .field(let field): append(digits: field.width)
            }
        }
    }

    private mutating func appendUUID() {
        for (number, width) in [8, 4, 4, 4, 12].enumerated() {
            if number > 0 { append("-") }
            append(Array(repeating: .hexDigit, count: width))
        }
    }

    private mutating func append(modesOf dataflow: Dataflow) {
        let modes = dataflow.export == .full ? [Dataflow.ExportMode.full] : Dataflow.ExportMode.allCases
        stems = stems.flatMap { stem in modes.map { stem + $0.rawValue.utf8.map { .byte($0) } } }
    }
}
