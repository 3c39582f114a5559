import Profiles
import Rules
import Testing
import TidegateModel

/// Every engine against the definition, on random rules and random profiles.
@Suite struct EngineAgreementTests {
    private let table: SQLiteTable
    private let questions: [RuleQuestion]
    private let profiles: [[String: RuleValue]]
    private let segments: [(name: String, rule: Rule)]

    init() throws {
        var random = RandomRules(seed: 20_261_121)
        table = try SQLiteTable()
        segments = try RandomRules.segments.map { (name: $0.name, rule: try rule($0.rule)) }
        var questions: [RuleQuestion] = []
        var profiles: [[String: RuleValue]] = []
        for _ in 0..<60 {
            let values = customers.attributes.map { ($0.name, random.value(of: $0.type)) }
            let profile = Dictionary(uniqueKeysWithValues: values)
            let traits = random.traits()
            var question = RuleQuestion(
                now: cycle,
                value: { profile[$0.name] ?? .null },
                hasTrait: traits.contains
            )
            var memberships: Set<String> = []
            for segment in segments where segment.rule.answer(to: question).value.truth == true {
                memberships.insert(segment.name)
                question.isMember = { [memberships] in memberships.contains($0) }
            }
            try table.insert(profile, memberOf: memberships, traits: traits)
            profiles.append(profile)
            questions.append(question)
        }
        self.questions = questions
        self.profiles = profiles
    }

    private func randomRules(_ seed: Int) throws -> [Rule] {
        var random = RandomRules(seed: UInt64(seed))
        return try (0..<100).map { _ in try rule(random.condition(Int.random(in: 1...4, using: &random.random))) }
    }

    private func definition(_ rule: Rule) -> [Bool?] {
        questions.map { rule.answer(to: $0).value.truth }
    }

    /// Notes the first profile for which an engine disagrees.
    private func expect<Answer: Equatable>(_ found: [Answer], _ expected: [Answer], _ engine: String, _ rule: Rule) {
        for (index, (answer, wanted)) in zip(found, expected).enumerated() where answer != wanted {
            Issue.record("\(rule.text)\nis \(wanted), \(engine) says \(answer) about \(profiles[index])")
            return
        }
        #expect(found.count == expected.count)
    }

    @Test(arguments: 0..<16)
    func `SQLite answers the rendered rule as the definition does`(seed: Int) throws {
        var seen: Set<Bool?> = []
        for rule in try randomRules(seed) {
            let expected = definition(rule)
            seen.formUnion(expected)
            expect(try table.answers(to: rule), expected, "SQLite", rule)
        }
        #expect(seen == [true, false, nil])
    }

    @Test(arguments: 0..<16)
    func `the native programs of a hundred segments answer together as the definition does`(seed: Int) throws {
        let rules = try randomRules(seed)
        // A rule and its negation: together they tell false from unknown.
        let negations = try rules.map { try rule("not (\($0.text))") }
        let asked = (rules + negations).enumerated().map { (name: "s\($0.offset)", rule: $0.element) }
        let members = try table.members(of: segments + asked)
        for (index, rule) in rules.enumerated() {
            let place = segments.count + index
            expect(members.map { $0[place] }, definition(rule).map { $0 == true }, "the program", rule)
            expect(
                members.map { $0[place + rules.count] },
                definition(rule).map { $0 == false },
                "the negated program",
                rule
            )
        }
    }
}
