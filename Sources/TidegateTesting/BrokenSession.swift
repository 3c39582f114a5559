import Destinations
import Foundation
import TidegateModel
import Transfer

struct BrokenSession: PushSession {
    private let connector: BrokenConnector
    private let push: Push
    private let ownJobs = Locked<Set<String>>([])
    private var flaw: BrokenConnector.Flaw? { connector.flaw }
    private var receiver: PretendReceiver { connector.receiver }

    init(connector: BrokenConnector, push: Push) {
        self.connector = connector
        self.push = push
    }

    private static let opening = Array("{\"contacts\":[".utf8)
    private static let closing = Array("]}".utf8)

    var limits: BatchLimits {
        let envelope = Self.opening.count + Self.closing.count
        return BatchLimits(
            contacts: 100, bytes: 4 << 20, envelope: flaw == .understatesTheEnvelope ? envelope - 1 : envelope)
    }

    // MARK: Encoding

    func encode(_ row: PushRow, into contact: inout EncodedContact) -> PushVerdict {
        if flaw != .keepsTheRowBefore { contact.removeAll() }
        let space = UInt8(ascii: " ")...UInt8(ascii: " ")
        let isBlank = { (byte: UInt8) in space.contains(byte) || byte == 9 }
        var identity = Array(row[0].drop(while: isBlank).reversed().drop(while: isBlank).reversed())
        if identity.isEmpty, flaw != .sendsNobody {
            return .withheld(flaw == .givesNoReason ? "" : "missing-email")
        }
        if flaw != .keepsCase { identity = Array(String(decoding: identity, as: UTF8.self).lowercased().utf8) }
        if flaw == .needsEveryField, row.cells[1].type == nil { return .withheld("missing-note") }
        contact.identity = identity
        contact.body.append(contentsOf: "{\"email\":".utf8)
        contact.body.appendJSON(text: identity[...])
        if row.cells[1].type != nil {
            contact.body.append(contentsOf: ",\"note\":".utf8)
            let text = flaw == .cutsText ? row[1].prefix(100) : row[1]
            if flaw == .pastesText {
                contact.body.append(contentsOf: "\"".utf8)
                contact.body.append(contentsOf: text)
                contact.body.append(contentsOf: "\"".utf8)
            } else {
                contact.body.appendJSON(text: text)
            }
        }
        contact.body.append(UInt8(ascii: "}"))
        return .contact
    }

    // MARK: Sending

    func send(_ batch: PushBatch) async throws(DeliveryError) -> BatchAnswer {
        if Task.isCancelled, flaw != .ignoresCancellation { throw .cancelled }
        try await connector.turn()
        var contacts = Array(batch.contacts)
        if flaw == .losesTheLast { contacts.removeLast() }
        let body = Self.opening + contacts.map(\.body).joined(separator: [UInt8(ascii: ",")]) + Self.closing
        let path =
            flaw == .writesAddressesIntoURLs
            ? "/contacts?first=" + String(decoding: contacts[0].identity, as: UTF8.self) : "/contacts"
        let wire = await receiver.put(
            Array(body), key: connector.key, path: path, appends: flaw == .appendsOnRepeat)
        switch wire {
        case .givenUp:
            if flaw == .ignoresCancellation { return .taken(rejected: [], receiverIDs: [:]) }
            throw .cancelled
        case .lost:
            switch flaw {
            case .callsALossHarmless: throw .transient("pretender gave no answer")
            case .callsALossFinal: throw .rejected("pretender gave no answer")
            default: throw .uncertain("pretender gave no answer")
            }
        case .answer(let answer): return try await sorted(answer, batch)
        }
    }

    private func sorted(_ answer: TransferAnswer, _ batch: PushBatch) async throws(DeliveryError) -> BatchAnswer {
        let said = String(decoding: answer.body, as: UTF8.self)
        switch answer.status {
        case 200..<300:
            guard said.hasPrefix("job-") || flaw == .believesAnyAnswer else {
                throw .uncertain("pretender gave an answer that cannot be read")
            }
            try join(batch)
            ownJobs.withLock { _ = $0.insert(said) }
            return .accepted(job: said)
        case 307 where flaw == .followsRedirects: return .taken(rejected: [], receiverIDs: [:])
        case 401 where flaw == .retriesTheKey: throw .transient("pretender refused the key")
        case 402 where flaw == .retriesQuotas: throw .transient("pretender is full")
        case 422:
            let rows = said.split(separator: ",").compactMap { Int($0) }
            if flaw == .sinksTheRest { throw .rejected("pretender refused the batch") }
            guard !rows.isEmpty else { return .refusedWhole("pretender refused the batch") }
            return .refusedRows(rejections(rows, of: batch.contacts.count))
        case 408, 429, 500...:
            if flaw == .givesUpOnFailures { throw .rejected("pretender failed") }
            throw .transient("pretender failed", retryAfter: wait(answer, said))
        default: throw .rejected(flaw == .quotesTheReceiver ? said : "pretender refused the batch")
        }
    }

    private func rejections(_ rows: [Int], of count: Int) -> [RowRejection] {
        let named = flaw == .blamesTheNextRow ? rows.map { ($0 + 1) % count } : rows
        let counted = flaw == .countsTwice ? named + named : named
        return counted.map { RowRejection(index: $0, code: "invalid-email", message: "not valid") }
    }

    private func wait(_ answer: TransferAnswer, _ said: String) -> Span? {
        let now = connector.means.clock.now()
        if flaw == .neverWaits { return nil }
        let reset = answer.headers["x-ratelimit-reset"].flatMap { Int64($0) }
        if flaw == .readsEpochsAsSeconds, let reset { return .seconds(min(reset, 120)) }
        let clamp = flaw == .waitsForYears ? .seconds(0)...Span.days(10_000) : RateSignal.usualClamp
        let wait = RateSignal.wait(answer, bodySeconds: Double(said), now: now, clamp: clamp)
        if let wait, flaw != .forgetsTheWait { connector.pacers.hold(connector.key, for: wait, from: now) }
        return wait
    }

    private func join(_ batch: PushBatch) throws(DeliveryError) {
        guard push.options.list != nil, flaw != .forgetsTheList else { return }
        let done = flaw == .startsOver ? 0 : batch.done
        for (index, contact) in batch.contacts.enumerated().dropFirst(done) {
            receiver.join(String(decoding: contact.identity, as: UTF8.self))
            if flaw != .keepsProgressToItself { try batch.progress(index + 1) }
        }
    }

    // MARK: Asking and removing

    func outcome(of job: String) async throws(DeliveryError) -> JobOutcome {
        try await connector.turn()
        if flaw == .forgetsJobs, !ownJobs.withLock({ $0.contains(job) }) { return .unknown("job is not known") }
        guard let known = receiver.question(job, key: connector.key) else {
            return flaw == .callsForgottenJobsFailed
                ? .ended(JobResult(isRefused: true)) : .unknown("job is not known")
        }
        let isEnd = known.isDone || (flaw == .endsJobsOnCounts && known.questions == 2)
        if isEnd { return .ended(JobResult(figures: ["created": known.contacts.count])) }
        return .pending(done: known.questions == 2 ? known.contacts.count : nil)
    }

    func remove(_ members: [ListMember]) async throws(DeliveryError) -> BatchAnswer {
        try await connector.turn()
        let identities = members.map(\.identity)
        if flaw == .removesNothing { return .taken(rejected: [], receiverIDs: [:]) }
        let wereThere = receiver.leave(identities, key: connector.key)
        if !wereThere, flaw == .missesWhoIsGone { throw .rejected("member is not there") }
        receiver.state.withLock { state in
            if flaw == .removesEveryone { state.members = [] }
            if flaw == .deletesContacts { state.held.removeAll { identities.contains($0.identity) } }
        }
        return .taken(rejected: [], receiverIDs: [:])
    }
}
