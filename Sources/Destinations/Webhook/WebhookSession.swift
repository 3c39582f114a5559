import Digests
import Foundation
import TidegateModel
import Transfer

/// One run's pages.
struct WebhookSession: PushSession {
    let limits: BatchLimits
    private let call: HTTPCall
    private let signature: WebhookSignature
    private let run: String
    private let fields: WebhookFields

    /// Bytes of a page; what receivers take without being asked to lies between one and ten million.
    private static let bytes = 5_000_000

    init(call: HTTPCall, signature: WebhookSignature, push: Push, profilesPerPage: Int) {
        self.call = call
        self.signature = signature
        run = push.run.uuidString.lowercased()
        fields = WebhookFields(push.columns)
        // No run has more pages than these digits can count.
        let widest = Self.opening(run, 999_999_999, 999_999_999).count + Self.closing.count
        limits = BatchLimits(
            contacts: profilesPerPage, bytes: Self.bytes, envelope: widest, removals: min(profilesPerPage, 1000))
    }

    func encode(_ row: PushRow, into contact: inout EncodedContact) -> PushVerdict {
        contact.removeAll()
        fields.write(row, into: &contact.body)
        contact.identity.append(contentsOf: row.key)
        return .contact
    }

    func send(_ batch: PushBatch) async throws(DeliveryError) -> BatchAnswer {
        let opening = Self.opening(run, batch.page, batch.pages)
        return try await post(batch.contacts.listed(after: opening, before: Self.closing), batch.idempotencyKey)
    }

    /// Never asked for: a page is taken, or it is not.
    func outcome(of job: String) async throws(DeliveryError) -> JobOutcome {
        .unknown("\(call.receiver) has no jobs")
    }

    func remove(_ members: [ListMember]) async throws(DeliveryError) -> BatchAnswer {
        var body = Array("{\"runId\":\"\(run)\",\"removed\":[".utf8)
        for (index, member) in members.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            body.appendJSON(text: member.identity)
        }
        body.append(contentsOf: Self.closing)
        return try await post(body, sha256(of: body))
    }

    private static func opening(_ run: String, _ page: Int, _ pages: Int) -> [UInt8] {
        Array("{\"runId\":\"\(run)\",\"page\":\(page),\"pages\":\(pages),\"profiles\":[".utf8)
    }

    private static let closing = Array("]}".utf8)

    private func post(_ body: [UInt8], _ idempotencyKey: String) async throws(DeliveryError) -> BatchAnswer {
        // Signed only when its turn has come, so that no wait makes the timestamp an old one.
        let answer = try await call(
            "POST", "", .changes, headers: ["Idempotency-Key: \(idempotencyKey)"] + signature.headers(for: body),
            body: body)
        if let failure = call.failure(answer, clamp: .seconds(1)...Span.hours(1)) { throw failure }
        switch answer.status {
        case 200..<300: return .taken(rejected: [], receiverIDs: [:])
        case 400, 413, 422: return .refusedWhole("\(call.receiver) refused the page (\(answer.status))")
        case 401, 403:
            throw .rejected("\(call.receiver) refused the authorization or the signature (\(answer.status))")
        default: throw .rejected("\(call.receiver) refused to take pages (\(answer.status))")
        }
    }
}
