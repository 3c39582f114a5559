import Foundation
import TidegateModel
import Transfer

/// The calls of SendGrid's API that are made, and no others.
///
/// Nothing here deletes a contact: the one `DELETE` leads to a list's members, and `SendGridID` keeps its path there.
struct SendGridAccount: Sendable {
    private let call: HTTPCall
    private let keyHint: String

    /// Ten a second, shared by everything that uses the key, are the 600 in a minute that SendGrid was seen to allow.
    init(_ place: SendGridPlace, _ means: DeliveryMeans) throws(DeliveryError) {
        var headers = ["Authorization: Bearer \(place.apiKey.text)", "Accept: application/json"]
        if let subuser = place.onBehalfOf { headers.append("on-behalf-of: \(subuser)") }
        call = try HTTPCall(
            receiver: "SendGrid", base: place.baseURL, key: place.apiKey, headers: headers,
            interval: .milliseconds(100),
            means: means
        )
        let hasForm = place.apiKey.text.hasPrefix("SG.") && place.apiKey.text.utf8.count == 69
        keyHint = hasForm ? "" : ", and SendGrid's keys begin with SG. and have 69 characters, which this one does not"
    }

    // MARK: Looking

    func scopes() async throws(DeliveryError) -> [String] {
        try await json("/v3/scopes", "be used")["scopes"].items.compactMap(\.text)
    }

    /// - Returns: its name, and how many contacts are on it.
    func list(_ list: SendGridID) async throws(DeliveryError) -> (name: String, contacts: Int?) {
        let answer = try await call("GET", "/v3/marketing/lists/\(list.text)", .none)
        if answer.status == 404 { throw .rejected("list \(list.text) is not there at SendGrid") }
        let list = try json(answer, "read lists")
        return (list["name"].text ?? "", list["contact_count"].number)
    }

    func definitions() async throws(DeliveryError) -> SendGridDefinitions {
        let answer = try await json("/v3/marketing/field_definitions", "read field definitions")
        guard answer["custom_fields"].isThere || answer["reserved_fields"].isThere else {
            throw .transient("SendGrid answered without its field definitions")
        }
        return SendGridDefinitions(answer)
    }

    /// How many contacts the account holds; what it may hold is not told anywhere.
    func contactCount() async throws(DeliveryError) -> Int? {
        try await json("/v3/marketing/contacts/count", "count contacts")["contact_count"].number
    }

    /// Nil where SendGrid does not know the job.
    func job(_ id: SendGridID) async throws(DeliveryError) -> SendGridJob? {
        let answer = try await call("GET", "/v3/marketing/contacts/imports/\(id.text)", .none)
        return answer.status == 404 ? nil : SendGridJob(try json(answer, "read jobs"))
    }

    // MARK: Changing

    func upsert(_ body: [UInt8]) async throws(DeliveryError) -> TransferAnswer {
        try await call("PUT", "/v3/marketing/contacts", .changes, body: body)
    }

    /// Looks contacts up by one kind of identifier, at most 100; changes nothing.
    func search(_ kind: String, _ identifiers: [String]) async throws(DeliveryError) -> TransferAnswer {
        var body = Array(#"{"identifiers":["#.utf8)
        for (number, identifier) in identifiers.enumerated() {
            if number > 0 { body.append(UInt8(ascii: ",")) }
            body.appendJSON(text: identifier)
        }
        body.append(contentsOf: "]}".utf8)
        return try await call("POST", "/v3/marketing/contacts/search/identifiers/\(kind)", .none, body: body)
    }

    /// Takes contacts, at least one and at most 100, off the list, and leaves them where they are otherwise.
    func leave(_ list: SendGridID, _ contacts: [SendGridID]) async throws(DeliveryError) -> TransferAnswer {
        let ids = contacts.map(\.text).joined(separator: ",")
        return try await call("DELETE", "/v3/marketing/lists/\(list.text)/contacts?contact_ids=\(ids)", .changes)
    }

    // MARK: Answers

    private func json(_ path: String, _ doing: String) async throws(DeliveryError) -> SendGridJSON {
        try json(try await call("GET", path, .none), doing)
    }

    /// The JSON of a good answer.
    ///
    /// - Parameter doing: what the key may not do where it may not, such as `read lists`.
    func json(_ answer: TransferAnswer, _ doing: String) throws(DeliveryError) -> SendGridJSON {
        guard 200..<300 ~= answer.status else { throw refusal(answer, doing) }
        let json = SendGridJSON(answer.body)
        guard json.isThere else { throw .transient("SendGrid answered with something that is no JSON") }
        return json
    }

    /// What an answer that is not a good one means, sorted.
    func refusal(_ answer: TransferAnswer, _ doing: String) -> DeliveryError {
        let problems = SendGridProblem.problems(in: answer.body)
        // Both come with statuses that mean something else otherwise, and trying again helps with neither.
        if answer.status < 500, let quota = problems.first(where: \.isQuota) {
            return .rejected("SendGrid's plan takes no more: \(quota.safe)")
        }
        if let failure = call.failure(answer) { return failure }
        let words = problems.map(\.safe).filter { !$0.isEmpty }.joined(separator: "; ")
        let reason = words.isEmpty ? "(\(answer.status))" : "(\(answer.status)): \(words)"
        switch answer.status {
        case 401: return .rejected("SendGrid does not accept the key \(reason)\(keyHint)")
        case 403: return .rejected("the key for SendGrid may not \(doing) \(reason)")
        default: return .rejected("SendGrid refused to \(doing) \(reason)")
        }
    }
}

/// An id that stands in a path as it is.
///
/// Nothing in it can lead out of its place: of `..` as a list's id a removal from the list would become the deletion of
/// contacts.
struct SendGridID: Hashable, Sendable {
    let text: String

    init?(_ text: String) {
        let isSafe = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isSafe, 1...128 ~= text.utf8.count else { return nil }
        self.text = text
    }
}
