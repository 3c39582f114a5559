import Rules
import TidegateModel

extension SpecChecks {
    /// In the order of the job files.
    func checkedSegments() -> [Segment] {
        let sids = Set(drafts.traits.compactMap { $0.sid.map { Int64($0.value) } })
        var parsed: [ParsedSegment] = []
        for draft in drafts.segments {
            guard let text = draft.rule, let profile, profile.isWhole else { continue }
            let rule = rule(text, schema: profile.schema)
            if let rule {
                checkReferences(of: rule, text)
                checkTraits(of: rule, text, sids)
            }
            guard let name = draft.identity.name?.value else { continue }
            parsed.append(ParsedSegment(name: name, text: text, rule: rule))
        }
        reportCircles(among: parsed)
        refuseSecondNumber(drafts.segments.map { (identity: $0.identity, number: $0.sid) }, key: SegmentKind.sid.name)
        return drafts.segments.compactMap { draft in
            guard let name = draft.identity.name?.value, let id = draft.identity.id, let rule = draft.rule else {
                return nil
            }
            return Segment(
                id: id, name: name, description: draft.description ?? "", rule: rule.text,
                sid: draft.sid.map { Int64($0.value) }
            )
        }
    }

    private func rule(_ scalar: YAMLScalar, schema: ProfileSchema) -> Rule? {
        do {
            return try Rule.parse(scalar.text, schema: schema)
        } catch {
            for problem in error.problems { report(problem, in: scalar) }
            return nil
        }
    }

    private func checkReferences(of rule: Rule, _ scalar: YAMLScalar) {
        for reference in rule.referencedSegments where !declared.contains(.segment, reference.name) {
            let suggestion = context.suggestion(for: reference.name, among: declared.all(.segment))
            report(RuleProblem("unknown segment '\(reference.name)'\(suggestion)", at: reference.range), in: scalar)
        }
    }

    private func checkTraits(of rule: Rule, _ scalar: YAMLScalar, _ sids: Set<Int64>) {
        for trait in rule.referencedTraits where !sids.contains(trait.sid) {
            let message = "unknown trait \(trait.sid), no Trait document has this sid"
            report(RuleProblem(message, at: trait.range), in: scalar)
        }
    }

    private func report(_ problem: RuleProblem, in scalar: YAMLScalar) {
        problems.error(problem.message, at: context.position(ofScalar: problem.range.lowerBound, in: scalar))
    }

    /// One problem for each circle: a segment that was found in one asks for nothing when the next is looked for.
    private func reportCircles(among segments: [ParsedSegment]) {
        guard let schema = profile?.schema, let always = try? Rule.parse("true", schema: schema) else { return }
        let known = Set(segments.map(\.name))
        var rules = segments.map { segment in
            let rule = segment.rule ?? always
            let isClosed = rule.referencedSegments.allSatisfy { known.contains($0.name) }
            return (name: segment.name, rule: isClosed ? rule : always)
        }
        for _ in 0..<100 {
            do {
                _ = try SegmentOrder.resolve(rules)
                return
            } catch {
                for problem in error.problems {
                    report(problem.problem, in: segments[problem.index].text)
                    rules[problem.index].rule = always
                }
            }
        }
    }
}

/// A segment whose document could be read.
private struct ParsedSegment {
    var name: String
    var text: YAMLScalar
    /// Nil where the rule is wrong.
    var rule: Rule?
}
