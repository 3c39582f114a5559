/// A date of the proleptic Gregorian calendar, without a zone.
package struct LocalDate: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01; negative before.
    package let daysSinceEpoch: Int

    package init(daysSinceEpoch: Int) {
        self.daysSinceEpoch = daysSinceEpoch
    }

    /// Nil where the month has no such day.
    package init?(year: Int, month: Int, day: Int) {
        guard 1...12 ~= month, day >= 1, day <= Self.daysIn(month: month, of: year) else { return nil }
        self.init(daysSinceEpoch: Self.days(year: year, month: month, day: day))
    }

    package var year: Int { civil.year }
    package var month: Int { civil.month }
    package var day: Int { civil.day }

    /// Monday is 1, Sunday is 7.
    package var weekday: Int {
        (daysSinceEpoch + 3).flooredQuotientAndRemainder(dividingBy: 7).remainder + 1
    }

    package func adding(days: Int) -> LocalDate {
        LocalDate(daysSinceEpoch: daysSinceEpoch + days)
    }

    /// The same day of the month `months` later, or that month's last day where it is shorter.
    package func addingClamped(months: Int) -> LocalDate {
        let (year, month, day) = civil
        let (years, zeroBased) = (month - 1 + months).flooredQuotientAndRemainder(dividingBy: 12)
        let target = (year: year + years, month: zeroBased + 1)
        let clamped = min(day, Self.daysIn(month: target.month, of: target.year))
        return LocalDate(daysSinceEpoch: Self.days(year: target.year, month: target.month, day: clamped))
    }

    package static func < (left: LocalDate, right: LocalDate) -> Bool {
        left.daysSinceEpoch < right.daysSinceEpoch
    }

    package static func daysIn(month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Year, month and day at once, for callers that need all three.
    package var civil: (year: Int, month: Int, day: Int) {
        // Counts in 400-year eras from 1 March of the year 0, so that the leap day is the last of its year.
        let shifted = daysSinceEpoch + 719_468
        let (era, dayOfEra) = shifted.flooredQuotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shifted.flooredQuotientAndRemainder(dividingBy: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension LocalDate: CustomStringConvertible, Codable {
    /// `2026-11-21`.
    package var description: String {
        let (year, month, day) = civil
        return "\(year < 0 ? "-" : "")\(padded(abs(year), to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))"
    }

    /// Reads `yyyy-mm-dd` and nothing else.
    package init?(iso text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let date = LocalDate(iso: text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no date"))
        }
        self = date
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A time of day on a wall clock, to the minute.
package struct LocalTime: Hashable, Comparable, Sendable {
    package let minutesSinceMidnight: Int

    /// Nil outside 00:00 to 23:59.
    package init?(hour: Int, minute: Int) {
        guard 0..<24 ~= hour, 0..<60 ~= minute else { return nil }
        minutesSinceMidnight = hour * 60 + minute
    }

    package static let midnight = LocalTime(minutesSinceMidnight: 0)

    init(minutesSinceMidnight: Int) {
        self.minutesSinceMidnight = minutesSinceMidnight
    }

    package static func < (left: LocalTime, right: LocalTime) -> Bool {
        left.minutesSinceMidnight < right.minutesSinceMidnight
    }
}

extension LocalTime: CustomStringConvertible, Codable {
    /// `22:30`.
    package var description: String {
        "\(padded(minutesSinceMidnight / 60, to: 2)):\(padded(minutesSinceMidnight % 60, to: 2))"
    }

    /// Reads `hh:mm` and nothing else.
    package init?(iso text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"), let hour = number(bytes[0..<2]),
            let minute = number(bytes[3..<5])
        else { return nil }
        self.init(hour: hour, minute: minute)
    }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let time = LocalTime(iso: text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no time"))
        }
        self = time
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
