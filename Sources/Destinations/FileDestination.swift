import TidegateModel

/// A place that takes files.
///
/// Every conformance passes `FileDestinationContract`; `docs/writing-a-destination.md` lists what it promises. Nothing here
/// is tried twice: the engine decides about that, because a wait must be visible as the state of a run.
package protocol FileDestination: Sendable {
    var traits: FileDestinationTraits { get }

    /// Proves that the place can be reached and written to, leaving nothing behind, and says in a sentence what it found.
    func check() async throws(DeliveryError) -> String

    /// Publishes a staged file under its name, whole or not at all, replacing what had the name before.
    ///
    /// The staged file stays, and must not be written to again: where the place can share its bytes, it does.
    ///
    /// - Throws: `.uncertain` where the place may hold the file but did not say so; `.cancelled` where the task was
    ///   cancelled before anything was published.
    func deliver(_ file: StagedFile, fence: Fence) async throws(DeliveryError) -> Receipt

    /// What the place holds under a name, or nil where it holds no file of that name, whoever put it there.
    ///
    /// To settle an uncertain delivery, compare the size, and where names are used again the time too.
    func receipt(for name: String) async throws(DeliveryError) -> Receipt?

    /// Removes the unpublished files that attempts of the fence's run left before it, and returns how many.
    ///
    /// Leaves alone what belongs to the fence itself, to later ones and to other runs; and what the journal names, for the
    /// next attempt to go on with, unless the fence is the run's end.
    @discardableResult
    func sweep(before fence: Fence) async throws(DeliveryError) -> Int

    /// Removes a published file; one that is not there is no error.
    func remove(_ name: String) async throws(DeliveryError)
}

/// What a place can promise beyond the rest; the engine plans around it rather than probing.
package struct FileDestinationTraits: OptionSet, Hashable, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// A reader sees the old file or the new one, never a part, also while a file is replaced.
    package static let replacesAtomically = FileDestinationTraits(rawValue: 1 << 0)
    /// `receipt(for:)` finds files that an earlier process delivered.
    package static let findsReceipts = FileDestinationTraits(rawValue: 1 << 1)
    /// What is not published yet is a file at the place, under a `TemporaryName`.
    package static let writesHiddenFiles = FileDestinationTraits(rawValue: 1 << 2)
}

/// Why a file was not delivered, sorted by what the engine does next.
package enum DeliveryError: Error, Hashable, Sendable {
    /// Try again, not before `retryAfter` where the place asked for that. Nothing new is published.
    case transient(String, retryAfter: Span? = nil)
    /// Do not try again until a person has changed something. Nothing new is published.
    case rejected(String)
    /// The file may be published: ask for its receipt before trying again.
    case uncertain(String)
    /// Nothing new is published.
    case cancelled
}
