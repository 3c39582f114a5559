/// Made-up rows of a data file in Audience Manager's format: an id, and ten signals, half of them traits by number.
///
/// Each row depends on the seed and its own number alone. Ids are UUIDs, and come in no order; with fewer ids than rows
/// they come again and again.
struct Signals {
    /// More than any row takes.
    private static let longestRow = 1024
    private static let traits = 200

    let rows: Int
    let ids: Int
    let seed: UInt64

    private let keys = [
        "product", "d_city", "color", "price", "category", "brand", "visits", "plan", "device", "score",
    ]
    private let values = CSVWords(Signals.words)
    private static let words = [
        "camera", "phone", "New York", "San Francisco", "red", "blue", "dark green", "499", "1200", "49.90", "shoes",
        "home and garden", "12", "3", "gold", "silver", "basic", "tablet", "laptop", "0.75", "2026-11-20 14:05:00",
        "a|b|c", "Malmö", "Zürich", "Göteborg", "XL", "M", "yes", "no", "unknown",
    ]

    /// Hands over the whole file in large pieces.
    func write(to sink: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        var buffer = RowBuffer(capacity: 1 << 20)
        for row in 0..<rows {
            if buffer.room < Self.longestRow { try buffer.flush(sink) }
            append(row, to: &buffer)
        }
        try buffer.flush(sink)
    }

    private func append(_ row: Int, to buffer: inout RowBuffer) {
        appendID(row % ids, to: &buffer)
        buffer.append(UInt8(ascii: "\t"))
        var random = SplitMix64(seed: seed, row: UInt64(row))
        for signal in 0..<10 {
            if signal > 0 { buffer.append(UInt8(ascii: ",")) }
            if signal % 2 == 0 { appendTrait(&random, to: &buffer) } else { appendPair(&random, to: &buffer) }
        }
        buffer.append(UInt8(ascii: "\n"))
    }

    private func appendID(_ number: Int, to buffer: inout RowBuffer) {
        var random = SplitMix64(seed: seed ^ 0x1D, row: UInt64(number))
        for (count, isLast) in [(8, false), (4, false), (4, false), (4, false), (12, true)] {
            var digits = random.next()
            for _ in 0..<count {
                let digit = UInt8(digits & 0xF)
                buffer.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
                digits >>= 4
            }
            if !isLast { buffer.append(UInt8(ascii: "-")) }
        }
    }

    private func appendTrait(_ random: inout SplitMix64, to buffer: inout RowBuffer) {
        let trait = 1 + random.below(Self.traits)
        switch random.below(100) {
        case ..<95: buffer.append("d_sid=")
        case ..<98: buffer.append("d_unsid=")
        default:
            buffer.append(trait)
            return buffer.append(":0")
        }
        buffer.append(trait)
    }

    /// In one of the four quotings, or a bare number.
    private func appendPair(_ random: inout SplitMix64, to buffer: inout RowBuffer) {
        let form = random.below(10)
        guard form > 0 else { return buffer.append(random.below(100_000)) }
        let isKeyQuoted = form % 2 == 1
        let isValueQuoted = form > 4
        let key = keys[random.below(keys.count)]
        if isKeyQuoted { buffer.append(UInt8(ascii: "\"")) }
        for byte in key.utf8 { buffer.append(byte) }
        buffer.append(isKeyQuoted ? "\" = " : "=")
        if isValueQuoted { buffer.append(UInt8(ascii: "\"")) }
        values.append(random.below(values.count), to: &buffer)
        if isValueQuoted { buffer.append(UInt8(ascii: "\"")) }
    }
}
