import Destinations
import Digests
import Foundation
import Testing
import TidegateModel
import TidegateTesting

@Suite struct WebhookTests {
    let clock = SkippingClock(ConnectorFixture.start)
    let webhook: WebhookFixture

    init() async throws {
        webhook = try await WebhookFixture()
    }

    func connector(_ change: (inout WebhookPlace) -> Void = { _ in }) -> any Connector {
        var place = webhook.place
        change(&place)
        return WebhookFixture.connector(place, DeliveryMeans(clock: clock))
    }

    func push(columns: [PushColumn] = WebhookFixture.columns, list: String? = nil) -> Push {
        Push(run: UUID(), options: PushOptions(list: list), columns: columns, profiles: 1)
    }

    func row(_ values: [(AttributeType, String)?], key: String = "a") -> PushRow {
        var row = PushRow()
        Array(key.utf8).withUnsafeBytes { row.begin(profile: 1, key: $0) }
        for value in values {
            guard let (type, text) = value else {
                row.appendNull()
                continue
            }
            Array(text.utf8).withUnsafeBytes { row.append(type, $0) }
        }
        return row
    }

    func encoded(_ columns: [PushColumn], _ values: [(AttributeType, String)?]) async throws -> String {
        let session = try await connector().open(push(columns: columns))
        var contact = EncodedContact()
        #expect(session.encode(row(values), into: &contact) == .contact)
        return String(decoding: contact.body, as: UTF8.self)
    }

    @Test func `values have their types, in the order of the mapping`() async throws {
        let columns = WebhookFixture.columns
        let values: [(AttributeType, String)?] = [
            (.text, "k"), (.text, "9"), (.integer, "-9007199254740993"), (.real, "0.1"), (.boolean, "false"),
            (.date, "2026-01-31"), (.timestamp, "2026-01-31T02:00:00Z"),
        ]
        #expect(
            try await encoded(columns, values)
                == #"{"id":"k","note":"9","age":-9007199254740993,"score":0.1,"vip":false,"born":"2026-01-31","#
                + #""seen":"2026-01-31T02:00:00Z"}"#)
        let nothing: [(AttributeType, String)?] = Array(repeating: nil, count: 7)
        #expect(
            try await encoded(columns, nothing)
                == #"{"id":null,"note":null,"age":null,"score":null,"vip":null,"born":null,"seen":null}"#)
    }

    @Test func `a field's name is escaped, and a number that JSON does not have is null`() async throws {
        let columns = [PushColumn(field: "say \"hi\"\n", type: .real), PushColumn(field: "b", type: .real)]
        #expect(try await encoded(columns, [(.real, "inf"), (.real, "1e+20")]) == #"{"say \"hi\"\n":null,"b":1e+20}"#)
    }

    @Test func `the identity is the profile's key, whatever is mapped`() async throws {
        let session = try await connector().open(push(columns: [WebhookFixture.columns[1]]))
        var contact = EncodedContact()
        _ = session.encode(row([(.text, "x")], key: "Kunde Ä1"), into: &contact)
        #expect(contact.identity == Array("Kunde Ä1".utf8))
    }

    @Test func `the envelope holds for the first page and for the last of a million`() async throws {
        let session = try await connector().open(push(columns: [WebhookFixture.columns[0]]))
        var contact = EncodedContact()
        _ = session.encode(row([(.text, "a")]), into: &contact)
        for page in [1, 1_000_000] {
            var sent = batch([contact])
            (sent.page, sent.pages, sent.idempotencyKey) = (page, 1_000_000, "page-\(page)")
            _ = try await session.send(sent)
        }
        let state = try await webhook.server.state()
        #expect(state.problems == [])
        for request in state.requests {
            #expect(request.size <= session.limits.envelope + contact.body.count)
        }
    }

    @Test func `pages are cut as the job file says`() async throws {
        let limits = try await connector { $0.profilesPerPage = 50 }.open(push()).limits
        #expect(limits.contacts == 50 && limits.bytes == 5_000_000 && limits.removals == 50)
    }

    @Test func `a page signed with another key is rejected`() async throws {
        let session = try await connector { $0.signingKey = Secret("not the key") }.open(push())
        let error = await #expect(throws: DeliveryError.self) { try await session.send(batch([])) }
        #expect(error?.isRejected == true)
        #expect(try await webhook.server.state(WebhookFixture.Stored.self).stored.profiles == [])
    }

    @Test func `a page is signed when its turn has come, not before it waits`() async throws {
        try await webhook.server.add(.init("POST /hook", status: 503, headers: ["Retry-After": "300"]))
        let session = try await connector().open(push())
        let start = clock.now()
        let error = await #expect(throws: DeliveryError.self) { try await session.send(batch([])) }
        #expect(error?.wait == .seconds(300))
        _ = try await session.send(batch([]))
        let timestamps = try await webhook.server.state().requests.compactMap { $0.counts["timestamp"] }
        #expect(timestamps == [Int((start + .seconds(300)).milliseconds / 1000)])
    }

    @Test func `a wait of an hour is passed on, a longer one is cut to it`() async throws {
        let session = try await connector().open(push())
        for (asked, wait) in [("3600", Span.hours(1)), ("86400", .hours(1)), ("0", .seconds(1))] {
            try await webhook.server.add(.init("POST /hook", status: 429, headers: ["Retry-After": asked]))
            let error = await #expect(throws: DeliveryError.self) { try await session.send(batch([])) }
            #expect(error?.wait == wait, "\(asked)")
        }
    }

    @Test(arguments: [400, 413, 422])
    func `a page that is refused for what is in it can be halved`(_ status: Int) async throws {
        try await webhook.server.add(.init("POST /hook", status: status))
        let answer = try await connector().open(push()).send(batch([]))
        #expect(answer == .refusedWhole("webhook at 127.0.0.1 refused the page (\(status))"))
    }

    @Test(arguments: [401, 402, 403, 404, 405, 409, 410, 415, 451])
    func `a page that is refused for anything else is rejected`(_ status: Int) async throws {
        try await webhook.server.add(.init("POST /hook", status: status))
        let session = try await connector().open(push())
        let error = await #expect(throws: DeliveryError.self) { try await session.send(batch([])) }
        #expect(error?.isRejected == true)
    }

    @Test(arguments: [200, 201, 202, 204])
    func `any 2xx accepts a page`(_ status: Int) async throws {
        try await webhook.server.add(.init("POST /hook", status: status, body: status == 204 ? "" : "whatever"))
        let answer = try await connector().open(push()).send(batch([]))
        #expect(answer == .taken(rejected: [], receiverIDs: [:]))
    }

    @Test func `a webhook has no lists`() async throws {
        let checked = await #expect(throws: DeliveryError.self) { try await connector().check(list: "a") }
        let opened = await #expect(throws: DeliveryError.self) { _ = try await connector().open(push(list: "a")) }
        #expect(checked == .rejected("webhook has no lists") && opened == checked)
    }

    @Test(arguments: [(204, true), (404, true), (405, true), (500, true), (302, true), (401, false), (403, false)])
    func `any answer to a check but a refused authorization shows that the receiver is there`(
        _ status: Int, _ isThere: Bool
    ) async throws {
        try await webhook.server.add(.init("HEAD /hook", status: status))
        do {
            let sentence = try await connector().check(list: nil)
            #expect(isThere && sentence.contains("127.0.0.1") && sentence.contains("\(status)"))
        } catch {
            #expect(!isThere && error.isRejected)
        }
        #expect(try await webhook.server.state().requests.map(\.method) == ["HEAD"])
    }
}
