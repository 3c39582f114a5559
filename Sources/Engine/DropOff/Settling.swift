import Destinations
import TidegateModel

/// How long files of a place must not have changed before they are taken.
struct Settling {
    enum Wait: Equatable {
        /// Whole, as far as can be told.
        case none
        /// Whole if it looks the same then.
        case until(Instant)
        /// More than a cycle should wait for.
        case later
    }

    let span: Span
    /// Whether the place's times are by this machine's clock.
    let isTimedHere: Bool

    init(_ dropOff: DropOff) {
        var isTimedHere = false
        if case .directory = dropOff.place { isTimedHere = true }
        self.init(span: dropOff.settle, isTimedHere: isTimedHere)
    }

    init(span: Span, isTimedHere: Bool) {
        self.span = span
        self.isTimedHere = isTimedHere
    }

    /// By how much the clock of a server may be behind, and how long an upload may pause.
    static let margin = Span.hours(1)
    /// What a cycle waits at most.
    static let patience = Span.minutes(1)

    /// A time that is still to come tells nothing: one of the clocks is wrong.
    func wait(for file: DroppedFile, at now: Instant) -> Wait {
        if file.isWhole || span == .seconds(0) { return .none }
        guard let modifiedAt = file.modifiedAt, modifiedAt <= now else { return .until(now + min(span, Self.patience)) }
        let settled = modifiedAt + span
        if now >= (isTimedHere ? settled : settled + Self.margin) { return .none }
        let end = isTimedHere ? settled : now + span
        return end - now <= Self.patience ? .until(end) : .later
    }

    /// Whether a file that looks cut short may be one whose upload pauses. A time that is not there, or far to come, would
    /// let it wait for ever.
    func mayGrow(_ file: DroppedFile, at now: Instant) -> Bool {
        guard !file.isWhole, span > .seconds(0), let modifiedAt = file.modifiedAt else { return false }
        return now - modifiedAt < Self.margin && modifiedAt - now < Self.margin
    }
}
