import Rules
import TidegateModel

/// The rules of all segments, parsed, in an order in which each comes after those that it asks for.
struct SegmentRules {
    let schema: ProfileSchema
    let segments: [SegmentReference]
    let inOrder: [(name: String, rule: Rule)]

    init(_ segments: [Segment], schema: ProfileSchema) throws(ProfileError) {
        var rules: [(name: String, rule: Rule)] = []
        for segment in segments { rules.append((segment.name, try Self.rule(of: segment, schema: schema))) }
        let order = try Self.order(rules)
        self.schema = schema
        self.segments = order.map { SegmentReference(id: segments[$0].id, name: segments[$0].name) }
        inOrder = order.map { rules[$0] }
    }

    /// The attributes that any rule asks for, in the order of the schema.
    var attributes: [Attribute] {
        let asked = inOrder.reduce(into: Set<String>()) { $0.formUnion($1.rule.attributes) }
        return schema.attributes.filter { asked.contains($0.name) }
    }

    /// The numbers of the traits that any rule asks for.
    var traits: Set<Int64> {
        inOrder.reduce(into: []) { $0.formUnion($1.rule.referencedTraits.map(\.sid)) }
    }

    private static func rule(of segment: Segment, schema: ProfileSchema) throws(ProfileError) -> Rule {
        do throws(InvalidRule) {
            return try Rule.parse(segment.rule, schema: schema)
        } catch {
            throw .rejected("segment '\(segment.name)' has no valid rule: \(error.problems.first?.message ?? "")")
        }
    }

    private static func order(_ rules: [(name: String, rule: Rule)]) throws(ProfileError) -> [Int] {
        do throws(UnresolvedSegments) {
            return try SegmentOrder.resolve(rules)
        } catch {
            let problem = error.problems.first
            let name = problem.map { rules[$0.index].name } ?? ""
            throw .rejected("segment '\(name)' cannot be evaluated: \(problem?.problem.message ?? "")")
        }
    }
}
