/// Made-up customers as CSV: the same bytes for the same number of rows and seed.
///
/// Each row depends on the seed and its own number alone. A bare empty field is no value, `""` the empty text.
struct Customers {
    static let header: StaticString = """
        customer_id,email,first_name,last_name,city,country,birth_date,email_consent,loyalty_tier,engagement,\
        lifetime_value,orders,signed_up_on,last_order_at,note

        """
    /// More than any row takes.
    private static let longestRow = 1024

    private struct Words {
        var country: CSVWords
        var domain: [UInt8]
        var firstNames: CSVWords
        var lastNames: CSVWords
        var cities: CSVWords
    }

    let rows: Int
    let seed: UInt64
    /// Keys in no order instead of ascending.
    let isShuffled: Bool
    private let regions: [Words]
    /// The region of each of a hundred customers.
    private let regionOfShare: [Int]
    private let mailNames = CSVWords(Region.mailNames)
    private let tiers = CSVWords(Region.tiers)
    private let notes = CSVWords(Region.notes)
    private let days = Days()

    init(rows: Int, seed: UInt64, isShuffled: Bool = false) {
        self.rows = rows
        self.seed = seed
        self.isShuffled = isShuffled
        regions = Region.all.map { region in
            Words(
                country: CSVWords([region.country]), domain: Array(region.domain.utf8),
                firstNames: CSVWords(region.firstNames), lastNames: CSVWords(region.lastNames),
                cities: CSVWords(region.cities)
            )
        }
        regionOfShare = Region.all.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element.share) }
    }

    /// Hands over the whole file in large pieces.
    func write(to sink: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        var buffer = RowBuffer(capacity: 1 << 20)
        buffer.append(Self.header)
        let step = isShuffled ? Self.step(through: rows) : 1
        var number = 0
        for _ in 0..<rows {
            if buffer.room < Self.longestRow { try buffer.flush(sink) }
            append(number + 1, to: &buffer)
            number = (number + step) % rows
        }
        try buffer.flush(sink)
    }

    /// A step that comes to every row once, in leaps of about 0.618 of them all.
    private static func step(through rows: Int) -> Int {
        func divisor(_ left: Int, _ right: Int) -> Int { right == 0 ? left : divisor(right, left % right) }
        var step = max(1, Int(Double(rows) * 0.618))
        while divisor(step, rows) != 1 { step += 1 }
        return step
    }

    private func append(_ number: Int, to buffer: inout RowBuffer) {
        var random = SplitMix64(seed: seed, row: UInt64(number))
        let region = regions[regionOfShare[random.below(100)]]
        let comma = UInt8(ascii: ",")
        buffer.append(UInt8(ascii: "c"))
        buffer.append(number, width: 8)
        buffer.append(comma)
        appendMail(of: number, region.domain, &random, to: &buffer)
        buffer.append(comma)
        appendWord(of: region.firstNames, missing: 10, empty: 5, &random, to: &buffer)
        buffer.append(comma)
        appendWord(of: region.lastNames, missing: 10, empty: 0, &random, to: &buffer)
        buffer.append(comma)
        appendWord(of: region.cities, missing: 40, empty: 10, &random, to: &buffer)
        buffer.append(comma)
        appendWord(of: region.country, missing: 5, empty: 0, &random, to: &buffer)
        buffer.append(comma)
        if !random.chance(150) { days.append(Days.birth(&random), to: &buffer) }
        buffer.append(comma)
        switch random.below(100) {
        case ..<62: buffer.append("true")
        case ..<96: buffer.append("false")
        default: break
        }
        buffer.append(comma)
        appendWord(of: tiers, missing: 250, empty: 20, &random, to: &buffer)
        buffer.append(comma)
        buffer.append(random.below(1000))
        buffer.append(comma)
        appendOrders(&random, to: &buffer)
        buffer.append(comma)
        switch random.below(100) {
        case ..<84: break
        case ..<88: buffer.append("\"\"")
        default: notes.append(random.below(notes.count), to: &buffer)
        }
        buffer.append(UInt8(ascii: "\n"))
    }

    /// Now and then no address, an empty one, or that of the customer before: people share them.
    private func appendMail(of number: Int, _ domain: [UInt8], _ random: inout SplitMix64, to buffer: inout RowBuffer) {
        let fate = random.below(1000)
        guard fate >= 40 else {
            if fate < 8 { buffer.append("\"\"") }
            return
        }
        let isShared = fate < 48 && number > 1
        let owner = isShared ? number - 1 : number
        mailNames.append(owner % mailNames.count, to: &buffer)
        buffer.append(UInt8(ascii: "."))
        buffer.append(owner)
        buffer.append(UInt8(ascii: "@"))
        domain.withUnsafeBytes { buffer.append($0) }
    }

    private func appendWord(
        of words: CSVWords, missing: Int, empty: Int, _ random: inout SplitMix64, to buffer: inout RowBuffer
    ) {
        let fate = random.below(1000)
        if fate < missing { return }
        if fate < missing + empty { return buffer.append("\"\"") }
        words.append(random.below(words.count), to: &buffer)
    }

    /// `lifetime_value,orders,signed_up_on,last_order_at`, which hang together.
    private func appendOrders(_ random: inout SplitMix64, to buffer: inout RowBuffer) {
        let comma = UInt8(ascii: ",")
        let signedUp = Days.anchor - Int(Double(random.below(3650)) * 0.9) - random.below(30)
        let most = [1, 2, 4, 9, 25][random.below(5)]
        let orders = random.chance(120) ? 0 : 1 + random.below(most)
        if orders > 0 {
            let cents = orders * (500 + random.below(15_000))
            buffer.append(cents / 100)
            buffer.append(UInt8(ascii: "."))
            buffer.append(cents % 100, width: 2)
        } else if random.chance(500) {
            buffer.append("0.00")
        }
        buffer.append(comma)
        buffer.append(orders)
        buffer.append(comma)
        days.append(signedUp, to: &buffer)
        buffer.append(comma)
        guard orders > 0 else { return }
        // Squared, so that most have ordered not long ago.
        let share = Double(random.below(10_000)) / 10_000
        let ordered = Days.anchor - Int(Double(Days.anchor - signedUp) * share * share)
        days.append(ordered, to: &buffer)
        let second = random.below(86_400)
        buffer.append(UInt8(ascii: "T"))
        buffer.append(second / 3600, width: 2)
        buffer.append(UInt8(ascii: ":"))
        buffer.append(second / 60 % 60, width: 2)
        buffer.append(UInt8(ascii: ":"))
        buffer.append(second % 60, width: 2)
        buffer.append(UInt8(ascii: "Z"))
    }
}
