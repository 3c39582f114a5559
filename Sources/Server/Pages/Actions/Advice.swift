import TidegateModel

/// What a reason means, and what a person is to do about it.
struct Advice: Hashable, Sendable {
    let meaning: String
    let deed: String

    init(_ meaning: String, _ deed: String) {
        self.meaning = meaning
        self.deed = deed
    }

    static let nothing = "Nothing."
}

extension Advice {
    /// For a run as it stands; nil where there is nothing to explain.
    init?(_ run: Run) {
        switch run.state {
        case .queued, .processing, .completed:
            return nil
        case .retrying:
            self.init(
                "The last attempt met a fault that may pass.",
                "Nothing: it is tried again by itself. Where you have put the cause right, wait for the next attempt."
            )
        case .cancelling:
            self.init("Somebody asked it to stop.", "Nothing: it stops at the next safe place.")
        case .cancelled:
            self.init(
                "It was stopped. Files that were delivered before are whole, and stay.",
                "Retry it if it is still wanted."
            )
        case .partial:
            self.init(
                "The receiver refused some of the profiles and has all others.",
                "See the rejected ones by reason below; correct them at the source, and retry after the next cycle."
            )
        case .skipped, .missed:
            self = run.reasonCode.map(Advice.init) ?? .unknownRule
        case .failed:
            self = Advice(fault: run.reason ?? "")
        }
    }

    private static let unknownRule = Advice(
        "A rule said not to export; nothing was sent.", "Read the reason, and the guardrails of the job files."
    )

    /// For what the ledger or a run has as its reason.
    init(_ reason: ReasonCode) {
        switch reason {
        case .pastDeadline:
            self.init(
                "It came due while nothing ran, or waited in the queue, for longer than the schedule's deadline.",
                "Retry it if the file is still wanted. If it comes again, let Tidegate run at that time, or raise "
                    + "the deadline."
            )
        case .supersededByNewer:
            self.init(
                "Several occurrences came due while nothing ran, and only the newest was exported (onMiss).",
                "Nothing, unless each of them is wanted: then retry it, and set onMiss to run-all."
            )
        case .missPolicySkip:
            self.init(
                "It came due while nothing ran, and onMiss says to leave it then.",
                "Retry it if the file is wanted all the same."
            )
        case .overlap:
            self.init(
                "The run before was still going on.",
                "Nothing, if that was a long one. If it comes often, export less often or set onMiss to run-all."
            )
        case .noSnapshot:
            self.init(
                "There was no snapshot to export yet.", "Start a cycle; after it the next occurrence exports."
            )
        case .dataflowDisabled:
            self.init(
                "The job file has the dataflow switched off.", "Set enabled: true in the job file and apply it."
            )
        case .segmentNotInSnapshot:
            self.init(
                "The segment was added after the last cycle, so that the snapshot does not have it.",
                "Start a cycle, or wait for the next."
            )
        case .overCap:
            self.init(
                "More profiles are selected than one connector run may send; nothing was sent.",
                "Narrow the segments, or raise guardrails.connectorProfiles if the account has room."
            )
        case .overRemovals:
            self.init(
                "More members would leave the receiver's list than maxRemoved allows; nothing was sent.",
                "See how the segments changed: mostly a source came in part, or a rule changed. Put that right and run "
                    + "the next cycle; if so many are to leave, raise maxRemoved for one run."
            )
        case .dataflowDetached:
            self.init(
                "The dataflow is kept without its destination.",
                "Declare the destination again, or remove the dataflow from the job files."
            )
        case .dataflowPaused:
            self.init("Somebody paused the dataflow.", "Resume it on the dataflow's page.")
        }
    }

    /// For a run that failed, by the words of its fault; what no line here knows gets the general advice.
    init(fault sentence: String) {
        let known = Self.faults.first { sentence.contains($0.words) }
        let meaning = known?.meaning ?? Self.generalMeaning(sentence)
        self.init(meaning, known?.deed ?? "Put right what the reason names, check with 'tidegate doctor', then retry.")
    }

    private static func generalMeaning(_ sentence: String) -> String {
        sentence.hasSuffix(" attempts)")
            ? "Every attempt met a fault that did not pass." : "The fault will not pass by itself."
    }

    /// For a profile that was selected and not exported, by the code under which it is counted.
    init(code: String) {
        switch code {
        case SkipCode.duplicate:
            self.init("Another profile has the same values, by deduplicateBy.", Self.nothing)
        case SkipCode.removed:
            self.init("In the snapshot, but no longer in the profile store.", Self.nothing)
        case SkipCode.superseded:
            self.init("Left, and came back as another profile with the same key.", Self.nothing)
        case SkipCode.tooLarge:
            self.init("Larger than what the receiver takes in one call.", "Map fewer or shorter attributes.")
        case SkipCode.notSent:
            self.init("The run ended before it was sent.", "Retry the run.")
        case RefusalCode.unnamed:
            self.init(
                "The receiver refused it without naming it.", "The receiver's own pages may say more."
            )
        case RefusalCode.unknownOutcome:
            self.init(
                "The receiver accepted it and never told what it made of it.",
                "Look at the account; a retry sends it again and changes nothing for who is there."
            )
        default:
            if code.hasPrefix(SkipCode.missing("")) {
                let attribute = code.dropFirst(SkipCode.missing("").count)
                self.init(
                    "The required attribute '\(attribute)' has no value.",
                    "Fill it at the source, or do not require it in the mapping."
                )
            } else {
                self.init(
                    "The receiver's own reason.", "Correct the profiles at the source; 'tidegate show' lists them.")
            }
        }
    }
}

extension Run {
    /// The code that its reason begins with; nil where the reason is a sentence.
    var reasonCode: ReasonCode? {
        let word = reason?.prefix { $0 != ":" }
        return word.flatMap { ReasonCode(rawValue: String($0)) }
    }
}
