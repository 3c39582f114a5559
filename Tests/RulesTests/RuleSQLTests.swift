import GRDBSQLite
import Rules
import Testing
import TidegateModel

@Suite struct RuleSQLTests {
    private func sql(_ text: String) throws -> RuleSQL {
        try rule(text)
            .sql(now: cycle, column: \.name, membership: { "member_of_\($0)" }, trait: { "has_\($0)" })
    }

    @Test(arguments: [
        ("email_consent", "email_consent"),
        ("lifetime_value >= 1000 AND email_consent", "lifetime_value >= 1000 AND email_consent"),
        ("not (is_staff or email_consent)", "NOT (is_staff OR email_consent)"),
        ("(is_staff or email_consent) and orders > 1", "(is_staff OR email_consent) AND orders > 1"),
        ("last_order_at < now - 90 days", "last_order_at < 1787450400000"),
        ("birth_date <= now - 18 years", "birth_date * 86400000 <= 1227232800000"),
        ("joined_on + 12 hours < updated_at", "rule_whole(joined_on * 86400000 + 43200000) < updated_at"),
        ("orders + returns * 2 = -1", "rule_whole(orders + returns * 2) = (-1)"),
        ("orders / returns > discount", "rule_finite(CAST(orders AS REAL) / returns) > discount"),
        ("orders in (1, 2.0, 2.5, null)", "(orders IN (1, 2, NULL) OR orders = ?)"),
        ("in_segment('vip') is not true", "NOT (member_of_vip) IS TRUE"),
        ("not has_trait(7) or has_trait(123)", "NOT (has_7) OR (has_123)"),
        ("1 + 1 = 2 or null", "1"),
    ])
    func `a rule is written as the SQL that a person would write`(text: String, expected: String) throws {
        let written = try sql(text).text
        #expect(written == expected || "(\(written))" == expected)
    }

    @Test func `text and reals are bound, in the order of their marks`() throws {
        let written = try sql("email like 'a!%' escape '!' and discount in (0.5, 0.1) or first_name = 'it''s'")
        #expect(written.text == "rule_like(email, ?, ?) AND discount IN (?, ?) OR first_name = ?")
        #expect(written.parameters == [.text("a!%"), .text("!"), .real(0.5), .real(0.1), .text("it's")])
    }

    @Test(arguments: [
        (0..<10_000).map { "orders = \($0)" }.joined(separator: " or "),
        "orders in (\((0..<20_000).map(String.init).joined(separator: ", ")))",
        "orders in (\((0..<5_000).map { "\($0).5" }.joined(separator: ", ")))",
        (0..<95).map { "\($0) * orders" }.joined(separator: " + ") + " > 5",
        String(repeating: "lower(", count: 18) + "email" + String(repeating: ")", count: 18) + " = 'x'",
        String(repeating: "(is_staff and ", count: 18) + "true" + String(repeating: ")", count: 18),
        String(repeating: "not ", count: 90) + "is_staff",
        "orders" + String(repeating: " + (orders", count: 18) + String(repeating: ")", count: 18) + " > 1",
    ])
    func `SQLite accepts long rules, and those nested as deep as a person nests`(text: String) throws {
        let table = try SQLiteTable()
        try table.insert([:], memberOf: [])
        #expect(try table.answers(to: rule(text)).count == 1)
    }
}
