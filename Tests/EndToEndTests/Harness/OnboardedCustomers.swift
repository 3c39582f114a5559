import Foundation

/// Real customers and what they bought, the files that a shop would drop off for them, and what these come to, worked out
/// one customer at a time.
struct OnboardedCustomers {
    struct Customer {
        let number: Int
        let country: String
        let consents: Bool
        var purchases: [Purchase] = []

        var id: String { OnboardedCustomers.id("c", number) }
    }

    struct Purchase {
        let year: Int
        let quantity: Int
        let amount: Double
    }

    static let folder = URL(filePath: #filePath)
        .appending(path: "../../../../../shared/data/customers").standardizedFileURL.path(percentEncoded: false)

    static var areThere: Bool {
        ["customers.csv", "customers.jsonl", "purchases.csv"].allSatisfy {
            FileManager.default.isReadableFile(atPath: folder + "/" + $0)
        }
    }

    let customers: [Customer]

    init() throws {
        var found: [Customer] = []
        for line in try Self.lines("customers.jsonl") {
            let row = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
            guard let number = row.text("customer_id").flatMap({ Int($0.dropFirst()) }) else { continue }
            found.append(
                Customer(
                    number: number, country: row.text("country") ?? "", consents: row["consent"] as? Bool ?? false))
        }
        let places = Dictionary(uniqueKeysWithValues: found.enumerated().map { ($1.number, $0) })
        for line in try Self.lines("purchases.csv").dropFirst() {
            let fields = line.split(separator: ",")
            guard fields.count == 4, let place = Int(fields[0]).flatMap({ places[$0] }),
                let year = Int(fields[1].prefix(4)), let quantity = Int(fields[2]), let amount = Double(fields[3])
            else { throw Unexpected(text: "purchases.csv has another shape") }
            found[place].purchases.append(Purchase(year: year, quantity: quantity, amount: amount))
        }
        customers = found
    }

    private static func lines(_ name: String) throws -> [Substring] {
        try String(contentsOfFile: folder + "/" + name, encoding: .utf8).split(separator: "\n")
    }

    fileprivate static func id(_ kind: String, _ number: Int) -> String {
        let digits = String(number)
        return kind + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}

// MARK: What arrives

extension OnboardedCustomers {
    /// Every purchase of everybody; the first thousand are onboarded by number, too.
    var purchaseFile: String {
        customers.map { customer in
            let onboarded = customer.number <= 1000 ? ",d_sid=105" : ""
            return "\(customer.id)\t\(Line(customer.purchases).text)\(onboarded)\n"
        }.joined()
    }

    /// The later purchases of every seventh customer, in place of what was known.
    var overwritingFile: String {
        customers.compactMap { customer in
            Self.overwriting(customer).map { "\(customer.id)\t\($0.text)\n" }
        }.joined()
    }

    /// Takes a trait from some who have it, and from some who do not.
    var removingFile: String {
        customers.filter(Self.isTakenAway).map { "\($0.id)\td_unsid=101\n" }.joined()
    }

    /// Browsers of every third customer, some of which the next customer uses too.
    var browserFile: String {
        customers.flatMap { customer in
            customer.ownBrowsers.map { "\($0)\t\(customer.id)\n" }
        }.joined()
    }

    /// Tablets, and the browsers on them.
    var tabletFiles: (tablets: String, browsers: String) {
        let owners = customers.filter(\.hasTablet)
        return (
            owners.map { "\(Self.id("t", $0.number))\t\($0.id)\n" }.joined(),
            owners.map { "\(Self.id("w", $0.number))\t\(Self.id("t", $0.number))\n" }.joined()
        )
    }

    /// What was looked at; the last browser is nobody's.
    var visitFile: String {
        let browsers = Set(customers.flatMap(\.browsers)).sorted()
        return browsers.map { "\($0)\tpage=start,page=\(Self.looksAtCameras($0) ? "Camera" : "phone")\n" }.joined()
            + "b99999\tpage=camera\n"
    }

    /// The signals of one line: what was spent in all, and of each purchase quantity and year.
    fileprivate struct Line {
        let purchases: [Purchase]
        let spent: String

        init(_ purchases: [Purchase]) {
            self.purchases = purchases
            spent = String(format: "%.2f", purchases.reduce(0) { $0 + $1.amount })
        }

        var text: String {
            "spend=\(spent)" + purchases.map { ",qty=\($0.quantity),year=\($0.year)" }.joined()
        }

        /// By the rules that the site declares.
        var traits: Set<Int> {
            let spent = Double(spent) ?? 0
            var traits: Set<Int> = []
            if spent >= 500 { traits.insert(101) }
            if purchases.contains(where: { $0.quantity >= 10 }) { traits.insert(102) }
            if Set(purchases.map(\.year)).isSuperset(of: [1997, 1998]) { traits.insert(103) }
            if (20...60).contains(spent), purchases.contains(where: { $0.quantity == 1 }) { traits.insert(104) }
            return traits
        }
    }

    private static func overwriting(_ customer: Customer) -> Line? {
        let later = customer.purchases.filter { $0.year == 1998 }
        return customer.number % 7 == 0 && !later.isEmpty ? Line(later) : nil
    }

    private static func isTakenAway(_ customer: Customer) -> Bool { customer.number % 5 == 0 }

    private static func looksAtCameras(_ browser: String) -> Bool { browser.hasPrefix("w") || browser.hasSuffix("6") }
}

extension OnboardedCustomers.Customer {
    fileprivate var hasTablet: Bool { number % 50 == 1 }

    /// Mapped to the customer by the browser file.
    fileprivate var ownBrowsers: [String] {
        var browsers = number % 3 == 0 ? [OnboardedCustomers.id("b", number)] : []
        if number % 30 == 1, number > 1 { browsers.append(OnboardedCustomers.id("b", number - 1)) }
        return browsers
    }

    /// And what is on the tablet.
    var browsers: [String] { ownBrowsers + (hasTablet ? [OnboardedCustomers.id("w", number)] : []) }
}

// MARK: What it comes to

extension OnboardedCustomers {
    /// The traits of each customer's own id, by the lines alone. `isLater`: with the removing file.
    func traits(of customer: Customer, isLater: Bool = false) -> Set<Int> {
        var traits = Line(customer.purchases).traits
        if customer.number <= 1000 { traits.insert(105) }
        // A line that brings no trait overwrites nothing.
        if let line = Self.overwriting(customer), !line.traits.isEmpty { traits = line.traits }
        if isLater, Self.isTakenAway(customer) { traits.remove(101) }
        return traits
    }

    /// The numbers of the segments that each customer is in.
    func segments(of customer: Customer, isLater: Bool = false) -> Set<Int> {
        let traits = traits(of: customer, isLater: isLater)
        var segments: Set<Int> = []
        if traits.contains(101) { segments.insert(501) }
        if traits.contains(103), !traits.contains(102) { segments.insert(502) }
        if traits.contains(104), customer.country == "SE" { segments.insert(503) }
        if customer.consents, customer.browsers.contains(where: Self.looksAtCameras) { segments.insert(504) }
        if traits.contains(105) { segments.insert(505) }
        return segments
    }

    func members(of segment: Int) -> Set<String> {
        Set(customers.filter { segments(of: $0).contains(segment) }.map(\.id))
    }

    /// Rows by the default template: id, segments, segments that were left.
    func outboundLines(of ids: (Customer) -> [String], isLater: Bool = false) -> Set<String> {
        var now: [String: Set<Int>] = [:]
        var before: [String: Set<Int>] = [:]
        for customer in customers {
            for id in ids(customer) {
                now[id, default: []].formUnion(segments(of: customer, isLater: isLater))
                if isLater { before[id, default: []].formUnion(segments(of: customer)) }
            }
        }
        func list(_ segments: Set<Int>) -> String { segments.sorted().map(String.init).joined(separator: ",") }
        return Set(
            now.compactMap { id, segments in
                let left = before[id, default: []].subtracting(segments)
                return segments.isEmpty && left.isEmpty ? nil : "\(id) \(list(segments)) \(list(left))"
            })
    }

    /// How many rows of the purchase file bring a trait, and how many traits they bring.
    var onboarded: (rows: Int, traits: Int) {
        let counts = customers.map { Line($0.purchases).traits.count + ($0.number <= 1000 ? 1 : 0) }
        return (counts.count { $0 > 0 }, counts.reduce(0, +))
    }
}
