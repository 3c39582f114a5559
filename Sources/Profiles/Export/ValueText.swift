import Foundation
import TidegateModel

/// How values look in files: numbers, dates and instants as ASCII, without a `String` between.
extension ByteBuffer {
    mutating func append(integer value: Int64) {
        var magnitude = value.magnitude
        let width = Self.digits(in: magnitude)
        let isNegative = value < 0
        let start = reserve(20)
        start.pointee = UInt8(ascii: "-")
        var end = start + width + (isNegative ? 1 : 0)
        advance(width + (isNegative ? 1 : 0))
        while magnitude >= 100 {
            let (rest, pair) = magnitude.quotientAndRemainder(dividingBy: 100)
            end -= 2
            Self.write(pair: Int(pair), at: end)
            magnitude = rest
        }
        if magnitude >= 10 {
            Self.write(pair: Int(magnitude), at: end - 2)
        } else {
            (end - 1).pointee = Self.zero + UInt8(truncatingIfNeeded: magnitude)
        }
    }

    /// The shortest decimal that reads back as the same number: `1234.5`, `1234.0`, `1e-05`, `inf`.
    mutating func append(real value: Double) {
        guard appendCents(value) else { return append(value.description) }
    }

    /// Most reals in customer data are amounts; those have at most two decimals and need no search for the shortest.
    ///
    /// Below 10^15 hundredths every decimal is a different number, so two decimals that read back are the shortest.
    @inline(__always)
    private mutating func appendCents(_ value: Double) -> Bool {
        let hundredths = (value * 100).rounded()
        guard hundredths.magnitude < 1e15, hundredths / 100 == value, hundredths != 0 || value.sign == .plus
        else { return false }
        let magnitude = Int64(hundredths.magnitude)
        let (whole, cents) = magnitude.quotientAndRemainder(dividingBy: 100)
        if hundredths < 0 { append(UInt8(ascii: "-")) }
        append(integer: whole)
        let fraction = reserve(3)
        fraction.pointee = UInt8(ascii: ".")
        Self.write(pair: Int(cents), at: fraction + 1)
        advance(cents % 10 == 0 ? 2 : 3)
        return true
    }

    mutating func append(boolean value: Bool) {
        append(value ? "true" : "false")
    }

    /// `2026-11-21`; years beyond four digits as they are, a number that is no day of any calendar as the number.
    mutating func append(daysSinceEpoch days: Int64) {
        guard days.magnitude < Self.dayLimit else { return append(integer: days) }
        let (year, month, day) = LocalDate(daysSinceEpoch: Int(truncatingIfNeeded: days)).civil
        guard 0...9999 ~= year else { return append(LocalDate(daysSinceEpoch: Int(days)).description) }
        let place = reserve(10)
        Self.write(pair: year / 100, at: place)
        Self.write(pair: year % 100, at: place + 2)
        place[4] = UInt8(ascii: "-")
        Self.write(pair: month, at: place + 5)
        place[7] = UInt8(ascii: "-")
        Self.write(pair: day, at: place + 8)
        advance(10)
    }

    /// `2026-11-21T02:00:00Z`, with `.123` before the Z only where the milliseconds are not zero.
    mutating func append(millisecondsSinceEpoch value: Int64) {
        var (days, rest) = value.quotientAndRemainder(dividingBy: 86_400_000)
        if rest < 0 { (days, rest) = (days - 1, rest + 86_400_000) }
        guard days.magnitude < Self.dayLimit else { return append(integer: value) }
        append(daysSinceEpoch: days)
        let (seconds, millis) = Int(rest).quotientAndRemainder(dividingBy: 1000)
        let place = reserve(14)
        place[0] = UInt8(ascii: "T")
        Self.write(pair: seconds / 3600, at: place + 1)
        place[3] = UInt8(ascii: ":")
        Self.write(pair: seconds / 60 % 60, at: place + 4)
        place[6] = UInt8(ascii: ":")
        Self.write(pair: seconds % 60, at: place + 7)
        guard millis != 0 else {
            place[9] = UInt8(ascii: "Z")
            return advance(10)
        }
        place[9] = UInt8(ascii: ".")
        place[10] = Self.zero + UInt8(truncatingIfNeeded: millis / 100)
        Self.write(pair: millis % 100, at: place + 11)
        place[13] = UInt8(ascii: "Z")
        advance(14)
    }

    private static let zero = UInt8(ascii: "0")

    /// Days beyond which a stored number is not taken for a date.
    private static let dayLimit: UInt64 = 1 << 40

    @inline(__always)
    private static func write(pair: Int, at place: UnsafeMutablePointer<UInt8>) {
        let tens = pair / 10
        place[0] = zero + UInt8(truncatingIfNeeded: tens)
        place[1] = zero + UInt8(truncatingIfNeeded: pair - tens * 10)
    }

    @inline(__always)
    private static func digits(in magnitude: UInt64) -> Int {
        var limit: UInt64 = 10
        for width in 1..<19 {
            if magnitude < limit { return width }
            limit *= 10
        }
        return magnitude < limit ? 19 : 20
    }
}
