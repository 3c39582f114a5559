import TidegateModel

extension ValueKind where Value == LocalTime {
    static let localTime = ValueKind.scalar(
        "a time from 00:00 to 23:59 such as 02:00",
        schema: ["type": .text("string"), "pattern": .text("^([01][0-9]|2[0-3]):[0-5][0-9]$")],
        show: { .text($0.description) }
    ) { text, _ in
        LocalTime(iso: text).map { .value($0) } ?? .wrong
    }
}

extension ValueKind where Value == LocalDate {
    static let localDate = ValueKind.scalar(
        "a date such as 2026-11-21",
        schema: ["type": .text("string"), "format": .text("date"), "pattern": .text("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    ) { text, name in
        if let date = LocalDate(iso: text) { return .value(date) }
        let isDateLike = text.wholeMatch(of: #/[0-9]{4}-[0-9]{2}-[0-9]{2}/#) != nil
        return isDateLike ? .refused("'\(name)' is \(text), a date that does not exist") : .wrong
    }
}

extension ValueKind where Value == String {
    /// An IANA time zone.
    ///
    /// Abbreviations and fixed offsets are no zones: they do not know when clocks change.
    static let timeZone = ValueKind(
        schema: ["type": .text("string"), "examples": .list([.text("UTC"), .text("Europe/Stockholm")])],
        show: { .text($0) }
    ) { tree, name, context in
        let expected = "a time zone such as Europe/Stockholm"
        guard let scalar = scalar(of: tree, named: name, expected: expected, context) else { return nil }
        if Zone(scalar.text) != nil { return scalar.text }
        let suggestion = context.suggestion(for: scalar.text, among: knownZones)
        context.problems.error("unknown time zone \(shown(tree))\(suggestion)", at: scalar.position)
        return nil
    }
}

private let knownZones = Zone.knownIdentifiers
