import Destinations
import Foundation
import Testing
import TidegateModel

/// A connector under test, fresh for each clause, with a back door to its receiver.
package struct ConnectorFixture: Sendable {
    package let clock: SkippingClock
    package let means: DeliveryMeans
    /// Opens the connector; with another key than the right one where one is given.
    package var open: @Sendable (_ wrongKey: Secret?, _ means: DeliveryMeans) -> any Connector
    /// What the mapping has: an identity, a text, and whatever else the receiver takes.
    package var columns: [PushColumn]
    /// The column that identifies a contact.
    package var identity: Int
    /// A column that takes any text, and where it is in an encoded contact.
    package var text: Int
    package var textPath: [String]
    /// A list of the receiver's, and one that it does not have.
    package var list: String?
    package var missingList: String?
    /// Between two calls.
    package var interval: Span
    /// What no sentence may hold.
    package var secrets: [String]
    /// What the sentence of a check names.
    package var found: [String]
    package var backDoor: BackDoor

    package struct BackDoor: Sendable {
        /// Every contact that the receiver holds, as often as it holds it.
        package var held: @Sendable () async throws -> [HeldContact]
        /// The identities of those on the list.
        package var members: @Sendable () async throws -> [String]
        /// Every request that came, in their order.
        package var requests: @Sendable () async throws -> [FaultServer.SeenRequest]
        /// What was not as the receiver demands.
        package var problems: @Sendable () async throws -> [String]
        /// Makes the receiver refuse contacts of these identities.
        package var refuse: @Sendable (Set<String>) async throws -> Void
        /// Makes something go wrong, once.
        package var inject: @Sendable (ReceiverFault) async throws -> Void
        /// Returns once so many requests have come.
        package var awaitRequests: @Sendable (Int) async throws -> Void

        package init(
            held: @escaping @Sendable () async throws -> [HeldContact],
            members: @escaping @Sendable () async throws -> [String],
            requests: @escaping @Sendable () async throws -> [FaultServer.SeenRequest],
            problems: @escaping @Sendable () async throws -> [String],
            refuse: @escaping @Sendable (Set<String>) async throws -> Void,
            inject: @escaping @Sendable (ReceiverFault) async throws -> Void,
            awaitRequests: @escaping @Sendable (Int) async throws -> Void
        ) {
            self.held = held
            self.members = members
            self.requests = requests
            self.problems = problems
            self.refuse = refuse
            self.inject = inject
            self.awaitRequests = awaitRequests
        }
    }

    package init(
        clock: SkippingClock = SkippingClock(ConnectorFixture.start), columns: [PushColumn], identity: Int, text: Int,
        textPath: [String], list: String? = nil, missingList: String? = nil, interval: Span = .milliseconds(0),
        secrets: [String], found: [String], backDoor: BackDoor,
        open: @escaping @Sendable (_ wrongKey: Secret?, _ means: DeliveryMeans) -> any Connector
    ) {
        self.clock = clock
        means = DeliveryMeans(clock: clock)
        self.open = open
        self.columns = columns
        self.identity = identity
        self.text = text
        self.textPath = textPath
        self.list = list
        self.missingList = missingList
        self.interval = interval
        self.secrets = secrets
        self.found = found
        self.backDoor = backDoor
    }

    /// 2026-03-02T10:00:00Z, where the fixtures' clocks begin.
    package static let start = Instant(milliseconds: 1_772_445_600_000)
}

/// What a receiver holds of one contact.
package struct HeldContact: Hashable, Sendable {
    package var identity: String
    /// Of the fixture's text column; nil where it has none.
    package var text: String?

    package init(identity: String, text: String?) {
        self.identity = identity
        self.text = text
    }
}

/// Something that goes wrong at the next call that sends a batch, once.
package enum ReceiverFault: Hashable, Sendable {
    /// Nothing is taken, and this is the answer.
    case answer(status: Int, headers: [String: String] = [:], body: String = "")
    /// 429, with the seconds to wait in the body.
    case pauseInBody(Int)
    case keyRefused
    /// The account is full.
    case quota
    /// The batch is taken, and then the connection breaks.
    case lostAnswer
    /// The connection breaks, and nothing was taken.
    case lostRequest
    /// Nothing ever comes back.
    case stall
    /// The batch is taken, and the answer is one that no receiver of this kind gives.
    case unreadableAnswer
    /// At the next question for a job: the receiver knows nothing of it.
    case unknownJob
}

/// What not every receiver has; a kind says why it lacks it.
package enum ConnectorFeature: String, CaseIterable, Sendable {
    /// The receiver refuses callers with a wrong key.
    case keys
    case lists
    /// A profile may lack what identifies it.
    case missingIdentities
    /// Identities that differ in case are one contact.
    case caseless
    /// Single contacts can be refused.
    case rowRefusals
    /// Accepted batches are jobs, to be asked for.
    case jobs
    /// Contacts of a batch are carried through one by one, with a cursor.
    case progress
    case quotas
    /// The receiver allows only so many calls a second.
    case pace
    case pausesInBody
    /// Waits are held between a second and two minutes.
    case clampedWaits
    /// A batch is taken only where the answer says so in words.
    case answersInWords
    case removal
}

/// One kind of connector, from which the contract makes a fixture for each clause.
package struct ConnectorKind: Sendable, CustomTestStringConvertible {
    package let testDescription: String
    /// What it does not have, each with the reason.
    package let lacks: [ConnectorFeature: String]
    package let makeFixture: @Sendable () async throws -> ConnectorFixture

    package init(
        _ name: String, lacks: [ConnectorFeature: String] = [:],
        makeFixture: @escaping @Sendable () async throws -> ConnectorFixture
    ) {
        testDescription = name
        self.lacks = lacks
        self.makeFixture = makeFixture
    }
}

/// How a receiver of its kind words what goes wrong, for its fault server.
package struct ReceiverWords: Sendable {
    /// The call that sends a batch, as a fault's match.
    package var sends: String
    package var keyRefused: FaultServer.Fault
    package var quota: FaultServer.Fault?
    package var pauseInBody: (@Sendable (Int) -> FaultServer.Fault)?
    package var unknownJob: FaultServer.Fault?

    package init(
        sends: String, keyRefused: FaultServer.Fault, quota: FaultServer.Fault? = nil,
        pauseInBody: (@Sendable (Int) -> FaultServer.Fault)? = nil, unknownJob: FaultServer.Fault? = nil
    ) {
        self.sends = sends
        self.keyRefused = keyRefused
        self.quota = quota
        self.pauseInBody = pauseInBody
        self.unknownJob = unknownJob
    }
}

extension FaultServer {
    /// Makes something go wrong at the next call, in the receiver's words.
    package func inject(_ fault: ReceiverFault, _ words: ReceiverWords) async throws {
        let made: Fault? =
            switch fault {
            case .answer(let status, let headers, let body):
                Fault(words.sends, status: status, headers: headers, body: body)
            case .pauseInBody(let seconds): words.pauseInBody?(seconds)
            case .keyRefused: words.keyRefused
            case .quota: words.quota
            case .lostAnswer: Fault(words.sends, .commitThenDrop)
            case .lostRequest: Fault(words.sends, .drop)
            case .stall: Fault(words.sends, .stall)
            case .unreadableAnswer: Fault(words.sends, .commitThenStatus, status: 200, body: "<html>hello</html>")
            case .unknownJob: words.unknownJob
            }
        guard let made else { throw ServerFailure("this receiver has no \(fault)") }
        try await add(made)
    }
}
