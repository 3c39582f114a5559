import TidegateModel

/// One run's push: contacts by the hundred, then, where there is a list, one call for each contact that goes on it.
struct AutopilotSession: PushSession {
    private static let opening = Array(#"{"contacts":["#.utf8)
    private static let closing = Array("]}".utf8)

    let limits: BatchLimits
    private let account: AutopilotAccount
    private let encoder: AutopilotEncoder
    private let list: String?

    init(_ account: AutopilotAccount, _ encoder: AutopilotEncoder, list: String?) {
        self.account = account
        self.encoder = encoder
        self.list = list
        // Autopilot documents no size; a hundred contacts are far from this one. With a list a batch is a hundred calls more,
        // which must not be repeated.
        limits = BatchLimits(
            contacts: 100, bytes: 1 << 20, envelope: Self.opening.count + Self.closing.count, removals: 100,
            window: list == nil ? 10 : 1
        )
    }

    func encode(_ row: PushRow, into contact: inout EncodedContact) -> PushVerdict {
        encoder.encode(row, into: &contact)
    }

    func send(_ batch: PushBatch) async throws(DeliveryError) -> BatchAnswer {
        var contacts: AutopilotContacts
        switch try await upsert(batch.contacts) {
        case .taken(let answer): contacts = answer
        case .refused(let words): return .refusedWhole(words)
        }
        var rejected: [RowRejection] = []
        var ids: [Int: String] = [:]
        for (index, contact) in batch.contacts.enumerated() {
            guard let id = contacts.id(of: contact.identity, near: index) else {
                rejected.append(Self.notTaken(index))
                continue
            }
            // Without a list nothing is ever done by somebody's id.
            if list != nil { ids[index] = String(decoding: id, as: UTF8.self) }
        }
        if let list { rejected += try await enlist(ids, of: batch, on: list) }
        for rejection in rejected { ids[rejection.index] = nil }
        return .taken(rejected: rejected.sorted { $0.index < $1.index }, receiverIDs: ids)
    }

    /// Puts the contacts behind those that an earlier try carried through on the list.
    ///
    /// - Returns: those that did not get on it.
    private func enlist(
        _ ids: [Int: String], of batch: PushBatch, on list: String
    ) async throws(DeliveryError) -> [RowRejection] {
        var rejected: [RowRejection] = []
        var isListProven = false
        for index in batch.contacts.indices.dropFirst(batch.done) {
            if let id = ids[index] {
                switch try await account.enlist(id, on: list) {
                case .taken: break
                case .unknown:
                    // The same answer comes when the list is gone, and then it is nobody's own.
                    if !isListProven { try await account.require(list) }
                    isListProven = true
                    let words = "Autopilot does not know the contact any more, so that it is not on the list"
                    rejected.append(RowRejection(index: index, code: "unknown-contact", message: words))
                case .refused(let words):
                    rejected.append(RowRejection(index: index, code: "not-on-list", message: words))
                }
            }
            // Behind one that was refused nothing is noted: another try has to find out again that it was.
            if rejected.isEmpty { try batch.progress(index + 1) }
        }
        return rejected
    }

    func outcome(of job: String) async throws(DeliveryError) -> JobOutcome {
        .unknown("Autopilot has no jobs")
    }

    func remove(_ members: [ListMember]) async throws(DeliveryError) -> BatchAnswer {
        guard let list else { throw .rejected("dataflow has no list to take members off") }
        var ids: [Int: String] = [:]
        for (index, member) in members.enumerated() { ids[index] = member.receiverID }
        let nameless = members.indices.filter { ids[$0] == nil }
        for start in stride(from: 0, to: nameless.count, by: limits.contacts) {
            let part = nameless[start..<min(start + limits.contacts, nameless.count)]
            let contacts = PushBatch.Contacts(
                part.map { index in
                    PushBatch.Contact(body: AutopilotEncoder.address(members[index].identity)[...], identity: [])
                }
            )
            guard case .taken(var answer) = try await upsert(contacts) else { continue }
            for (place, index) in part.enumerated() {
                let id = answer.id(of: Array(members[index].identity.utf8)[...], near: place)
                ids[index] = id.map { String(decoding: $0, as: UTF8.self) }
            }
        }
        var rejected: [RowRejection] = []
        for index in members.indices {
            guard let id = ids[index] else {
                rejected.append(Self.notTaken(index))
                continue
            }
            // Whom Autopilot does not know is on no list.
            if case .refused(let words) = try await account.delist(id, from: list) {
                rejected.append(RowRejection(index: index, code: "still-on-list", message: words))
            }
        }
        return .taken(rejected: rejected, receiverIDs: ids)
    }

    private enum Upsert {
        case taken(AutopilotContacts)
        case refused(String)
    }

    private func upsert(_ contacts: PushBatch.Contacts) async throws(DeliveryError) -> Upsert {
        let body = contacts.listed(after: Self.opening, before: Self.closing)
        switch try await account.call("POST", ["contacts"], body: body) {
        case .done(let answer):
            guard let contacts = AutopilotContacts(answer) else {
                throw .uncertain("Autopilot did not say which contacts it took")
            }
            return .taken(contacts)
        case .refused(let words): return .refused(words)
        case .notFound: throw .rejected("Autopilot's address takes no contacts")
        }
    }

    /// Autopilot names nobody whom it refuses: it leaves them out of its answer.
    private static func notTaken(_ index: Int) -> RowRejection {
        RowRejection(index: index, code: "not-taken", message: "Autopilot's answer leaves the contact out")
    }
}
