import TidegateModel
import Transfer

/// One run's pushes to one list, or to none.
struct SendGridSession: PushSession {
    let limits: BatchLimits
    private let account: SendGridAccount
    private let list: SendGridID?
    private let writer: SendGridContactWriter
    private let head: [UInt8]
    private let removal: SendGridRemoval?
    private let errors: SendGridErrorsList

    private static let tail = Array("]}".utf8)

    init(_ account: SendGridAccount, list: SendGridID?, fields: [SendGridField]) {
        self.account = account
        self.list = list
        writer = SendGridContactWriter(fields)
        var head: [UInt8] = [UInt8(ascii: "{")]
        if let list { head += Array("\"list_ids\":[\"\(list.text)\"],".utf8) }
        head += Array("\"contacts\":[".utf8)
        self.head = head
        removal = list.map { SendGridRemoval(account, list: $0) }
        errors = SendGridErrorsList(fields)
        // SendGrid says 6 MB without saying which: decimal is the smaller one.
        limits = BatchLimits(
            contacts: 30_000, bytes: 6_000_000, envelope: head.count + Self.tail.count, removals: 100
        )
    }

    func encode(_ row: PushRow, into contact: inout EncodedContact) -> PushVerdict {
        writer.write(row, into: &contact)
    }

    func send(_ batch: PushBatch) async throws(DeliveryError) -> BatchAnswer {
        let answer = try await account.upsert(batch.contacts.listed(after: head, before: Self.tail))
        switch answer.status {
        case 200..<300:
            return .accepted(job: try SendGridAccepted.job(in: answer))
        case 400:
            let problems = SendGridProblem.problems(in: answer.body)
            guard !problems.contains(where: { $0.isQuota || $0.isConfiguration }) else { break }
            let refused = SendGridRefusedRows(batch.contacts.map { ($0.identity, $0.body) }).rejections(problems)
            if !refused.isEmpty { return .refusedRows(refused) }
            let words = problems.map(\.safe).joined(separator: "; ")
            return .refusedWhole("SendGrid refused the batch (400)" + (words.isEmpty ? "" : ": \(words)"))
        case 404:
            if let list { throw .rejected("list \(list.text) is not there at SendGrid any more") }
        case 413:
            return .refusedWhole("SendGrid found the batch too large (413)")
        default:
            break
        }
        throw account.refusal(answer, "add contacts")
    }

    func outcome(of job: String) async throws(DeliveryError) -> JobOutcome {
        guard let id = SendGridID(job), let found = try await account.job(id) else {
            return .unknown("SendGrid knows nothing of job \(job)")
        }
        guard found.status != .pending, let url = found.errorsURL else { return found.outcome() }
        return found.outcome(try await errors.rejections(at: url, ofJob: job))
    }

    func remove(_ members: [ListMember]) async throws(DeliveryError) -> BatchAnswer {
        guard let removal else { throw .rejected("the dataflow names no list of SendGrid that somebody could leave") }
        return try await removal.remove(members)
    }
}

/// What every accepted change answers with.
enum SendGridAccepted {
    static func job(in answer: TransferAnswer) throws(DeliveryError) -> String {
        guard let job = SendGridJSON(answer.body)["job_id"].text, !job.isEmpty else {
            throw .uncertain("SendGrid answered (\(answer.status)) without naming a job")
        }
        return job
    }
}
