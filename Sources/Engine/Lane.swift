/// Runs of one lane do not wait for those of the other: a push may take hours, and files have deadlines.
enum Lane: CaseIterable {
    case files, pushes

    /// How many runs go on side by side in it.
    func width(_ limits: Workplace.Limits) -> Int {
        switch self {
        case .files: limits.concurrentRuns
        case .pushes: limits.concurrentPushes
        }
    }
}
