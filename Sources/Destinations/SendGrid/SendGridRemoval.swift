import TidegateModel
import Transfer

/// Takes members off a list, by SendGrid's own ids, which have to be looked up first.
struct SendGridRemoval: Sendable {
    private let account: SendGridAccount
    private let list: SendGridID

    init(_ account: SendGridAccount, list: SendGridID) {
        self.account = account
        self.list = list
    }

    func remove(_ members: [ListMember]) async throws(DeliveryError) -> BatchAnswer {
        var contacts: [SendGridID] = []
        for kind in ["email"] + SendGridField.identifiers {
            let wanted = members.compactMap { Self.identifier(of: $0, kind) }
            guard !wanted.isEmpty else { continue }
            switch try await find(wanted, kind, among: members) {
            case .found(let ids): contacts += ids
            case .refused(let answer): return answer
            }
        }
        // Who is not there any more is on no list either, and a call without ids is none.
        guard !contacts.isEmpty else { return .taken(rejected: [], receiverIDs: [:]) }
        let answer = try await account.leave(list, contacts)
        if answer.status == 404 {
            _ = try await account.list(list)
            throw .transient("SendGrid lost one of the contacts that were to leave the list (404)")
        }
        guard 200..<300 ~= answer.status else { throw account.refusal(answer, "take contacts off lists") }
        return .accepted(job: try SendGridAccepted.job(in: answer))
    }

    private enum Search {
        case found([SendGridID])
        case refused(BatchAnswer)
    }

    private func find(
        _ wanted: [String], _ kind: String, among members: [ListMember]
    ) async throws(DeliveryError) -> Search {
        let answer = try await account.search(kind, wanted)
        switch answer.status {
        // None of them is there.
        case 404: return .found([])
        case 400:
            let rows = members.map { (Array($0.identity.utf8)[...], ArraySlice<UInt8>()) }
            let rejections = SendGridRefusedRows(rows).rejections(SendGridProblem.problems(in: answer.body))
            if !rejections.isEmpty { return .refused(.refusedRows(rejections)) }
        default: break
        }
        let found = try account.json(answer, "search contacts")["result"].members
        return .found(found.compactMap { $0.value["contact"]["id"].text.flatMap(SendGridID.init) })
    }

    private static func identifier(of member: ListMember, _ kind: String) -> String? {
        guard kind == "email" else {
            return member.identity.hasPrefix("\(kind):") ? String(member.identity.dropFirst(kind.count + 1)) : nil
        }
        return member.identity.contains(":") ? nil : member.identity
    }
}
