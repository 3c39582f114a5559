import TidegateModel

/// A state as pages show it: by a word, a sign and a colour, and never by the colour alone.
struct StateMark: Hashable, Sendable {
    /// For people: `Completed`.
    let word: String
    /// One character that most fonts have.
    let sign: Character
    /// The stylesheet's class, which sets the colour.
    let name: String

    init(_ state: RunState) {
        self.init(word: state.title, sign: Self.sign(state), name: state.rawValue)
    }

    init(word: String, sign: Character, name: String) {
        self.word = word
        self.sign = sign
        self.name = name
    }

    /// Signs and word; what stands in tables and cards.
    var badge: HTML {
        "<span class=\"state \(name)\"><b aria-hidden=\"true\">\(String(sign))</b> \(word)</span>"
    }

    /// The sign alone, with the word for those who cannot see it.
    var glyph: HTML {
        "<span class=\"state \(name)\" role=\"img\" aria-label=\"\(word)\" title=\"\(word)\">\(String(sign))</span>"
    }

    private static func sign(_ state: RunState) -> Character {
        switch state {
        case .queued: "○"
        case .processing: "◐"
        case .retrying: "◔"
        case .cancelling: "◌"
        case .completed: "✓"
        case .partial: "!"
        case .failed: "✕"
        case .cancelled: "■"
        case .skipped: "»"
        case .missed: "∅"
        }
    }
}

extension StateMark {
    /// Of a dataflow that its job file switched off.
    static let disabled = StateMark(word: "Disabled", sign: "–", name: "skipped")
    /// Of a dataflow that somebody paused.
    static let paused = StateMark(word: "Paused", sign: "‖", name: "cancelled")
    /// Of what is later than it should be.
    static let late = StateMark(word: "Late", sign: "!", name: "partial")
}

/// What made a run, as pages show it.
struct TriggerMark: Hashable, Sendable {
    let word: String
    let sign: Character

    init(_ trigger: Run.Trigger) {
        switch trigger {
        case .scheduled: (word, sign) = ("Scheduled", "◷")
        case .afterSegmentation: (word, sign) = ("After segmentation", "◇")
        case .adHoc: (word, sign) = ("Ad hoc", "▶")
        case .retry: (word, sign) = ("Retry", "⟳")
        }
    }

    /// Signs and word.
    var badge: HTML {
        "<span class=\"trigger\"><span aria-hidden=\"true\">\(String(sign))</span> \(word)</span>"
    }
}
