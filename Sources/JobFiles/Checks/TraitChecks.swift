import Rules
import TidegateModel

extension SpecChecks {
    /// In the order of the job files.
    func checkedTraits() -> [Trait] {
        refuseSecondNumber(drafts.traits.map { (identity: $0.identity, number: $0.sid) }, key: TraitKind.sid.name)
        return drafts.traits.compactMap { draft in
            let owner = draft.dataSource.flatMap(owner)
            if let rule = draft.rule { checkTraitRule(rule) }
            guard let name = draft.identity.name?.value, let id = draft.identity.id, let sid = draft.sid, let owner
            else { return nil }
            return Trait(
                id: id, name: name, description: draft.description ?? "", sid: Int64(sid.value), dataSource: owner,
                rule: draft.rule?.text
            )
        }
    }

    private func checkTraitRule(_ scalar: YAMLScalar) {
        do {
            _ = try TraitRule.parse(scalar.text)
        } catch {
            for problem in error.problems {
                problems.error(
                    problem.message, at: context.position(ofScalar: problem.range.lowerBound, in: scalar)
                )
            }
        }
    }

    /// Nil, and reported, where it could own no trait.
    private func owner(_ name: Located<String>) -> String? {
        guard let known = dataSourceName(name) else { return nil }
        let draft = drafts.dataSources.first { $0.identity.name?.value == known }
        if let draft, draft.dpid.map({ Self.isGlobalDevice($0.value) }) != true { return known }
        problems.error("data source '\(name.value)' is global and owns no traits", at: name.position)
        return nil
    }

    private static func isGlobalDevice(_ dpid: Int) -> Bool {
        dpid != 0 && DataSource.global.contains { $0.dpid == dpid }
    }
}
