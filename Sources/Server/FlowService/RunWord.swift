import Store
import TidegateModel

/// How the vendor says what became of a run. It knows four words; our own stands beside it.
enum RunWord: String, CaseIterable, Sendable {
    case waiting, processing, success, failed

    init(_ state: RunState) {
        self =
            switch state {
            case .queued: .waiting
            // Also between two tries: the vendor's clients are not told of tries.
            case .processing, .retrying, .cancelling: .processing
            // What the receiver refused of it is counted as failed.
            case .completed, .partial: .success
            // Nothing, or not all, was exported, and nothing more will be.
            case .failed, .cancelled, .skipped, .missed: .failed
            }
    }

    var states: [RunState] { RunState.allCases.filter { RunWord($0) == self } }
}

/// Codes of ours, with a sentence for people.
struct RunReason: Hashable, Sendable {
    let code: String
    let message: String

    /// Why a run that exported nothing, or not all, ended so; nil for one that did, or has not ended.
    init?(_ run: Run) {
        guard run.state.isTerminal, RunWord(run.state) == .failed else { return nil }
        let parts = run.reason?.split(separator: ":", maxSplits: 1).map(String.init) ?? []
        if let known = parts.first.flatMap(ReasonCode.init(rawValue:)) {
            code = known.rawValue
            message = parts.count == 2 ? String(parts[1].drop { $0 == " " }) : known.sentence
        } else {
            code = run.state.rawValue
            message = run.reason ?? "run was \(run.state.rawValue)"
        }
    }

    /// Why profiles that were selected were not exported.
    init(profilesOf code: String) {
        self.code = code
        message =
            switch code {
            case SkipCode.duplicate: "another profile stands for this one"
            case SkipCode.removed: "profile is no longer in the profile store"
            case SkipCode.superseded: "profile left, and came back under the same key"
            case SkipCode.tooLarge: "profile is larger than the receiver takes in one call"
            case SkipCode.notSent: "run ended before the profile was sent"
            case RefusalCode.unnamed: "receiver refused the profile without naming it"
            case RefusalCode.unknownOutcome: "receiver took the profile and never told what it made of it"
            case Self.notAccounted: "run ended before the profile was exported"
            case _ where code.hasPrefix("missing-"): "required attribute '\(code.dropFirst(8))' has no value"
            default: code.replacing("-", with: " ")
            }
    }

    /// Selected, and in no count.
    static let notAccounted = "not-exported"
}

extension ReasonCode {
    fileprivate var sentence: String {
        switch self {
        case .pastDeadline: "occurrence came due too long ago"
        case .supersededByNewer: "newer occurrence took its place"
        case .missPolicySkip: "occurrences that are missed are not made up for"
        case .overlap: "run before it still went on"
        case .noSnapshot: "there was no snapshot to export yet"
        case .dataflowDisabled: "dataflow is switched off in its job file"
        case .dataflowDetached: "dataflow is detached from its destination"
        case .dataflowPaused: "dataflow was paused"
        case .segmentNotInSnapshot: "segment is not in the snapshot"
        case .overCap: "segments have more members than one connector run may have"
        case .overRemovals: "more profiles would be removed than the dataflow allows"
        }
    }
}
