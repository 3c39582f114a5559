import Destinations
import Foundation
import Testing
import TidegateModel
import TidegateTesting

/// Where pages never go, and what nobody is told.
@Suite struct WebhookGuardTests {
    let webhook: WebhookFixture

    init() async throws {
        webhook = try await WebhookFixture()
    }

    func failure(_ url: String, privateHosts: [String] = [], authorization: String? = nil) async -> DeliveryError? {
        let place = WebhookPlace(
            url: Secret(url), signingKey: Secret("k"), authorization: authorization.map(Secret.init),
            privateHosts: privateHosts)
        let connector = WebhookFixture.connector(place, DeliveryMeans(clock: SkippingClock(ConnectorFixture.start)))
        do throws(DeliveryError) {
            _ = try await connector.check(list: nil)
            return nil
        } catch {
            return error
        }
    }

    @Test func `an address of one's own house is never called unless its host is allowed`() async throws {
        let url = webhook.server.url + "/hook"
        let byName = url.replacing("127.0.0.1", with: "localhost")
        for url in [url, byName, url.replacing("127.0.0.1", with: "127.0.0.2")] {
            let error = await failure(url, privateHosts: ["other.example.com"])
            let sentence = "was not called: its address is private or otherwise not public"
            #expect(
                error?.sentence.hasSuffix("\(sentence); 'allowPrivateHosts' may name its host if that is meant") == true
            )
            #expect(error?.isRejected == true)
        }
        #expect(try await webhook.server.state().requests == [])
        #expect(await failure(url, privateHosts: ["127.0.0.1"]) == .rejected(refusedAuthorization))
        #expect(try await webhook.server.state().requests.count == 1)
    }

    private let refusedAuthorization = "webhook at 127.0.0.1 refused the authorization (401)"

    @Test(arguments: [
        "https://10.0.0.1/", "https://192.168.1.1/", "https://169.254.169.254/latest/meta-data", "https://[::1]/",
        "https://[fd00::1]/", "https://[::ffff:127.0.0.1]/", "https://0.0.0.0/", "https://2130706433/",
        "https://0x7f.1/",
    ])
    func `a private address in any spelling is refused before anything is sent`(_ url: String) async {
        let error = await failure(url)
        #expect(error?.isRejected == true && error?.sentence.contains("its address is private") == true)
    }

    @Test(arguments: [
        "http://example.com/hook", "http://127.0.0.1.example.com/", "http://127.0.0.1@example.com/",
        "ftp://example.com/",
        "https://user:password@example.com/", "https:///hook", "https://example.com/#part", "//example.com/", "hook",
        "",
        "http://127.0.0.1\\@example.com/", "https://exa mple.com/", "file:///etc/passwd", "http://127.1.example/",
    ])
    func `a URL without TLS, or of which programs could think differently, is rejected`(_ url: String) async {
        let error = await failure(url, privateHosts: ["example.com", "127.0.0.1", "127.0.0.1.example.com"])
        #expect(error?.isRejected == true && error?.sentence.contains("must begin with https") == true)
    }

    @Test func `a host is allowed as it stands in the URL, also an IPv6 one, in any case`() async {
        // Nobody listens at port 1: what is not refused is not reached.
        for (url, host) in [
            ("http://[::1]:1/", "::1"), ("http://[::1]:1/", "[::1]"), ("http://LocalHost:1/", "localhost"),
        ] {
            let error = await failure(url, privateHosts: [host])
            #expect(error?.isTransient == true, "\(url): \(String(describing: error))")
        }
    }

    @Test func `a header cannot be smuggled in with the authorization`() async throws {
        let error = await failure(
            webhook.server.url, privateHosts: ["127.0.0.1"], authorization: "Bearer x\r\nX-Admin: yes")
        #expect(error?.isRejected == true)
        #expect(try await webhook.server.state().requests == [])
    }

    @Test(arguments: [302, 401, 402, 404, 422, 500])
    func `of the URL no sentence shows more than the host`(_ status: Int) async throws {
        let hidden = ["path-token-4711", "query-token-0815"]
        var place = webhook.place
        place.url = Secret("\(webhook.server.url)/hook/\(hidden[0])?key=\(hidden[1])")
        let connector = WebhookFixture.connector(place, DeliveryMeans(clock: SkippingClock(ConnectorFixture.start)))
        let session = try await connector.open(
            Push(run: UUID(), options: PushOptions(), columns: WebhookFixture.columns, profiles: 1))
        var sentences = [try await connector.check(list: nil)]
        try await webhook.server.add(.init("POST /hook/*", status: status))
        do throws(DeliveryError) {
            guard case .refusedWhole(let reason) = try await session.send(batch([])) else {
                Issue.record("\(status) counts as taken")
                return
            }
            sentences.append(reason)
        } catch {
            sentences.append(error.sentence)
        }
        try await webhook.server.add(.init("POST /hook/*", .drop))
        let lost = await #expect(throws: DeliveryError.self) { try await session.send(batch([])) }
        sentences.append(lost?.sentence ?? "")
        for sentence in sentences {
            #expect(sentence.contains("127.0.0.1"))
            for text in hidden { #expect(!sentence.contains(text)) }
        }
    }
}
