import Digests
import Testing
import Transfer

/// AWS's published test suite, and the examples of S3's own documentation.
@Suite struct SignatureV4Tests {
    static let stamp = "20150830T123600Z"
    static let suite = SignatureV4(
        accessKey: "AKIDEXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", region: "us-east-1",
        service: "service"
    )
    static let host = [(name: "host", value: "example.amazonaws.com"), (name: "x-amz-date", value: stamp)]
    static let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    struct Vector: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var subject: SignatureV4.Subject
        var signature: String

        init(
            _ name: String, method: String = "GET", path: String = "/",
            query: [(name: String, value: String)] = [], headers: [(name: String, value: String)] = [],
            body: String = "", _ signature: String
        ) {
            testDescription = name
            subject = SignatureV4.Subject(
                method, path: PercentEncoding.path(path), query: query, headers: SignatureV4Tests.host + headers,
                payload: sha256(of: body.utf8)
            )
            self.signature = signature
        }
    }

    static let unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    static let token =
        "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="

    static let vectors = [
        Vector("get-vanilla", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        Vector(
            "get-vanilla-empty-query-key", query: [("Param1", "value1")],
            "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"
        ),
        Vector(
            "get-vanilla-query-order-key-case", query: [("Param2", "value2"), ("Param1", "value1")],
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
        ),
        Vector(
            "get-vanilla-utf8-query", query: [("ሴ", "bar")],
            "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"
        ),
        Vector("get-utf8", path: "/ሴ", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
        Vector(
            "get-unreserved", path: "/" + unreserved, "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"
        ),
        Vector(
            "get-space-unnormalized", path: "/example space/",
            "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"
        ),
        Vector(
            "get-slashes-unnormalized", path: "//example//",
            "87cca117541a147f6df867677d98a7d80dff226d2bfca9e4ffa899665623c7e5"
        ),
        Vector("post-vanilla", method: "POST", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        Vector(
            "post-x-www-form-urlencoded", method: "POST",
            headers: [("content-type", "application/x-www-form-urlencoded")],
            body: "Param1=value1", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
        ),
        Vector(
            "post-sts-header-before", method: "POST", headers: [("x-amz-security-token", token)],
            "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"
        ),
    ]

    @Test(arguments: vectors)
    func `a request of the test suite has the signature that AWS published`(_ vector: Vector) {
        let value = Self.suite.authorization(for: vector.subject, at: Self.stamp)
        #expect(value.hasPrefix("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "))
        #expect(value.hasSuffix("Signature=\(vector.signature)"))
    }

    struct Example: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var method = "GET"
        var path = "/"
        var query: [(name: String, value: String)] = []
        var headers: [(name: String, value: String)] = []
        var body = ""
        var signature: String
    }

    static let examples = [
        Example(
            testDescription: "GET object", path: "/test.txt", headers: [("range", "bytes=0-9")],
            signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        ),
        Example(
            testDescription: "PUT object", method: "PUT", path: "/test$file.text",
            headers: [("date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
            body: "Welcome to Amazon S3.", signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        ),
        Example(
            testDescription: "GET bucket lifecycle", query: [("lifecycle", "")],
            signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
        ),
        Example(
            testDescription: "list objects", query: [("prefix", "J"), ("max-keys", "2")],
            signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
        ),
    ]

    @Test(arguments: examples)
    func `an example of the documentation of S3 has its signature`(_ example: Example) {
        let signer = SignatureV4(
            accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            region: "us-east-1"
        )
        let payload = sha256(of: example.body.utf8)
        let stamp = SignatureV4.stamp(secondsSince1970: 1_369_353_600)
        let headers = [
            (name: "host", value: "examplebucket.s3.amazonaws.com"), (name: "x-amz-content-sha256", value: payload),
            (name: "x-amz-date", value: stamp),
        ]
        let subject = SignatureV4.Subject(
            example.method, path: PercentEncoding.path(example.path), query: example.query,
            headers: headers + example.headers, payload: payload
        )
        #expect(stamp == "20130524T000000Z")
        #expect(signer.authorization(for: subject, at: stamp).hasSuffix("Signature=\(example.signature)"))
    }

    @Test func `only letters, digits and four signs are sent as they are`() {
        #expect(PercentEncoding.path("a b/ü+x=1.csv") == "a%20b/%C3%BC%2Bx%3D1.csv")
        #expect(PercentEncoding.query([("b/", "c d"), ("a", "")]) == "a=&b%2F=c%20d")
    }
}
