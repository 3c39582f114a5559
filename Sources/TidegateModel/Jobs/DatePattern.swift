/// A date and time as a file name shows them, such as `yyyyMMdd_HHmmss`.
///
/// Vendors disagree about case: `YYYYMMDD_HHMMSS`, `yyyymmddhhmmss` and `MMDDYYYY_HHMMSS` are all in use. Letters are
/// therefore read whatever their case, `YYYY` is the calendar year and `DD` the day of the month. Whether an `m` is a month
/// or a minute follows from its neighbours: after an hour or before a second it is a minute, beside a year or a day a month,
/// and only where neither tells, `MM` is the month and `mm` the minute.
package struct DatePattern: Hashable, Sendable {
    enum Field: Hashable, Sendable {
        case year, month, day, hour, minute, second

        /// As the documentation writes it.
        var letters: String {
            switch self {
            case .year: "yyyy"
            case .month: "MM"
            case .day: "dd"
            case .hour: "HH"
            case .minute: "mm"
            case .second: "ss"
            }
        }

        var width: Int { letters.count }
    }

    enum Piece: Hashable, Sendable {
        case field(Field)
        case text(String)
    }

    let pieces: [Piece]

    package init(_ pattern: String) throws(FileNameError) {
        let runs = Self.runs(of: pattern)
        var pieces: [Piece] = []
        var used: [Field] = []
        for (number, run) in runs.enumerated() {
            guard run.isWord else {
                pieces.append(.text(run.text))
                continue
            }
            let field = try Self.field(run, after: used, before: runs[(number + 1)...].first { $0.isWord }, in: pattern)
            if used.contains(field) {
                throw .malformed("date pattern '\(pattern)' has the \(field) twice", at: run.offset)
            }
            used.append(field)
            pieces.append(.field(field))
        }
        if used.isEmpty { throw .malformed("date pattern '\(pattern)' names no part of a date", at: 0) }
        self.pieces = pieces
    }

    /// The pattern filled in, in UTC.
    package func text(of instant: Instant) -> String {
        let date = Zone.utc.localDate(at: instant).civil
        let seconds = Int(instant.wholeSeconds).flooredQuotientAndRemainder(dividingBy: 86_400).remainder
        return pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .field(.year): padded(date.year, to: 4)
            case .field(.month): padded(date.month, to: 2)
            case .field(.day): padded(date.day, to: 2)
            case .field(.hour): padded(seconds / 3600, to: 2)
            case .field(.minute): padded(seconds / 60 % 60, to: 2)
            case .field(.second): padded(seconds % 60, to: 2)
            }
        }.joined()
    }
}

extension DatePattern {
    /// The same letter some times over, or anything between letters.
    private struct Run {
        var text: String
        var offset: Int
        var isWord: Bool
        var letter: Character { text.first.map { Character($0.lowercased()) } ?? " " }
    }

    private static func runs(of pattern: String) -> [Run] {
        var runs: [Run] = []
        for (offset, scalar) in pattern.unicodeScalars.enumerated() {
            let isWord = scalar.properties.isAlphabetic
            if let last = runs.last, last.isWord == isWord, !isWord || last.text.unicodeScalars.last == scalar {
                runs[runs.count - 1].text.unicodeScalars.append(scalar)
            } else {
                runs.append(Run(text: String(Character(scalar)), offset: offset, isWord: isWord))
            }
        }
        return runs
    }

    private static func field(
        _ run: Run,
        after used: [Field],
        before next: Run?,
        in pattern: String
    ) throws(FileNameError) -> Field {
        let field: Field
        switch run.letter {
        case "y": field = .year
        case "m": field = monthOrMinute(run, after: used, before: next)
        case "d": field = .day
        case "h": field = .hour
        case "s": field = .second
        default:
            throw .malformed(
                "date pattern '\(pattern)' has '\(run.text)', and knows yyyy MM dd HH mm ss",
                at: run.offset
            )
        }
        guard run.text.count == field.width else {
            throw .malformed(
                "date pattern '\(pattern)' writes the \(field) as '\(run.text)', not '\(field.letters)'",
                at: run.offset
            )
        }
        return field
    }

    private static func monthOrMinute(_ run: Run, after used: [Field], before next: Run?) -> Field {
        switch used.last {
        case .hour, .second: return .minute
        case .year, .day: return .month
        case .month: return .minute
        case .minute: return .month
        case nil: break
        }
        switch next?.letter {
        case "s": return .minute
        case "y", "d": return .month
        default: return run.text.first == "M" ? .month : .minute
        }
    }
}
