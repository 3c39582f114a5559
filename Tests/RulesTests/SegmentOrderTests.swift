import Rules
import Testing

@Suite struct SegmentOrderTests {
    private func order(_ segments: [(String, String)]) throws -> [String] {
        let rules = try segments.map { (name: $0.0, rule: try rule($0.1)) }
        return try SegmentOrder.resolve(rules).map { segments[$0].0 }
    }

    private func refusal(_ segments: [(String, String)]) -> [String] {
        let error = #expect(throws: UnresolvedSegments.self) { try order(segments) }
        return (error?.problems ?? []).map {
            "\(segments[$0.index].0) \($0.problem.range): \($0.problem.message)"
        }
    }

    @Test func `each segment comes after those it asks for, and the rest keep their order`() throws {
        let names = try order([
            ("lapsed", "in_segment('buyers') and not in_segment('active')"), ("all", "true"),
            ("active", "in_segment('buyers') and last_order_at > now - 90 days"), ("buyers", "orders > 0"),
        ])
        #expect(names == ["buyers", "active", "lapsed", "all"])
    }

    @Test func `a reference to a segment that is not there points at it and suggests one`() {
        let found = refusal([("vip", "orders > 5"), ("gold", "in_segment('vpi') or in_segment('nothing-like-it')")])
        #expect(
            found == [
                "gold 0..<17: unknown segment 'vpi', did you mean 'vip'?",
                "gold 21..<50: unknown segment 'nothing-like-it'",
            ]
        )
    }

    @Test func `a circle is named, and a reference to itself too`() {
        let circle = [
            ("a", "true"), ("b", "in_segment('a') and in_segment('c')"), ("c", "in_segment('d')"),
            ("d", "in_segment('b')"),
        ]
        #expect(refusal(circle) == ["d 0..<15: segments refer to each other in a circle: 'b' → 'c' → 'd' → 'b'"])
        #expect(refusal([("a", "not in_segment('a')")]) == ["a 4..<19: segment 'a' refers to itself"])
    }

    @Test func `a chain of twenty thousand segments is put in order`() throws {
        let chain = (0..<20_000).map { ("s\($0)", $0 == 19_999 ? "true" : "in_segment('s\($0 + 1)')") }
        #expect(try order(chain).first == "s19999")
    }
}
