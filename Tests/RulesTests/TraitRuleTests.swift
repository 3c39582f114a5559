import Rules
import Testing

/// Whether a rule of a trait is fulfilled by a line, written as `key=value` pieces with ` | ` between them.
func isFulfilled(_ rule: String, by line: String) throws -> Bool {
    try TraitRule.parse(rule).isFulfilled(by: signals(line))
}

func signals(_ line: String) -> [(key: String, value: String)] {
    line.split(separator: " | ").map { piece in
        let parts = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count == 2 ? String(parts[1]) : "")
    }
}

@Suite struct TraitRuleTests {
    /// `rule → lines that fulfil it ; lines that do not`.
    private func check(_ table: String) throws {
        for row in table.split(separator: "\n") {
            let halves = row.split(separator: " → ")
            let sides = halves[1].split(separator: ";", omittingEmptySubsequences: false)
            for (side, wanted) in zip(sides, [true, false]) {
                for line in side.split(separator: ",") {
                    let line = String(line.drop { $0 == " " }).replacing("∅", with: "")
                    #expect(try isFulfilled(String(halves[0]), by: line) == wanted, "\(halves[0]) by \(line)")
                }
            }
        }
    }

    @Test func `a comparison holds where any value of the key fulfils it, and never without the key`() throws {
        try check(
            """
            product = 'camera' → product=camera, product=tv | product=camera; product=tv, product=cameras, brand=camera, ∅
            price >= 100 → price=100, price=5 | price=100.0, price=1e3; price=99.99, price=5 | price=6, ∅
            price < 100 → price=5 | price=500, price=-1; price=100, ∅
            price <= 100 → price=100; price=100.1
            price > 100 → price=101; price=100
            city in ('Oslo', 'Bergen') → city=Oslo, city=x | city=Bergen; city=Osl, ∅
            price between 10 and 20 → price=10, price=20, price=3 | price=15; price=9 | price=21, price=20.5, ∅
            price between 20 and 10 → ; price=15
            product = 'tv' and product = 'camera' → product=tv | product=camera; product=tv
            price > 100 and price < 200 → price=50 | price=500; price=50
            price between 100 and 200 → price=150; price=50 | price=500
            """
        )
    }

    @Test func `unequal and its like need the key, and that none of its values does what is denied`() throws {
        try check(
            """
            product != 'camera' → product=tv, product=tv | product=radio, product=; product=tv | product=camera, ∅
            product <> 'camera' → product=tv; product=CAMERA
            price != 100 → price=99, price=cheap; price=100.0, price=1e2 | price=7
            city not in ('Oslo', 'Bergen') → city=Paris; city=Paris | city=Oslo, ∅
            price not between 10 and 20 → price=9, price=cheap; price=9 | price=11, ∅
            url not like '%shop%' → url=/home; url=/Shop/1, url=/home | url=/shop, ∅
            """
        )
    }

    @Test func `not is fulfilled by what does not fulfil its operand, also by a line without the key`() throws {
        try check(
            """
            not product = 'camera' → product=tv, brand=x, ∅; product=camera
            not (a = 1 and b = 2) → a=1, b=2, ∅; a=1 | b=2
            not not a = 1 → a=1; ∅
            not a != 1 → a=1, ∅; a=2
            """
        )
    }

    @Test func `a key is null where the line does not have it, and an empty value is one`() throws {
        try check(
            """
            a is null → b=1, ∅; a=1, a=
            a is not null → a=1, a=; b=1
            a = '' → a=, a=1 | a=; a=1, ∅
            a != '' → a=1; a=, ∅
            """
        )
    }

    @Test func `and binds more strongly than or, not more strongly than both`() throws {
        try check(
            """
            a = 1 or b = 1 and c = 1 → a=1, b=1 | c=1; b=1, c=1
            (a = 1 or b = 1) and c = 1 → a=1 | c=1; a=1
            not a = 1 or b = 1 → b=1 | a=1, ∅; a=1
            not a = 1 and b = 1 → b=1; a=1 | b=1, ∅
            """
        )
    }

    @Test func `keys and values compare without case, letter by letter`() throws {
        try check(
            """
            Product = 'CAMERA' → product=camera, PRODUCT=Camera; product=cämera
            "größe" = 'ÅNGSTRÖM' → GRÖßE=ångström; GRÖSSE=ångström
            city = 'ΟΔΟΣ' → city=οδος, city=οδοσ; city=οδο
            city = 'k' → city=\u{212A}, city=K; city=kk
            city = 'e\u{301}' → city=E\u{301}; city=é
            city >= 'b' → city=B, city=c, city=É; city=A, city=a
            contains(url, '/SHOP/') → url=/en/shop/1; url=/en/shop
            starts_with(url, 'HTTPS:') → url=https://x; url=http://x
            ends_with(mail, '.SE') → mail=a@b.se; mail=a@b.se.com
            mail like 'A_N%@B' → mail=aønx@b, mail=ABN@B; mail=an@b
            mail ilike 'A_N%@B' → mail=aønx@b; mail=an@b
            mail like '100!%' escape '!' → mail=100%; mail=1000
            """
        )
    }

    @Test func `a number compares as a number with values that are numbers, and with no others`() throws {
        try check(
            """
            ic = 52 → ic=52, ic=052, ic=52.0, ic=5.2e1, ic=+52; ic=5, ic=52x, ic=fifty-two, ic=52., ic=0x34
            ic = '52' → ic=52; ic=052, ic=52.0
            n = -1 → n=-1, n=-1.0; n=1, n=--1
            n = +1 → n=1, n=+1; n=+-1
            n = 0.1 → n=0.1, n=.1, n=1e-1; n=0.10000000000000002
            n = 0 → n=0, n=-0, n=-0.0, n=0e9, n=1e-999; n=, n=., n=+, n=e
            n = 9007199254740993 → n=9007199254740993; n=9007199254740992
            n < 9223372036854775807 → n=9223372036854775806; n=9223372036854775807, n=9223372036854775808
            n > 9223372036854775807 → n=9223372036854775808, n=99999999999999999999999; n=1e999, n=inf, n=nan
            n >= -9223372036854775808 → n=-9223372036854775808; n=-9223372036854777000
            n < 1.5 → n=1, n=-7e300; n=1.5, n=2
            n in (1, 'two', 3.0) → n=1.0, n=TWO, n=3; n=2
            """
        )
    }

    @Test func `order of text is that of its letters without case, and dates in quotes are text`() throws {
        try check(
            """
            seen >= '2026-01-01' → seen=2026-01-01, seen=2026-11-21 10:00; seen=2025-12-31
            seen between '2026-01' and '2026-02' → seen=2026-01-31; seen=2026-02-01
            seen < 'b' → seen=A, seen=a, seen=12, seen=; seen=B
            """
        )
    }

    @Test func `a key that is no plain word stands in double quotes, and a leading dash is left out`() throws {
        let rule = try TraitRule.parse(#""weird key" = 1 and "a ""b""" is null and "-product" = 'x' and "AND" = 2"#)
        #expect(rule.keys == ["weird key", "a \"b\"", "product", "and"])
        #expect(rule.isFulfilled(by: [("Weird Key", "1"), ("PRODUCT", "X"), ("and", "2")]))
        #expect(rule.text.hasPrefix("\"weird"))
    }

    @Test func `a rule knows its keys, each once however it is written`() throws {
        #expect(
            try TraitRule.parse("not (A = 1 or b is null) and contains(c, 'x') and a != 2").keys == ["a", "b", "c"])
    }
}
