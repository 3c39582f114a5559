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

    /// A whole number within bounds.
    static func integer(_ bounds: ClosedRange<Int>) -> ValueKind {
        let (least, most) = (bounds.lowerBound, bounds.upperBound)
        return .scalar(
            "a whole number from \(least) to \(most)",
            schema: ["type": .text("integer"), "minimum": .integer(least), "maximum": .integer(most)],
            mustBePlain: true, show: { .integer($0) }
        ) { text, _ in
            guard text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), let number = Int(text),
                bounds.contains(number)
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
    static func duration(orNone: Bool = false, atMost most: Span = .days(3650)) -> ValueKind {
        .scalar(
            "a duration such as 20m, 6h or 1h30m",
            schema: [
                "type": .text("string"), "minLength": .integer(2),
                "pattern": .text("^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$"),
            ],
            show: { .text(text(of: $0)) }
        ) { text, name in
            guard let seconds = seconds(of: text) else { return .wrong }
            // Ten years are far from overflow.
            guard seconds <= most.milliseconds / 1000 else {
                return .refused("'\(name)' must be at most \(Self.text(of: most)), not '\(text)'")
            }
            let span = Span.seconds(seconds)
            if span == .seconds(0), !orNone { return .refused("'\(name)' must be longer than nothing") }
            return .value(span)
        }
    }

    private static let units: [(letter: UInt8, seconds: Int64)] = [
        (UInt8(ascii: "d"), 86_400), (UInt8(ascii: "h"), 3600), (UInt8(ascii: "m"), 60), (UInt8(ascii: "s"), 1),
    ]

    /// Nil where the text is no duration; the largest number there is where it is one beyond counting.
    private static func seconds(of text: String) -> Int64? {
        var rest = Array(text.utf8)[...]
        guard !rest.isEmpty else { return nil }
        var total: Int64 = 0
        var smallerUnits = units[...]
        while !rest.isEmpty {
            let digits = rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            rest = rest.dropFirst(digits.count)
            guard !digits.isEmpty, let letter = rest.popFirst(),
                let unit = smallerUnits.firstIndex(where: { $0.letter == letter })
            else { return nil }
            let count = Int64(String(decoding: digits, as: UTF8.self)) ?? .max
            let (product, isBeyond) = count.multipliedReportingOverflow(by: units[unit].seconds)
            let (sum, isFarBeyond) = total.addingReportingOverflow(product)
            total = isBeyond || isFarBeyond ? .max : sum
            smallerUnits = units[(unit + 1)...]
        }
        return total
    }

    private static func text(of span: Span) -> String {
        var seconds = span.milliseconds / 1000
        var text = ""
        for unit in units where seconds >= unit.seconds {
            text += "\(seconds / unit.seconds)\(UnicodeScalar(unit.letter))"
            seconds %= unit.seconds
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
