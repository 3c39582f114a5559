import Foundation
import TidegateModel

/// A platform that takes profiles by calls.
///
/// Every conformance passes `ConnectorContract`; `docs/writing-a-connector.md` lists what it promises. It makes one call at a
/// time, at the receiver's pace, and tries none twice: the engine decides about that.
package protocol Connector: Sendable {
    /// Proves the key, and the list where one is given, changing nothing, and says in a sentence what the receiver
    /// answered.
    func check(list: String?) async throws(DeliveryError) -> String

    /// Looks up what the push names at the receiver: list, fields, room for the profiles. Changes nothing there.
    func open(_ push: Push) async throws(DeliveryError) -> any PushSession
}

/// What one connector run is to push.
package struct Push: Sendable {
    package var run: UUID
    package var options: PushOptions
    /// In the order in which rows have them.
    package var columns: [PushColumn]
    /// How many profiles are selected.
    package var profiles: Int

    package init(run: UUID, options: PushOptions, columns: [PushColumn], profiles: Int) {
        self.run = run
        self.options = options
        self.columns = columns
        self.profiles = profiles
    }
}

/// One column of the mapping: the receiver's own name for the field, and what our values are.
package struct PushColumn: Hashable, Sendable {
    package var field: String
    /// `text` for the segment status.
    package var type: AttributeType

    package init(field: String, type: AttributeType) {
        self.field = field
        self.type = type
    }
}

/// One run's conversation with a receiver. Whatever it sends twice leaves the receiver as if it was sent once.
package protocol PushSession: Sendable {
    var limits: BatchLimits { get }

    /// Writes the profile as the receiver takes it; everything in `contact` is its own to fill.
    func encode(_ row: PushRow, into contact: inout EncodedContact) -> PushVerdict

    /// Sends one batch.
    ///
    /// - Throws: `.uncertain` where the receiver may have taken it and did not say so.
    func send(_ batch: PushBatch) async throws(DeliveryError) -> BatchAnswer

    /// How far the receiver is with what it accepted.
    func outcome(of job: String) async throws(DeliveryError) -> JobOutcome

    /// Takes members off the list: never deletes, never unsubscribes. At most `limits.removals` at a time.
    func remove(_ members: [ListMember]) async throws(DeliveryError) -> BatchAnswer
}

/// What fits into one call.
package struct BatchLimits: Hashable, Sendable {
    package var contacts: Int
    /// Of the whole body, as encoded.
    package var bytes: Int
    /// What the body has besides contacts and one separator between each two.
    package var envelope: Int
    /// Members that one call takes off a list.
    package var removals: Int
    /// Batches that are journaled as being on their way in one go, and with them what became of those before: after a crash
    /// so many are sent again at most. More than one is for many small calls, each of which is cheap to repeat.
    package var window: Int

    package init(contacts: Int, bytes: Int, envelope: Int, removals: Int = 100, window: Int = 1) {
        self.contacts = contacts
        self.bytes = bytes
        self.envelope = envelope
        self.removals = removals
        self.window = window
    }
}

/// One contact, encoded; used again from row to row.
package struct EncodedContact: Sendable {
    /// As it stands in a body.
    package var body: [UInt8] = []
    /// By which the receiver tells contacts apart, normalised; of two that are equal one is sent. Empty where it has none.
    package var identity: [UInt8] = []

    package init() {}

    package mutating func removeAll() {
        body.removeAll(keepingCapacity: true)
        identity.removeAll(keepingCapacity: true)
    }
}

package enum PushVerdict: Hashable, Sendable {
    case contact
    /// Not sent, by this reason code, such as `missing-email` or `invalid-email`.
    case withheld(String)
}

/// Someone on the receiver's list.
package struct ListMember: Hashable, Sendable {
    /// As encoded when the member was sent.
    package var identity: String
    /// The receiver's own id, where it gave one.
    package var receiverID: String?

    package init(identity: String, receiverID: String? = nil) {
        self.identity = identity
        self.receiverID = receiverID
    }
}

/// What a receiver said to a batch.
package enum BatchAnswer: Hashable, Sendable {
    /// Everything but these is taken. The receiver's ids of contacts, by their index, where it gave any and a list is kept.
    case taken(rejected: [RowRejection], receiverIDs: [Int: String])
    /// The job tells later.
    case accepted(job: String)
    /// Nothing is taken because of these; the rest can be sent without them.
    case refusedRows([RowRejection])
    /// Nothing is taken because of some of them, and the receiver does not say which.
    case refusedWhole(String)
}

/// A contact that the receiver refused.
package struct RowRejection: Hashable, Sendable {
    /// Of the batch, from 0.
    package var index: Int
    /// Such as `invalid-email`.
    package var code: String
    /// The receiver's words, without the contact's data.
    package var message: String

    package init(index: Int, code: String, message: String) {
        self.index = index
        self.code = code
        self.message = message
    }
}

/// How far an accepted job is.
package enum JobOutcome: Hashable, Sendable {
    /// How many contacts are done, where the receiver says so.
    case pending(done: Int?)
    case ended(JobResult)
    /// The receiver knows nothing of it any more.
    case unknown(String)
}

/// How a job ended.
package struct JobResult: Hashable, Sendable {
    package struct Rejection: Hashable, Sendable {
        /// As encoded when it was sent.
        package var identity: String
        package var code: String
        /// The receiver's words, without the contact's data.
        package var message: String

        package init(identity: String, code: String, message: String) {
            self.identity = identity
            self.code = code
            self.message = message
        }
    }

    package var rejections: [Rejection]
    /// Besides those, refused without being named.
    package var unnamed: Int
    /// The receiver refused all of them.
    package var isRefused: Bool
    /// The receiver's own numbers, such as `created` and `updated`.
    package var figures: [String: Int]

    package init(
        rejections: [Rejection] = [], unnamed: Int = 0, isRefused: Bool = false, figures: [String: Int] = [:]
    ) {
        self.rejections = rejections
        self.unnamed = unnamed
        self.isRefused = isRefused
        self.figures = figures
    }
}
