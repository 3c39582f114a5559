import Foundation
import TidegateModel

extension ValueKind where Value == Bool {
    static let boolean = ValueKind.scalar(
        "true or false", schema: ["type": .text("boolean")], mustBePlain: true, show: { .boolean($0) }
    ) { text, _ in
        switch text {
        case "true": .value(true)
        case "false": .value(false)
        default: .wrong
        }
    }
}

extension ValueKind where Value == Int {
    /// A whole number from `least` on.
    static func integer(from least: Int) -> ValueKind {
        .scalar(
            "a whole number from \(least) on", schema: ["type": .text("integer"), "minimum": .integer(least)],
            mustBePlain: true, show: { .integer($0) }
        ) { text, _ in
            guard text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), let number = Int(text),
                number >= least
            else { return .wrong }
            return .value(number)
        }
    }
}

extension ValueKind where Value == Double {
    /// `1%` or `0.01`, from nothing to all.
    static let share = ValueKind.scalar(
        "a share such as 1% or 0.01",
        schema: [
            "anyOf": .list([
                ["type": .text("number"), "minimum": .integer(0), "maximum": .integer(1)],
                ["type": .text("string"), "pattern": .text(#"^[0-9]+(\.[0-9]+)?%$"#)],
            ])
        ],
        show: { .real($0) }
    ) { text, _ in
        guard let match = text.wholeMatch(of: #/([0-9]+(?:\.[0-9]+)?)(%?)/#), let number = Double(match.1) else {
            return .wrong
        }
        let share = match.2.isEmpty ? number : number / 100
        return share <= 1 ? .value(share) : .wrong
    }
}

extension ValueKind where Value == Span {
    /// Days, hours, minutes and seconds, the larger first.
    static func duration(orNone: Bool = false) -> ValueKind {
        .scalar(
            "a duration such as 20m, 6h or 1h30m",
            schema: ["type": .text("string"), "pattern": .text("^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$")],
            show: { .text(text(of: $0)) }
        ) { text, name in
            guard let match = text.wholeMatch(of: #/(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?/#),
                !text.isEmpty
            else { return .wrong }
            let counts = [match.1, match.2, match.3, match.4].map { $0.map { Int64($0) } ?? 0 }
            // Ten years, in any unit, are far from overflow.
            guard counts.allSatisfy({ $0.map { $0 <= 315_360_000 } ?? false }) else {
                return .refused("'\(name)' must be at most 3650d, not '\(text)'")
            }
            let span = zip(counts, [86_400, 3600, 60, 1]).reduce(Span.seconds(0)) {
                Span(milliseconds: $0.milliseconds + ($1.0 ?? 0) * $1.1 * 1000)
            }
            if span > .days(3650) { return .refused("'\(name)' must be at most 3650d, not '\(text)'") }
            if span == .seconds(0), !orNone { return .refused("'\(name)' must be longer than nothing") }
            return .value(span)
        }
    }

    private static func text(of span: Span) -> String {
        var seconds = span.milliseconds / 1000
        var text = ""
        for (unit, length) in [("d", Int64(86_400)), ("h", 3600), ("m", 60), ("s", 1)] where seconds >= length {
            text += "\(seconds / length)\(unit)"
            seconds %= length
        }
        return text.isEmpty ? "0s" : text
    }
}

extension ValueKind where Value == UUID {
    static let uuid = ValueKind.scalar(
        "a UUID such as 6f1d0c5a-8b0e-4c57-9c0b-7a1de6a7e001",
        schema: ["type": .text("string"), "format": .text("uuid")]
    ) { text, _ in
        UUID(uuidString: text).map { .value($0) } ?? .wrong
    }
}

extension ValueKind where Value == UInt8 {
    /// One printable ASCII character or a tab.
    static let character = ValueKind.scalar(
        #"one ASCII character (a tab is "\t")"#,
        schema: ["type": .text("string"), "minLength": .integer(1), "maxLength": .integer(1)],
        show: { .text(String(UnicodeScalar($0))) }
    ) { text, _ in
        let bytes = Array(text.utf8)
        guard bytes.count == 1, bytes[0] == 0x09 || 0x20...0x7E ~= bytes[0] else { return .wrong }
        return .value(bytes[0])
    }
}
