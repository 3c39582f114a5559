import Rules
import Testing

extension TraitRuleSet {
    /// The places of the rules that a line fulfils, in order; and for each signal whether its key is asked for.
    func answer(_ signals: [(key: String, value: String)]) -> (fulfilled: [Int], isAsked: [Bool]) {
        begin()
        let isAsked = signals.map { signal in
            Array(signal.key.utf8).withUnsafeBytes { key in
                Array(signal.value.utf8).withUnsafeBytes { add(key: key, value: $0) }
            }
        }
        var fulfilled: [Int] = []
        forEachFulfilled { fulfilled.append($0) }
        return (fulfilled.sorted(), isAsked)
    }
}

@Suite struct TraitRuleSetTests {
    private func set(_ rules: [String]) throws -> TraitRuleSet {
        TraitRuleSet(try rules.map { try TraitRule.parse($0) })
    }

    @Test(arguments: 0..<24)
    func `the set answers random rules about random lines as the definition does`(seed: Int) throws {
        var random = RandomTraitRules(seed: UInt64(seed))
        let rules = try (0..<100).map { _ in
            try TraitRule.parse(random.condition(Int.random(in: 0...4, using: &random.random)))
        }
        let set = TraitRuleSet(rules)
        let keys = Set(rules.flatMap { $0.keys.map { Array($0.utf8) } })
        var seen = 0
        for _ in 0..<60 {
            let line = random.line()
            let answer = set.answer(line)
            let expected = rules.indices.filter { rules[$0].isFulfilled(by: line) }
            seen += expected.count
            if answer.fulfilled != expected {
                let difference = Set(answer.fulfilled).symmetricDifference(expected)
                Issue.record("\(difference.map { (expected.contains($0), rules[$0].text) }) about \(line)")
            }
            #expect(answer.isAsked == line.map { keys.contains(Array(CaseMapping.folded($0.key).utf8)) })
        }
        #expect(seen > 1000)
    }

    @Test func `a line knows nothing of the lines before it`() throws {
        let set = try set(["a = 1 and b = 2", "a is null", "not b = 2", "b is not null"])
        #expect(set.answer([("a", "1"), ("b", "2")]).fulfilled == [0, 3])
        #expect(set.answer([("b", "2")]).fulfilled == [1, 3])
        #expect(set.answer([]).fulfilled == [1, 2])
        #expect(set.answer([("a", "1")]).fulfilled == [2])
    }

    @Test func `before the first line begins nothing is fulfilled but what no signal fulfils`() throws {
        var fulfilled: [Int] = []
        try set(["a = 1", "a is null"]).forEachFulfilled { fulfilled.append($0) }
        #expect(fulfilled == [1])
    }

    @Test func `a key that no rule asks for is unused, one whose value passes nothing is used`() throws {
        let set = try set(["Product = 'camera'", "price > 5"])
        #expect(
            set.answer([("product", "tv"), ("prices", "6"), ("pric", "6"), ("", "6"), ("PRICE", "")]).isAsked == [
                true, false, false, false, true,
            ])
    }

    @Test func `no rules ask for nothing`() throws {
        let answer = try set([]).answer([("a", "1"), ("", "")])
        #expect(answer.fulfilled == [])
        #expect(answer.isAsked == [false, false])
    }

    @Test func `a rule is told once, however often its signals come`() throws {
        let set = try set(["a = 1 or a = 2 or b is not null", "a in (1, 1.0, 1e0, '1', 2)"])
        #expect(set.answer([("a", "1"), ("b", ""), ("a", "2"), ("A", "1"), ("b", "x")]).fulfilled == [0, 1])
    }

    @Test func `ten thousand rules of one key are told apart`() throws {
        let set = try set((0..<10_000).map { $0.isMultiple(of: 2) ? "ic = \($0)" : "ic = '\($0)'" })
        #expect(set.answer([("ic", "4001"), ("IC", "0052"), ("ic", "52.0"), ("ic", "053")]).fulfilled == [52, 4001])
    }

    @Test func `a key and a value may be three times as long as what they are equal to`() throws {
        let set = try set(["kk = 'Kkk'"])
        #expect(set.answer([("\u{212A}\u{212A}", "\u{212A}\u{212A}\u{212A}")]).fulfilled == [0])
    }

    @Test func `long keys and values are read whole`() throws {
        let long = String(repeating: "Ångström ", count: 9_000)
        let set = try set([
            "a = '\(long)'", "contains(a, 'mÅ')", "ends_with(a, '!')", "b = 'x'", "\"\(long)\" = 1", "a > 'å'",
        ])
        #expect(set.answer([("a", long.uppercased()), ("b", long)]).fulfilled == [0, 5])
        #expect(set.answer([("a", long + "MÅ!"), (long.lowercased(), "1")]).fulfilled == [1, 2, 4, 5])
        #expect(set.answer([(long + "x", "1")]).isAsked == [false])
    }

    @Test func `bytes that are not UTF-8 are read no further than they go`() throws {
        let set = try set([
            "a like '%_x_%'", "a = 'é'", "contains(a, 'Å')", "a > 'z'", "é = 1".replacing("é", with: "\"é\""),
        ])
        for bytes in [[0xF0], [0xC3], [0x80, 0x80], [0xFF, 0xFF, 0xFF], [0x61, 0xE2, 0x80], [0xED, 0xA0, 0x80]]
            as [[UInt8]]
        {
            set.begin()
            bytes.withUnsafeBytes { bytes in
                #expect(!set.add(key: bytes, value: bytes))
                "a".utf8.withContiguousStorageIfAvailable {
                    #expect(set.add(key: UnsafeRawBufferPointer($0), value: bytes))
                }
            }
            set.forEachFulfilled { #expect($0 == 3) }
        }
    }
}
