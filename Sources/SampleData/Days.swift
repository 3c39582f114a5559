/// The days of nearly a century, written out once.
struct Days {
    /// 2026-11-20, counted from 1930-01-01: the last day that anything happened, the day before the anchor 2026-11-21.
    static let anchor = 35_387

    private let text: [UInt8]

    init() {
        var text: [UInt8] = []
        text.reserveCapacity(10 * (Self.anchor + 1))
        var (year, month, day) = (1930, 1, 1)
        for _ in 0...Self.anchor {
            for (number, unit) in [(year, 1000), (month, 10), (day, 10)] {
                if number != year || unit != 1000 { text.append(UInt8(ascii: "-")) }
                var power = unit
                while power > 0 {
                    text.append(UInt8(ascii: "0") + UInt8(number / power % 10))
                    power /= 10
                }
            }
            day += 1
            if day > Self.length(of: month, year) {
                (month, day) = (month + 1, 1)
                if month > 12 { (year, month) = (year + 1, 1) }
            }
        }
        self.text = text
    }

    /// A day on which someone of 18 to 85 years was born.
    static func birth(_ random: inout SplitMix64) -> Int { anchor - 6575 - random.below(24_000) }

    /// `2026-11-20`.
    func append(_ day: Int, to buffer: inout RowBuffer) {
        text.withUnsafeBytes { buffer.append(UnsafeRawBufferPointer(rebasing: $0[day * 10..<day * 10 + 10])) }
    }

    private static func length(of month: Int, _ year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
