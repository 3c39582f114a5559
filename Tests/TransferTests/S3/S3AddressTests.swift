import Testing
import Transfer

@Suite struct S3AddressTests {
    private func address(
        _ endpoint: String? = nil, bucket: String = "b", region: String = "eu-west-1", isVirtualHost: Bool = true
    ) -> S3Address? {
        S3Address(bucket: bucket, endpoint: endpoint, region: region, isVirtualHost: isVirtualHost)
    }

    @Test func `AWS's own address follows from the region`() {
        #expect(address()?.base == "https://b.s3.eu-west-1.amazonaws.com")
        #expect(address(isVirtualHost: false)?.base == "https://s3.eu-west-1.amazonaws.com")
        #expect(address(region: "cn-north-1")?.base == "https://b.s3.cn-north-1.amazonaws.com.cn")
        #expect(address()?.isAWS == true && address("https://s3.example.com")?.isAWS == false)
    }

    @Test func `a bucket is in the host's name or in the path, and keys follow`() {
        #expect(address()?.path("a b") == "/a%20b" && address()?.path("") == "/")
        #expect(address(isVirtualHost: false)?.path("a b") == "/b/a%20b")
        #expect(address(isVirtualHost: false)?.path("") == "/b")
    }

    @Test func `a bucket with a dot goes into the path, where certificates would not fit`() {
        let dotted = address("https://s3.example.com", bucket: "a.b")
        #expect(dotted?.base == "https://s3.example.com" && dotted?.path("k") == "/a.b/k")
    }

    @Test func `the port that a scheme has anyway is not signed`() {
        #expect(address("https://s3.example.com:443")?.host == "b.s3.example.com")
        #expect(address("https://s3.example.com:9000/")?.host == "b.s3.example.com:9000")
    }

    @Test(arguments: [
        "http://127.0.0.1:9000", "http://localhost", "http://x.localhost:1", "http://[::1]:9", "http://127.1.2.3",
    ])
    func `plain HTTP is for this machine`(_ endpoint: String) {
        #expect(address(endpoint, isVirtualHost: false) != nil)
    }

    @Test(arguments: [
        "http://s3.example.com", "http://127.0.0.1.example.com", "http://127.0.0.1@example.com",
        "http://localhost.example.com",
        "http://128.0.0.1", "https://", "s3.example.com", "https://s3.example.com/?x=1", "https://s3.example.com/base",
        "https://s3.example.com#x", "ftp://127.0.0.1",
    ])
    func `other endpoints are refused`(_ endpoint: String) {
        #expect(address(endpoint) == nil)
    }
}
