import Profiles
import Rules
import Testing
import TidegateModel

@Suite struct RuleProgramTests {
    private func members(_ rules: [String], of profiles: [[String: RuleValue]]) throws -> [[Bool]] {
        let table = try SQLiteTable()
        for profile in profiles { try table.insert(profile, memberOf: []) }
        return try table.members(of: rules.enumerated().map { (name: "s\($0)", rule: try rule($1)) })
    }

    private func refusal(_ rules: [String], columns: [String: Int32]) throws -> ProfileError? {
        #expect(throws: ProfileError.self) {
            _ = try RuleProgramSet(
                rules: rules.map { (name: $0, rule: try rule($0)) },
                columns: columns,
                now: cycle
            )
        }
    }

    @Test func `a segment may ask for those before it, and for no others`() throws {
        let found = try members(
            ["orders > 1", "in_segment('s0') and is_staff", "not in_segment('s1')"],
            of: [["orders": .integer(2), "is_staff": .boolean(true)], ["orders": .integer(2)], [:]]
        )
        #expect(found == [[true, true, false], [true, false, true], [false, false, true]])
        #expect(
            try refusal(["in_segment('orders > 1')", "orders > 1"], columns: ["orders": 0])
                == .rejected("segment 'orders > 1' has not been evaluated yet")
        )
    }

    @Test func `a trait is looked up by the profile's id, and one that is not known has nobody`() throws {
        let table = try SQLiteTable()
        try table.insert([:], traits: [7])
        try table.insert(["is_staff": .boolean(true)], traits: [123])
        try table.insert(["is_staff": .boolean(true)], traits: [7, 123])
        let asked = [
            "has_trait(7)", "not has_trait(7)", "has_trait(123) and is_staff", "has_trait(5)", "not has_trait(5)",
        ]
        let found = try table.members(of: asked.map { (name: $0, rule: try rule($0)) })
        #expect(
            found == [
                [true, false, false, false, true], [false, true, true, false, true], [true, false, true, false, true],
            ]
        )
    }

    @Test func `an attribute without a column is refused by name`() throws {
        let error = try refusal(["orders > 1 and email = 'x'"], columns: ["orders": 0])
        #expect(error == .rejected("attribute 'email' has no column in the profile store"))
    }

    @Test func `case is ignored at the ends of text as everywhere, also where a letter is beyond ASCII`() throws {
        let texts = [
            "anna@GMAIL.com", "anna@gmail.co", "@gmail.com", "gmail.com", "an\u{212A}a@gmail.com", "x@gmai\u{6C}.com",
            "k", "\u{212A}", "K", "ſ", "s", "", "m\u{E5}", "long enough for eight bytes\u{212A}", "\u{212A}l",
        ]
        let patterns = [
            "%@gmail.com", "k%", "%k", "s%", "%s", "an%com", "k", "%", "anka@%", "%eight bytesk", "%å", "k%l",
        ]
        let conditions = ["email ilike", "lower(email) like"].flatMap { start in patterns.map { "\(start) '\($0)'" } }
        let found = try members(conditions, of: texts.map { ["email": .text($0)] })
        for (row, text) in texts.enumerated() {
            for (column, condition) in conditions.enumerated() {
                let expected = try truth(condition, ["email": .text(text)])
                #expect(found[row][column] == expected, "\(text) \(condition)")
            }
        }
    }

    @Test func `cells that hold something else than their attribute are null`() throws {
        let table = try SQLiteTable()
        try table.run("INSERT INTO profile (orders, lifetime_value, email) VALUES ('many', X'00', X'4142')")
        let rules = ["orders is null", "lifetime_value is null", "email is null", "lifetime_value > 0 or orders > 0"]
        #expect(try table.members(of: rules.map { (name: $0, rule: try rule($0)) }) == [[true, true, true, false]])
    }

    @Test func `bytes that are not UTF-8 are never read past their end`() throws {
        let table = try SQLiteTable()
        for bytes in ["F0", "C3", "80808080", "61F09F98", "FFFFFFFFFFFFFFFFFFFF", "E28082E280", "EDA080"] {
            try table.run("INSERT INTO profile (email) VALUES (CAST(X'\(bytes)' AS TEXT))")
        }
        let asked = [
            "upper(email) = 'x'", "trim(email) = 'x'", "length(email) > 99", "email like '_%__'", "email ilike '%_x_%'",
            "email ilike 'é%'", "email like email", "contains(lower(email), trim(email))",
        ]
        let found = try table.members(of: asked.map { (name: $0, rule: try rule($0)) })
        #expect(found.allSatisfy { !$0[0] && !$0[2] })
    }

    @Test func `predicates of predicates of predicates take no longer than they are deep`() throws {
        var nested = "is_staff"
        for depth in 0..<45 { nested = "((\(nested)) is null) = \(depth % 2 == 0 ? "is_staff" : "email_consent")" }
        #expect(try members([nested], of: [["is_staff": .boolean(true)]]).count == 1)
    }
}
