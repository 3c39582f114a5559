import ArgumentParser

/// What the process tells whoever started it; the README has the same table.
package enum ExitStatus: Int32, CaseIterable, Error {
    case done = 0
    case runFailed = 1
    case wrongUsage = 2
    case badInput = 65
    case unreachable = 69
    case refused = 75

    package var meaning: String {
        switch self {
        case .done: "done"
        case .runFailed: "the run failed"
        case .wrongUsage: "wrong usage"
        case .badInput: "bad job files or data"
        case .unreachable: "a destination is not reachable"
        case .refused: "refused by a guardrail, try later"
        }
    }
}

/// A sentence for standard error, and how the process ends.
struct Failure: Error, CustomStringConvertible {
    let status: ExitStatus
    let description: String

    init(_ status: ExitStatus, _ description: String) {
        self.status = status
        self.description = description
    }
}
