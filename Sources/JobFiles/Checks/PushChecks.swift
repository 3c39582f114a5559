import TidegateModel

extension SpecChecks {
    /// What a dataflow does at its destination, which says what it may declare.
    enum Use {
        case files
        case pushes(PushRules)
        /// The destination's type cannot be told, or is not asked for: the dataflow is detached.
        case unknown(isPush: Bool)

        var isPush: Bool {
            switch self {
            case .files: false
            case .pushes: true
            case .unknown(let isPush): isPush
            }
        }
    }

    func use(_ draft: DataflowDraft) -> Use {
        let type = draft.destination.flatMap { destinationTypes[$0.value] }
        guard draft.isDetached == false, let type else {
            let asksForPush = Self.pushKeys.contains { draft.keys[$0] != nil }
            return .unknown(isPush: type.map { $0.pushes != nil } ?? asksForPush)
        }
        return type.pushes.map { .pushes($0) } ?? .files
    }

    private static let pushKeys = [
        DataflowKind.list.name, DataflowKind.onLeave.name, DataflowKind.maxRemoved.name,
    ]

    /// Nil for a dataflow that writes files.
    func push(_ draft: DataflowDraft, _ use: Use) -> PushOptions? {
        switch use {
        case .files: refusePushKeys(draft)
        case .pushes(let rules): checkPush(draft, rules)
        case .unknown: break
        }
        guard use.isPush else { return nil }
        return PushOptions(
            list: draft.push.list?.value, onLeave: draft.push.onLeave?.value ?? PushOptions().onLeave,
            maxRemoved: draft.push.maxRemoved ?? PushOptions().maxRemoved
        )
    }

    private func refusePushKeys(_ draft: DataflowDraft) {
        for key in Self.pushKeys {
            guard let position = draft.keys[key] else { continue }
            problems.error(
                "'\(key)' is for connectors, and destination '\(draft.destination?.value ?? "")' takes files",
                at: position
            )
        }
    }

    private func checkPush(_ draft: DataflowDraft, _ rules: PushRules) {
        let destination = draft.destination?.value ?? ""
        if let position = draft.keys[DataflowKind.file.name] {
            problems.error("'file' is for files, and destination '\(destination)' is a connector", at: position)
        }
        if let list = draft.push.list, let refusal = rules.refusalOfList(list.value) {
            problems.error("'list' \(refusal)", at: list.position)
        }
        guard let onLeave = draft.push.onLeave else { return }
        if onLeave.value == .remove, rules.leavesLists, draft.keys[DataflowKind.list.name] == nil {
            problems.error("'onLeave: remove' needs a 'list' to remove from", at: onLeave.position)
        }
        if onLeave.value == .keep, let position = draft.keys[DataflowKind.maxRemoved.name] {
            problems.warning("'maxRemoved' has no effect with 'onLeave: keep'", at: position)
        }
    }
}
