import Destinations
import Foundation
import Testing
import TidegateModel
import TidegateTesting
import Transfer

@Suite struct HTTPCallTests {
    let clock = SkippingClock(ConnectorFixture.start)
    let server: FaultServer

    init() throws {
        server = try FaultServer("webhook")
    }

    func call(_ base: String? = nil, headers: [String] = [], interval: Span = .seconds(0)) throws -> HTTPCall {
        try HTTPCall(
            receiver: "CRM", base: base ?? server.url, key: Secret("key-4711"), headers: headers, interval: interval,
            means: DeliveryMeans(clock: clock))
    }

    func failure(_ call: HTTPCall, _ effect: HTTPCall.Effect) async -> DeliveryError? {
        do throws(DeliveryError) {
            _ = try await call("POST", "/x", effect, body: [1])
            return nil
        } catch {
            return error
        }
    }

    @Test func `a lost answer is uncertain where the call changes something, else transient`() async throws {
        let call = try call()
        try await server.add(.init("POST /x", .drop, times: 2))
        #expect(await failure(call, .none)?.isTransient == true)
        #expect(await failure(call, .changes)?.isUncertain == true)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a receiver that answers byte by byte is given up, and may have taken what changes something`() async throws {
        var limits = TransferRequest.Limits()
        limits.total = 500
        let call = try HTTPCall(
            receiver: "CRM", base: server.url, key: Secret("a"), headers: [], limits: limits,
            means: DeliveryMeans(clock: clock))
        try await server.add(.init("POST /x", .trickle, times: 2))
        #expect(await failure(call, .none)?.isTransient == true)
        #expect(await failure(call, .changes)?.isUncertain == true)
    }

    @Test func `no call goes without a limit for all of it`() throws {
        let limits = try #require(Mirror(reflecting: try call()).descendant("limits") as? TransferRequest.Limits)
        #expect(limits.total == 300_000)
    }

    @Test func `nobody listens: transient, because nothing can have arrived`() async throws {
        let closed = try call("http://127.0.0.1:1")
        #expect(await failure(closed, .changes)?.isTransient == true)
    }

    @Test func `JSON is the type of a body unless the headers say something else`() async throws {
        let call = try call()
        _ = try await call("POST", "/hook", .none, body: Array("{}".utf8))
        _ = try await call("POST", "/hook", .none, headers: ["content-type: text/csv"], body: Array("{}".utf8))
        _ = try await call("GET", "/hook", .none)
        let state = try await server.state()
        #expect(state.problems.filter { $0 == "the content type is not JSON" } == [])
        #expect(state.requests.map { $0.headers.contains("content-type") } == [true, true, false])
    }

    @Test func `calls keep the pace of their key, other keys have their own`() async throws {
        let means = DeliveryMeans(clock: clock)
        let calls = try ["a", "b"].map { key in
            try HTTPCall(
                receiver: "CRM", base: server.url, key: Secret(key), headers: [], interval: .seconds(2), means: means)
        }
        for _ in 1...4 { _ = try await calls[0]("GET", "/x", .none) }
        #expect(clock.now() - ConnectorFixture.start == .seconds(6))
        _ = try await calls[1]("GET", "/x", .none)
        #expect(clock.now() - ConnectorFixture.start == .seconds(6))
    }

    @Test func `calls are counted by destination and class of answer, and the pauses that were asked for`() async throws
    {
        var means = DeliveryMeans(clock: clock)
        means.destination = "crm"
        let call = try HTTPCall(
            receiver: "CRM", base: server.url, key: Secret("a"), headers: [], means: means)
        try await server.add(.init("POST /x", .drop, times: 1))
        _ = try await call("GET", "/x", .none)
        _ = await failure(call, .none)
        _ = call.failure(TransferAnswer(status: 429, headers: ["retry-after": "9"]))
        let counts = means.tally.counts
        #expect(counts[.connectorRequest(destination: "crm", answer: "none")] == 1)
        let answered = counts.filter {
            if case .connectorRequest("crm", let answer) = $0.key { answer != "none" } else { false }
        }
        #expect(answered.values.reduce(0, +) == 1)
        #expect(counts[.pauseAskedFor(destination: "crm")] == 1)
        #expect(counts[.secondsOfPause(destination: "crm")] == 9)
    }

    @Test func `a call that waits for its turn is cancelled at once`() async throws {
        let clock = ManualClock(ConnectorFixture.start)
        let call = try HTTPCall(
            receiver: "CRM", base: server.url, key: Secret("a"), headers: [], interval: .minutes(5),
            means: DeliveryMeans(clock: clock))
        _ = try await call("GET", "/x", .none)
        let waiting = Task { try await call("GET", "/x", .none) }
        await clock.waitForSleepers(1)
        waiting.cancel()
        await #expect(throws: DeliveryError.cancelled) { try await waiting.value }
        #expect(try await server.state().requests.count == 1)
    }

    @Test(arguments: [200, 204, 400, 401, 404, 409, 413, 422])
    func `what only the connector understands is left to it`(_ status: Int) throws {
        #expect(try call().failure(TransferAnswer(status: status)) == nil)
    }

    @Test(arguments: [408, 425, 429, 500, 501, 503, 529, 599])
    func `come later is transient, with the wait asked for`(_ status: Int) throws {
        let error = try call().failure(TransferAnswer(status: status, headers: ["retry-after": "9"]))
        #expect(error?.wait == .seconds(9))
        #expect(error?.sentence.contains("\(status)") == true)
    }

    @Test(arguments: [300, 301, 302, 304, 307, 308])
    func `a redirect is rejected`(_ status: Int) throws {
        let error = try call().failure(TransferAnswer(status: status, headers: ["location": "https://example.com"]))
        #expect(error?.isRejected == true && error?.sentence.contains("example.com") == false)
    }

    @Test(arguments: ["key\r\nX-Admin: yes", "key\n", "key\u{0}", "key\u{7F}"])
    func `a key that would end its header is rejected, and not shown`(_ key: String) {
        let error = #expect(throws: DeliveryError.self) { try call(headers: ["Authorization: \(key)"]) }
        #expect(error?.isRejected == true && error?.sentence.contains("key\r") == false)
    }

    @Test func `no secret can be told from what shares a pace`() throws {
        let description = String(describing: Mirror(reflecting: try call()).descendant("connection") ?? "")
        #expect(description.count == 64 && !description.contains("key-4711") && !description.contains("127.0.0.1"))
    }
}
