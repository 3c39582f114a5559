import Rules
import TidegateModel

let customers = ProfileSchema(
    key: "customer_id",
    attributes: [
        Attribute("customer_id", .text),
        Attribute("email", .text, personal: true),
        Attribute("first_name", .text),
        Attribute("lifetime_value", .real),
        Attribute("discount", .real),
        Attribute("orders", .integer),
        Attribute("returns", .integer),
        Attribute("email_consent", .boolean),
        Attribute("is_staff", .boolean),
        Attribute("birth_date", .date),
        Attribute("joined_on", .date),
        Attribute("last_order_at", .timestamp),
        Attribute("updated_at", .timestamp),
    ]
)

/// The instant 2026-11-21T02:00:00Z.
let cycle = Instant(milliseconds: 1_795_226_400_000)

func rule(_ text: String) throws -> Rule {
    try Rule.parse(text, schema: customers)
}

/// What a rule says about the profile that has these values and null elsewhere.
func truth(
    _ text: String,
    _ profile: [String: RuleValue] = [:],
    memberOf segments: Set<String> = [],
    traits: Set<Int64> = []
) throws -> Bool? {
    let question = RuleQuestion(
        now: cycle,
        value: { profile[$0.name] ?? .null },
        isMember: segments.contains,
        hasTrait: traits.contains
    )
    return try rule(text).answer(to: question).value.truth
}

/// Every problem of a rule: its text with a caret under each place, and the sentence.
func problems(_ text: String) -> [String] {
    do {
        _ = try Rule.parse(text, schema: customers)
        return []
    } catch {
        return error.problems.map { problem in
            let indent = String(repeating: " ", count: problem.range.lowerBound)
            let underline = String(repeating: "~", count: max(0, problem.range.count - 1))
            return "\(text)\n\(indent)^\(underline) \(problem.message)"
        }
    }
}
