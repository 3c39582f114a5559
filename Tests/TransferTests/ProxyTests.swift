import Testing

@testable import Transfer

@Suite struct ProxyTests {
    private func request(_ url: String, _ change: (inout TransferRequest) -> Void = { _ in }) -> TransferRequest {
        var request = TransferRequest("GET", url)
        change(&request)
        return request
    }

    @Test func `a proxy of the environment sees encrypted bytes alone`() {
        #expect(request("https://api.example.com/").mayGoThroughProxy)
        #expect(request("HTTPS://api.example.com/").mayGoThroughProxy)
        #expect(!request("http://127.0.0.1:9000/").mayGoThroughProxy)
        #expect(!request("ftp://files.example.com/") { $0.session = SessionOptions() }.mayGoThroughProxy)
        #expect(!request("sftp://files.example.com/") { $0.session = SessionOptions() }.mayGoThroughProxy)
    }

    @Test func `a request whose address is checked goes there itself`() {
        #expect(!request("https://hook.example.com/") { $0.addresses = .publicOnly }.mayGoThroughProxy)
    }
}
