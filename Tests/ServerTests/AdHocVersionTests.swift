import Testing

@testable import Server

/// Which version an Accept header means, and where a request was sent to.
@Suite struct AdHocVersionTests {
    private static let type = "application/vnd.adobe.adhoc.activation+json"

    private func version(_ accept: String?) -> AdHocVersion? {
        try? AdHocVersion(accept: accept)
    }

    @Test(arguments: [
        "\(type); version=2", "\(type);version=2", "\(type) ; Version=\"2\"", "\(type.uppercased()); version=2",
        "\(type); version=2; q=0.3", "*/*, \(type); version=2", "\(type);version=2, application/json;q=0.9",
        "text/html;q=0.9, \(type); charset=utf-8; version=2, */*;q=0.1", "text/x;a=\",\", \(type); version=2",
    ])
    func `version 2 is what names it`(_ accept: String) {
        #expect(version(accept) == .second)
    }

    @Test(arguments: [
        nil, "", " ", "*/*", "application/*", "application/json", "application/json, text/plain, */*", type,
        "\(type); version=1", "\(type); version=2;q=0, */*", "\(type); version=2;q=0.2, application/json;q=0.9",
        "APPLICATION/JSON;charset=utf-8", "text/html, */*;q=0.1", "nonsense, */*",
    ])
    func `version 1 is what anything else that takes JSON means`(_ accept: String?) {
        #expect(version(accept) == .first)
    }

    @Test(arguments: [
        "\(type); version=3", "\(type); version=4", "\(type); version=22", "\(type); version=", "\(type); version=\"\"",
        "application/vnd.adobe.adhoc.dataset.activation+json; version=1", "text/html", "image/*, text/*", "nonsense",
        "*/*;q=0", "application/json;q=0, */*;q=0.5", "\(type); version=2;q=0", "\(type); version=2; q=2", ",",
    ])
    func `whoever takes neither gets nothing`(_ accept: String) {
        #expect(throws: AdHocFault.notAcceptable) { try AdHocVersion(accept: accept) }
    }

    @Test(arguments: [
        ("127.0.0.1:8080", nil, "http://127.0.0.1:8080"), ("gate.example", "https", "https://gate.example"),
        ("gate.example", "HTTPS, http", "https://gate.example"), ("[::1]:80", "http", "http://[::1]:80"),
        ("gate_1.example", "gopher", "http://gate_1.example"), ("gate.example", "http, https", "http://gate.example"),
    ])
    func `a called address has the host as it was called`(_ host: String, _ forwarded: String?, _ address: String) {
        #expect(CalledAddress(host: host, forwarded: forwarded)?.description == address)
    }

    @Test(arguments: [
        nil, "", "a b", "a/b", "user@host", "host:", "host:123456", "host:x", "a\"b", "a<b", "[::1", "häuser.example",
        "host#x", "host?x", String(repeating: "a", count: 254),
    ])
    func `a host that belongs in no address gives none`(_ host: String?) {
        #expect(CalledAddress(host: host, forwarded: nil) == nil)
    }
}
