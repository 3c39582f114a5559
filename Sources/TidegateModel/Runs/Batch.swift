/// What one call of a connector run is for.
package enum BatchKind: String, CaseIterable, Codable, Sendable {
    /// Brings contacts to the receiver, and onto its list.
    case upsert
    /// Takes members off the receiver's list.
    case remove
}

/// Where a batch of a connector run is in its life. Journaled before it is sent.
package enum BatchState: String, CaseIterable, Codable, Sendable {
    /// Cut, and not sent yet; forgotten when another attempt cuts anew.
    case planned
    /// On its way: whoever finds it so after a crash does not know what became of it.
    case sent
    /// The receiver took it and will tell later what it made of it.
    case accepted
    /// Everything in it is at the receiver.
    case confirmed
    /// The receiver refused some of it.
    case confirmedInPart = "confirmed-in-part"
    /// The receiver refused all of it.
    case refused
    /// The receiver accepted it and never told what it made of it.
    case unknown
    /// Refused because of some of its contacts; sent again in parts.
    case split
    /// No answer that counts; what was in it is sent again by whoever goes on.
    case lost

    /// Whether its contacts need not be sent again.
    package var isCarried: Bool {
        switch self {
        case .accepted, .confirmed, .confirmedInPart, .refused, .unknown: true
        case .planned, .sent, .split, .lost: false
        }
    }
}

/// What can happen to a batch.
package enum BatchEvent: String, CaseIterable, Codable, Sendable {
    case sent, accepted, confirmed
    case confirmedInPart = "confirmed-in-part"
    case refused
    case outcomeUnknown = "outcome-unknown"
    case split, lost
    /// It was journaled as being on its way with others, and never went.
    case withdrawn
}

extension BatchState {
    /// The state after `event`, or nil where the event is not legal.
    package func after(_ event: BatchEvent) -> BatchState? {
        switch (self, event) {
        case (.planned, .sent): .sent
        case (.planned, _): nil

        case (.sent, .accepted): .accepted
        case (.sent, .confirmed): .confirmed
        case (.sent, .confirmedInPart): .confirmedInPart
        case (.sent, .refused): .refused
        case (.sent, .split): .split
        case (.sent, .lost): .lost
        case (.sent, .withdrawn): .planned
        case (.sent, _): nil

        case (.accepted, .confirmed): .confirmed
        case (.accepted, .confirmedInPart): .confirmedInPart
        case (.accepted, .refused): .refused
        case (.accepted, .outcomeUnknown): .unknown
        case (.accepted, _): nil

        case (.confirmed, _), (.confirmedInPart, _), (.refused, _), (.unknown, _), (.split, _), (.lost, _): nil
        }
    }
}

/// One call of a connector run, as the journal has it.
package struct Batch: Hashable, Sendable {
    /// In the order of the journal, from 1.
    package var number: Int
    package var kind: BatchKind
    package var state: BatchState
    /// The attempt that cut it.
    package var attempt: Int
    package var page: Int
    package var contacts: Int
    /// Of the body, as encoded.
    package var bytes: Int
    /// Contacts at the front that a receiver which takes each by itself has carried through.
    package var done: Int
    package var job: String?
    package var rejected: Int
    /// The receiver's own numbers, such as `created`.
    package var figures: [String: Int]
    package var sentAt: Instant?
    package var settledAt: Instant?
    package var message: String?

    package init(
        number: Int, kind: BatchKind, state: BatchState, attempt: Int, page: Int, contacts: Int, bytes: Int,
        done: Int = 0, job: String? = nil, rejected: Int = 0, figures: [String: Int] = [:], sentAt: Instant? = nil,
        settledAt: Instant? = nil, message: String? = nil
    ) {
        self.number = number
        self.kind = kind
        self.state = state
        self.attempt = attempt
        self.page = page
        self.contacts = contacts
        self.bytes = bytes
        self.done = done
        self.job = job
        self.rejected = rejected
        self.figures = figures
        self.sentAt = sentAt
        self.settledAt = settledAt
        self.message = message
    }
}

/// A profile that a receiver refused.
package struct RejectedProfile: Hashable, Sendable {
    /// The key attribute's value.
    package var key: String
    package var code: String
    /// The receiver's words, without the profile's data.
    package var message: String
    /// The number of the batch that it was in.
    package var batch: Int

    package init(key: String, code: String, message: String, batch: Int) {
        self.key = key
        self.code = code
        self.message = message
        self.batch = batch
    }
}
