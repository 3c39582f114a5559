import Rules
import Testing
import TidegateModel

/// Every engine against the definition, on random rules and random profiles.
@Suite struct EngineAgreementTests {
    private let table: SQLiteTable
    private let questions: [RuleQuestion]
    private let profiles: [[String: RuleValue]]

    init() throws {
        var random = RandomRules(seed: 20_261_121)
        table = try SQLiteTable()
        var questions: [RuleQuestion] = []
        var profiles: [[String: RuleValue]] = []
        for index in 0..<60 {
            let values = customers.attributes.map { ($0.name, random.value(of: $0.type)) }
            let profile = Dictionary(uniqueKeysWithValues: values)
            let segments = Set(RandomRules.segments.enumerated().filter { index >> $0.offset & 1 == 1 }.map(\.element))
            try table.insert(profile, memberOf: segments)
            profiles.append(profile)
            questions.append(
                RuleQuestion(now: cycle, value: { profile[$0.name] ?? .null }, isMember: segments.contains)
            )
        }
        self.questions = questions
        self.profiles = profiles
    }

    @Test(arguments: 0..<16)
    func `SQLite answers the rendered rule as the definition does`(seed: Int) throws {
        var random = RandomRules(seed: UInt64(seed))
        var seen: Set<Bool?> = []
        for _ in 0..<100 {
            let rule = try rule(random.condition(Int.random(in: 1...4, using: &random.random)))
            let expected = questions.map { rule.answer(to: $0).value.truth }
            let found = try table.answers(to: rule)
            seen.formUnion(expected)
            for (index, pair) in zip(expected, found).enumerated() where pair.0 != pair.1 {
                Issue.record("\(rule.text)\nis \(pair.0 as Any), SQLite says \(pair.1 as Any) for \(profiles[index])")
                return
            }
        }
        #expect(seen == [true, false, nil])
    }
}
