import Destinations
import Engine
import Foundation
import TidegateModel

/// A receiver in this process that keeps what it gets and answers as a test tells it.
final class ScriptedReceiver: Connector {
    struct State {
        var limits = BatchLimits(contacts: 2, bytes: 1 << 20, envelope: 2)
        /// By identity: what was sent last.
        var contacts: [String: String] = [:]
        var list: Set<String> = []
        /// Every batch that came, by identities.
        var calls: [[String]] = []
        var keys: [String] = []
        /// How many contacts of each batch were said to be carried through already.
        var done: [Int] = []
        /// The job that removals become, which take nobody off by themselves.
        var removalJob: String?
        var removals: [[String]] = []
        var asked: [String] = []
    }

    typealias Script = @Sendable (_ call: Int, _ identities: [String]) throws(DeliveryError) -> BatchAnswer?

    /// What becomes of a removal; nil takes all of them off.
    typealias Removal = @Sendable (_ identities: [String]) throws(DeliveryError) -> BatchAnswer?

    typealias Jobs = @Sendable (_ job: String, _ asked: Int) throws(DeliveryError) -> JobOutcome

    /// Before the answer; what it throws is the answer.
    typealias Progress = @Sendable (_ call: Int, PushBatch) throws(DeliveryError) -> Void

    private struct Scripts {
        /// What becomes of a call, counted from 1; nil takes it.
        var answer: Script?
        var tell: Jobs?
        var goOn: Progress?
        var remove: Removal?
    }

    let state: Locked<State>
    private let scripts = Locked(Scripts())
    private let gate: Gate

    /// - Parameter gate: what every call waits at before it is answered.
    init(contactsPerCall: Int = 2, gate: Gate = Gate(isOpen: true)) {
        self.gate = gate
        var state = State()
        state.limits.contacts = contactsPerCall
        self.state = Locked(state)
    }

    func answer(_ script: @escaping Script) {
        scripts.withLock { $0.answer = script }
    }

    func tell(_ jobs: @escaping Jobs) {
        scripts.withLock { $0.tell = jobs }
    }

    func goOn(_ script: @escaping Progress) {
        scripts.withLock { $0.goOn = script }
    }

    func remove(_ script: @escaping Removal) {
        scripts.withLock { $0.remove = script }
    }

    private var removing: Removal? { scripts.withLock { $0.remove } }
    private var goingOn: Progress? { scripts.withLock { $0.goOn } }
    private var answering: Script? { scripts.withLock { $0.answer } }
    private var telling: Jobs? { scripts.withLock { $0.tell } }

    func check(list: String?) async throws(DeliveryError) -> String { "receiver is there" }

    func open(_ push: Push) async throws(DeliveryError) -> any PushSession { Session(receiver: self) }

    var calls: [[String]] { state.withLock { $0.calls } }
    var contacts: [String] { state.withLock { $0.contacts.keys.sorted() } }

    struct Session: PushSession {
        let receiver: ScriptedReceiver

        var limits: BatchLimits { receiver.state.withLock { $0.limits } }

        /// The identity is the second column, in lower case; `id=identity` the body.
        func encode(_ row: PushRow, into contact: inout EncodedContact) -> PushVerdict {
            guard row.cells[1].type != nil else { return .withheld("missing-email") }
            contact.identity = Array(String(decoding: row[1], as: UTF8.self).lowercased().utf8)
            contact.body = row.key + [UInt8(ascii: "=")] + contact.identity
            return .contact
        }

        func send(_ batch: PushBatch) async throws(DeliveryError) -> BatchAnswer {
            let identities = batch.contacts.map { String(decoding: $0.identity, as: UTF8.self) }
            let call = receiver.state.withLock { state in
                state.calls.append(identities)
                state.keys.append(batch.idempotencyKey)
                state.done.append(batch.done)
                return state.calls.count
            }
            await receiver.gate.pass()
            try receiver.goingOn?(call, batch)
            if let script = receiver.answering, let answer = try script(call, identities) {
                if case .accepted = answer { take(batch) }
                return answer
            }
            take(batch)
            return .taken(rejected: [], receiverIDs: [:])
        }

        private func take(_ batch: PushBatch) {
            receiver.state.withLock { state in
                for contact in batch.contacts {
                    let identity = String(decoding: contact.identity, as: UTF8.self)
                    state.contacts[identity] = String(decoding: contact.body, as: UTF8.self)
                    state.list.insert(identity)
                }
            }
        }

        func outcome(of job: String) async throws(DeliveryError) -> JobOutcome {
            let asked = receiver.state.withLock { state in
                state.asked.append(job)
                return state.asked.count { $0 == job }
            }
            guard let jobs = receiver.telling else { return .unknown("no job") }
            return try jobs(job, asked)
        }

        func remove(_ members: [ListMember]) async throws(DeliveryError) -> BatchAnswer {
            let identities = members.map(\.identity)
            receiver.state.withLock { $0.removals.append(identities) }
            if let script = receiver.removing, let answer = try script(identities) { return answer }
            let job = receiver.state.withLock { state in
                if state.removalJob == nil { state.list.subtract(identities) }
                return state.removalJob
            }
            if let job { return .accepted(job: job) }
            return .taken(rejected: [], receiverIDs: [:])
        }
    }
}

extension EngineFixture {
    /// One dataflow `push` of the given segments to a connector.
    func pushSpec(_ segments: [String] = ["all"], options: PushOptions = PushOptions()) -> JobSpec {
        spec { spec in
            spec.destinations = [
                Destination(
                    id: UUID(), name: "receiver",
                    place: .webhook(WebhookPlace(url: Secret("http://127.0.0.1"), signingKey: Secret("k")))
                )
            ]
            spec.dataflows[0].name = "push"
            spec.dataflows[0].destination = "receiver"
            spec.dataflows[0].segments = segments
            spec.dataflows[0].push = options
        }
    }

    func place(_ receiver: ScriptedReceiver, limits: Workplace.Limits = Workplace.Limits()) throws -> Workplace {
        try place(limits: limits, opening: { _, _ in .connector(receiver) })
    }
}
