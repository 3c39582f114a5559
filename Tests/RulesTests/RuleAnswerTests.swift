import Rules
import Testing
import TidegateModel

/// What the definition answers, construct by construct.
@Suite struct RuleAnswerTests {
    /// `rule → answer`, line by line; the pictures ␉ ␊ ␍ stand for the control characters.
    private func check(_ table: String, _ profile: [String: RuleValue] = [:]) throws {
        for line in table.split(separator: "\n") {
            let parts = line.components("→").map { String(String.UnicodeScalarView($0.unicodeScalars.map(unpictured))) }
            let answer = try truth(parts[0], profile)
            #expect(answer.map { $0 ? "true" : "false" } ?? "null" == parts[1], "\(line)")
        }
    }

    @Test func `'and', 'or' and 'not' follow Kleene's truth tables`() throws {
        try check(
            """
            true and true → true
            true and false → false
            true and null → null
            false and true → false
            false and false → false
            false and null → false
            null and true → null
            null and false → false
            null and null → null
            true or true → true
            true or false → true
            true or null → true
            false or true → true
            false or false → false
            false or null → null
            null or true → true
            null or false → null
            null or null → null
            not true → false
            not false → true
            not null → null
            """
        )
    }

    @Test func `'is' never answers null`() throws {
        try check(
            """
            true is true → true
            false is true → false
            null is true → false
            true is false → false
            false is false → true
            null is false → false
            null is not true → true
            null is not false → true
            true is not false → true
            null is null → true
            1 is null → false
            1 is not null → true
            orders is null → true
            orders = 1 is null → true
            """
        )
    }

    @Test func `operators bind as in SQL`() throws {
        try check(
            """
            true or true and false → true
            (true or true) and false → false
            not true or true → true
            not (true or true) → false
            not 1 = 2 → true
            1 + 2 * 3 = 7 → true
            (1 + 2) * 3 = 9 → true
            10 - 4 - 3 = 3 → true
            8 / 2 / 2 = 2 → true
            -2 * -3 = 6 → true
            - - 2 = 2 → true
            2 between 1 and 3 and true → true
            not 2 between 5 and 6 or false → true
            1 = 1 is true → true
            """
        )
    }

    @Test func `keywords and functions may be written in any case, attributes may not`() throws {
        #expect(try truth("Lower('A') = 'a' AND NOT FALSE And orders Is Null") == true)
        #expect(problems("Orders = 1") == ["Orders = 1\n^~~~~~ unknown attribute 'Orders', did you mean 'orders'?"])
    }

    @Test func `comparisons with null are null, also within lists and bounds`() throws {
        try check(
            """
            orders = null → null
            null <> null → null
            1 in (1, null) → true
            2 in (1, null) → null
            2 not in (1, null) → null
            1 not in (1, null) → false
            null in (1, 2) → null
            5 between null and 3 → false
            5 between null and 9 → null
            5 not between null and 3 → true
            null like '%' → null
            """
        )
    }

    @Test func `integers stay integers except in division`() throws {
        try check(
            """
            7 / 2 = 3.5 → true
            1 / 0 = 1 → null
            1.5 / 0.0 = 1 → null
            1 / -0.0 = 1 → null
            9223372036854775807 + 1 > 0 → null
            -9223372036854775808 - 1 < 0 → null
            4611686018427387904 * 2 > 0 → null
            -(-9223372036854775807 - 1) > 0 → null
            1e308 * 10 > 1 → null
            1 / (1e308 * 10) < 1 → null
            9223372036854775807 + 1.0 > 9223372036854775807 → true
            -9223372036854775808 < 0 → true
            .5 + 1e0 = 1.5 → true
            0.1 + 0.2 = 0.3 → false
            """
        )
    }

    @Test func `integers compare with reals as the numbers they are`() throws {
        try check(
            """
            9007199254740993 = 9007199254740992.0 → false
            9007199254740993 > 9007199254740992.0 → true
            9007199254740992 = 9007199254740992.0 → true
            9223372036854775807 < 9223372036854775808.0 → true
            -9223372036854775808 = -9223372036854775808.0 → true
            -1 > -1.5 → true
            2 in (1.5, 2.0) → true
            0 = -0.0 → true
            9007199254740993 in (9007199254740992.0) → false
            coalesce(null, 9007199254740993, 0.5) = 9007199254740992.0 → true
            """
        )
    }

    @Test func `text compares by code points and is never normalised`() throws {
        try check(
            """
            'a' < 'b' → true
            'Z' < 'a' → true
            '' < 'a' → true
            'a' < 'aa' → true
            '\u{E9}' = 'e\u{301}' → false
            'e\u{301}' < '\u{E9}' → true
            '\u{FF5E}' < '\u{1F600}' → true
            'it''s' = 'it''s' → true
            '␍␊' = '␊' → false
            """
        )
    }

    @Test func `'like' matches code points, 'ilike' regardless of case`() throws {
        try check(
            """
            'Anna' like 'A%a' → true
            'Anna' like 'a%' → false
            'Anna' ilike 'aN_A' → true
            'Anna' like 'Ann' → false
            '' like '%' → true
            '' like '_' → false
            '😀' like '_' → true
            'e\u{301}' like '_' → false
            'aXbXc' like '%X_' → true
            'mississippi' like 'm%iss%ip%i' → true
            'mississippi' like 'm%iss%iss%iss%' → false
            'Örebro' ilike 'örebro' → true
            'МОСКВА' ilike 'москва' → true
            'ΟΔΟΣ' ilike 'οδος' → true
            'STRASSE' ilike 'straße' → false
            '100%' like '100!%' escape '!' → true
            '1000' like '100!%' escape '!' → false
            'a!b' like 'a!!b' escape '!' → true
            'a␊b' like 'a_b' → true
            """
        )
    }

    @Test func `functions of text count and change code points`() throws {
        try check(
            """
            lower('ÅSA Σ İ') = 'åsa σ İ' → true
            upper('straße é') = 'STRAßE É' → true
            length('e\u{301}😀') = 3 → true
            length('') = 0 → true
            trim('\u{A0}␉ x y \u{2003}␊') = 'x y' → true
            trim(' ') = '' → true
            coalesce(null, orders, 5) = 5 → true
            coalesce(null, null) is null → true
            starts_with('Anna', 'An') → true
            starts_with('Anna', '') → true
            starts_with('A', 'An') → false
            ends_with('Anna', 'na') → true
            ends_with('na', 'Anna') → false
            contains('Anna', 'nn') → true
            contains('Anna', '') → true
            contains('', 'a') → false
            contains('Anna', null) → null
            lower(null) = 'a' → null
            """
        )
    }

    @Test func `dates and timestamps move by units and meet at midnight UTC`() throws {
        try check(
            """
            now = timestamp '2026-11-21T02:00:00Z' → true
            now - 90 days = timestamp '2026-08-23T02:00:00Z' → true
            now + 1 second > now → true
            timestamp '2026-03-31T05:06:07Z' - 1 month = timestamp '2026-02-28T05:06:07Z' → true
            date '2024-02-29' + 1 year = date '2025-02-28' → true
            date '2026-01-31' + 1 month - 1 day = date '2026-02-27' → true
            date '2026-01-31' + 2 WEEKS = date '2026-02-14' → true
            date '2026-01-31' + 36 hours = timestamp '2026-02-01T12:00:00Z' → true
            date '2026-01-31' + 48 hours = date '2026-02-02' → true
            date '2026-01-31' = timestamp '2026-01-31T00:00:00Z' → true
            date '2026-01-31' < timestamp '2026-01-31T00:00:00.001Z' → true
            timestamp '2026-01-31T01:00:00+02:00' < date '2026-01-31' → true
            now between date '2026-11-21' and date '2026-11-22' → true
            now - 18 years > date '2008-11-21' → true
            """
        )
    }

    @Test func `times at the end of their range are null, or still compare exactly`() throws {
        let extremes: [String: RuleValue] = [
            "joined_on": .date(.min), "updated_at": .timestamp(.min), "last_order_at": .timestamp(.max),
        ]
        try check(
            """
            joined_on < updated_at → true
            joined_on - 1 day < now → null
            joined_on + 1 hour < now → null
            last_order_at + 1 second > now → null
            updated_at < date '1970-01-01' → true
            """,
            extremes
        )
    }

    @Test func `a segment's members are those for whom its rule is true`() throws {
        #expect(try truth("in_segment('vip') and not in_segment('lapsed')", memberOf: ["vip"]) == true)
        #expect(try truth("IN_SEGMENT('VIP')", memberOf: ["vip"]) == false)
    }

    @Test func `a profile has a trait or has it not, which is never unknown`() throws {
        #expect(try truth("has_trait(7) and not has_trait(8)", traits: [7]) == true)
        #expect(try truth("HAS_TRAIT( 007 )", traits: [7]) == true)
        #expect(try truth("has_trait(0) or has_trait(9223372036854775807)") == false)
        #expect(try truth("has_trait(8) is null", traits: [7]) == false)
        #expect(try truth("has_trait(8) = (orders is null)", traits: [8]) == true)
    }

    @Test func `a rule knows the traits it asks for, each with its place`() throws {
        let found = try rule("has_trait(9) or (not has_trait(7) and coalesce(is_staff, has_trait(9)))")
        #expect(found.referencedTraits.map(\.sid) == [9, 7, 9])
        #expect(found.referencedTraits.map(\.range) == [0..<12, 21..<33, 57..<69])
        #expect(found.attributes == ["is_staff"])
        #expect(try rule("in_segment('has_trait(7)')").referencedTraits.isEmpty)
    }

    @Test func `a rule knows the attributes and segments it depends on`() throws {
        let found = try rule(
            "in_segment('b') or lower(email) in ('x', first_name) and (in_segment('a') or email = 'y')"
        )
        #expect(found.attributes == ["email", "first_name"])
        #expect(found.referencedSegments.map(\.name) == ["b", "a"])
        #expect(found.referencedSegments.map(\.range.lowerBound) == [0, 58])
    }

    @Test func `an answer carries each part's text, value and the attributes that show in it`() throws {
        let question = RuleQuestion(
            now: cycle,
            value: { $0.name == "email" ? .text("A@b.se") : $0.name == "orders" ? .integer(3) : .null }
        )
        let answer = try rule("orders >= 5 and (lower(email) like '%.se' or is_staff)").answer(to: question)
        #expect(answer.value == .boolean(false))
        #expect(answer.parts.map(\.text) == ["orders >= 5", "(lower(email) like '%.se' or is_staff)"])
        #expect(answer.parts.map(\.value) == [.boolean(false), .boolean(true)])
        let like = answer.parts[1].parts[0]
        #expect(like.text == "lower(email) like '%.se'")
        #expect(like.shownAttributes.isEmpty)
        #expect(like.parts[0].value == .text("a@b.se"))
        #expect(like.parts[0].shownAttributes == ["email"])
        #expect(answer.parts[1].parts[1].shownAttributes == ["is_staff"])
    }
}

private func unpictured(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar {
    case "␉": "\t"
    case "␊": "\n"
    case "␍": "\r"
    default: scalar
    }
}

extension Substring {
    /// The two sides of `separator`, trimmed of spaces.
    fileprivate func components(_ separator: Character) -> [String] {
        split(separator: separator).map { side in
            let start = side.drop { $0 == " " }
            return String(start.reversed().drop { $0 == " " }.reversed())
        }
    }
}
