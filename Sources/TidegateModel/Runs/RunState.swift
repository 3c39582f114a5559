/// Where a run is in its life.
///
/// Terminal states are final: trying again makes a new run that names its parent.
package enum RunState: String, CaseIterable, Codable, Sendable {
    /// Waits to be claimed: made by the planner or an ad-hoc request; comes back here when a retry is due or an owner was lost.
    case queued
    /// One owner holds it under a lease and a fence.
    case processing
    /// The last attempt met a passing fault; waits until `retryAt`.
    case retrying
    /// Somebody asked the owner to stop; the owner has not answered yet.
    case cancelling
    /// Everything was delivered.
    case completed
    /// The receiver refused some of the profiles.
    case partial
    /// Given up; the reason says why.
    case failed
    /// Stopped because somebody asked for it.
    case cancelled
    /// A rule said not to export; nothing was sent.
    case skipped
    /// Came due too long ago, or a newer occurrence took its place.
    case missed

    package var isTerminal: Bool {
        switch self {
        case .queued, .processing, .retrying, .cancelling: false
        case .completed, .partial, .failed, .cancelled, .skipped, .missed: true
        }
    }

    /// As pages and tables write it.
    package var title: String {
        rawValue.prefix(1).uppercased() + rawValue.dropFirst()
    }
}

/// What can happen to a run.
package enum RunEvent: String, CaseIterable, Codable, Sendable {
    /// A worker took it up.
    case claimed
    /// Every profile was delivered.
    case delivered
    /// The receiver took some and refused others.
    case deliveredInPart = "delivered-in-part"
    /// A rule forbids this export.
    case refused
    /// A passing fault; another attempt will follow.
    case deferred
    /// It waited for longer than its schedule's deadline allows.
    case expired
    /// The wait is over.
    case retryDue = "retry-due"
    /// The process that held it is gone, or handed it back while stopping.
    case released
    /// A lasting fault, or no attempt left.
    case gaveUp = "gave-up"
    case cancelRequested = "cancel-requested"
    /// The owner stopped. Files that it had published before are whole, and stay.
    case cancelConfirmed = "cancel-confirmed"
}

extension RunState {
    /// The state after `event`, or nil where the event is not legal.
    ///
    /// This is the whole lifecycle; `docs/state-machines.md` is drawn from it.
    package func after(_ event: RunEvent) -> RunState? {
        switch (self, event) {
        case (.queued, .claimed): .processing
        case (.queued, .cancelRequested): .cancelled
        case (.queued, .expired): .missed
        case (.queued, _): nil

        case (.processing, .delivered): .completed
        case (.processing, .deliveredInPart): .partial
        case (.processing, .refused): .skipped
        case (.processing, .deferred): .retrying
        case (.processing, .released): .queued
        case (.processing, .gaveUp): .failed
        case (.processing, .cancelRequested): .cancelling
        case (.processing, _): nil

        case (.retrying, .retryDue): .queued
        case (.retrying, .cancelRequested): .cancelled
        case (.retrying, _): nil

        // The request may lose the race against the last file: what was published stays published.
        case (.cancelling, .delivered): .completed
        case (.cancelling, .deliveredInPart): .partial
        case (.cancelling, .cancelConfirmed), (.cancelling, .released), (.cancelling, .deferred): .cancelled
        case (.cancelling, .refused): .skipped
        case (.cancelling, .gaveUp): .failed
        case (.cancelling, _): nil

        case (.completed, _), (.partial, _), (.failed, _), (.cancelled, _), (.skipped, _), (.missed, _): nil
        }
    }
}
