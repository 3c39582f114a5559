import Foundation
import TidegateModel
import Transfer

/// How long a receiver asks to be left alone, in whatever words it says so.
package enum RateSignal {
    /// A wait shorter than a second hammers, one longer than two minutes is a misreading: limits are windows of a minute.
    package static let usualClamp = Span.seconds(1)...Span.seconds(120)

    /// By `Retry-After` (seconds or a date), else by a reset header of a 429 (seconds from now or an epoch), else by what
    /// the body said; nil where nothing says anything.
    ///
    /// - Parameters:
    ///   - bodySeconds: what the connector found in the body.
    ///   - now: for dates and epochs where the answer has no `Date` of its own, which a wrong clock here could not spoil.
    package static func wait(
        _ answer: TransferAnswer, bodySeconds: Double? = nil, now: Instant,
        clamp: ClosedRange<Span> = usualClamp
    ) -> Span? {
        let now = answer.headers["date"].flatMap(moment) ?? now
        return asked(answer, bodySeconds, now).map { min(max($0, clamp.lowerBound), clamp.upperBound) }
    }

    private static func asked(_ answer: TransferAnswer, _ bodySeconds: Double?, _ now: Instant) -> Span? {
        if let text = answer.headers["retry-after"] {
            if let wait = Double(text).flatMap({ span($0, now) }) { return wait }
            if let moment = moment(text) { return moment - now }
        }
        if answer.status == 429 {
            for name in ["x-ratelimit-reset", "ratelimit-reset"] {
                if let wait = answer.headers[name].flatMap(Double.init).flatMap({ span($0, now) }) { return wait }
            }
        }
        return bodySeconds.flatMap { span($0, now) }
    }

    /// One header name, two meanings, even on one host: no wait is as long as 32 years, and no clock is before 2001.
    private static func span(_ seconds: Double, _ now: Instant) -> Span? {
        guard seconds.isFinite else { return nil }
        let span = Span.milliseconds(Int64(min(max(seconds, 0), 1e12) * 1000))
        return seconds >= 1e9 ? Instant(milliseconds: span.milliseconds) - now : span
    }

    /// A date of HTTP (RFC 9110, section 5.6.7), in any of its three forms.
    static func moment(_ text: String) -> Instant? {
        var numbers: [Int] = []
        var month: Int?
        var time: [Int] = []
        for word in text.split(whereSeparator: { " ,-".contains($0) }) {
            if word.contains(":") {
                time = word.split(separator: ":").compactMap { Int($0) }
            } else if let number = Int(word) {
                numbers.append(number)
            } else if month == nil {
                month = months.firstIndex(of: word.lowercased()).map { $0 + 1 }
            }
        }
        guard numbers.count == 2, let month, time.count == 3 else { return nil }
        let year = numbers[1] < 100 ? 2000 + numbers[1] : numbers[1]
        let words = "\(year)-\(two(month))-\(two(numbers[0]))T\(time.map(two).joined(separator: ":"))Z"
        return Instant(iso: words)
    }

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    private static func two(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
