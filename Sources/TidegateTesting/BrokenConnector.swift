import Destinations
import Foundation
import TidegateModel
import Transfer

/// A connector to a pretended receiver with one thing wrong, to prove that the contract notices; or with nothing wrong.
package struct BrokenConnector: Connector {
    package enum Flaw: String, CaseIterable, Sendable {
        case checkWrites, checkNamesNothing, believesEveryList, believesEveryKey, showsTheKey, openWrites
        case pastesText, cutsText, needsEveryField, keepsTheRowBefore, sendsNobody, givesNoReason, keepsCase
        case understatesTheEnvelope
        case losesTheLast, forgetsTheList, appendsOnRepeat, sinksTheRest, blamesTheNextRow, countsTwice, startsOver
        case keepsProgressToItself
        case hurries, keepsItsOwnPace, forgetsTheWait
        case callsALossHarmless, callsALossFinal, givesUpOnFailures, neverWaits, readsEpochsAsSeconds, waitsForYears
        case retriesQuotas, retriesTheKey, followsRedirects, believesAnyAnswer, quotesTheReceiver
        case writesAddressesIntoURLs, ignoresCancellation
        case endsJobsOnCounts, forgetsJobs, callsForgottenJobsFailed
        case removesNothing, removesEveryone, deletesContacts, missesWhoIsGone
    }

    let receiver: PretendReceiver
    let flaw: Flaw?
    let key: String
    let means: DeliveryMeans
    /// What shares a pace.
    let pacers: Pacers

    init(_ receiver: PretendReceiver, _ flaw: Flaw?, key: String, _ means: DeliveryMeans) {
        self.receiver = receiver
        self.flaw = flaw
        self.key = key
        self.means = means
        pacers = flaw == .keepsItsOwnPace ? Pacers() : means.pacers
    }

    package func check(list: String?) async throws(DeliveryError) -> String {
        try await turn()
        if flaw == .checkWrites {
            receiver.state.withLock { $0.held.append(HeldContact(identity: "probe@example.com", text: nil)) }
        }
        try admit(receiver.arrive("GET", "/lists", key))
        try find(list)
        return flaw == .checkNamesNothing ? "pretender answered" : "pretender has the list list-1"
    }

    package func open(_ push: Push) async throws(DeliveryError) -> any PushSession {
        try await turn()
        try admit(receiver.arrive("GET", "/lists", key))
        try find(push.options.list)
        if flaw == .openWrites { receiver.join("probe@example.com") }
        return BrokenSession(connector: self, push: push)
    }

    func turn() async throws(DeliveryError) {
        if flaw == .hurries { return }
        try await pacers.turn(of: key, every: PretendKind.interval, means.clock)
    }

    private func admit(_ isKnown: Bool) throws(DeliveryError) {
        guard !isKnown, flaw != .believesEveryKey else { return }
        throw .rejected(flaw == .showsTheKey ? "pretender refused the key \(key)" : "pretender refused the key")
    }

    private func find(_ list: String?) throws(DeliveryError) {
        guard let list, list != PretendReceiver.list, flaw != .believesEveryList else { return }
        throw .rejected("list is not there")
    }
}

/// The kind of the pretended receiver: it has everything that the contract speaks of.
package enum PretendKind {
    static let interval = Span.milliseconds(200)

    package static func kind(_ flaw: BrokenConnector.Flaw? = nil) -> ConnectorKind {
        ConnectorKind(flaw?.rawValue ?? "pretended") {
            let receiver = PretendReceiver()
            return ConnectorFixture(
                columns: [
                    PushColumn(field: "email", type: .text), PushColumn(field: "note", type: .text),
                    PushColumn(field: "age", type: .integer),
                ],
                identity: 0, text: 1, textPath: ["note"], list: PretendReceiver.list, missingList: "list-2",
                interval: interval, secrets: [PretendReceiver.key], found: [PretendReceiver.list],
                backDoor: backDoor(receiver)
            ) { wrongKey, means in
                BrokenConnector(receiver, flaw, key: wrongKey?.text ?? PretendReceiver.key, means)
            }
        }
    }

    private static func backDoor(_ receiver: PretendReceiver) -> ConnectorFixture.BackDoor {
        ConnectorFixture.BackDoor(
            held: { receiver.state.withLock { $0.held } },
            members: { receiver.state.withLock { Array($0.members) } },
            requests: { receiver.state.withLock { $0.requests } },
            problems: { receiver.state.withLock { $0.problems } },
            refuse: { identities in receiver.state.withLock { $0.refused = identities } },
            inject: { fault in receiver.state.withLock { $0.faults.append(fault) } },
            awaitRequests: { await receiver.awaitRequests($0) }
        )
    }
}
