import Digests
import Foundation

/// Makes single requests to a bucket: each once, with a signature of its own.
package struct S3Client: Sendable {
    package let address: S3Address
    package var region: String { signature.region }
    var bucket: String { address.bucket }
    private let signature: SignatureV4
    private let sessionToken: String?
    let options: Options
    private let now: @Sendable () -> Int

    /// What new objects get.
    package struct Options: Hashable, Sendable {
        /// As `x-amz-server-side-encryption` has it; nil for what the bucket does by itself.
        package var encryption: String?
        package var kmsKey: String?
        package var grantsBucketOwner: Bool
        /// Whether all bytes come with their SHA-256 as S3's additional checksum, which is kept with them. Else only those of
        /// uploads in parts do, where the store says that it keeps them.
        package var sendsChecksums: Bool

        package init(
            encryption: String? = nil, kmsKey: String? = nil, grantsBucketOwner: Bool = false,
            sendsChecksums: Bool = true
        ) {
            self.encryption = encryption
            self.kmsKey = kmsKey
            self.grantsBucketOwner = grantsBucketOwner
            self.sendsChecksums = sendsChecksums
        }
    }

    /// - Parameter now: seconds since 1970, for signatures.
    package init(
        _ address: S3Address, _ signature: SignatureV4, sessionToken: String? = nil, options: Options = Options(),
        now: @escaping @Sendable () -> Int
    ) {
        self.address = address
        self.signature = signature
        self.sessionToken = sessionToken
        self.options = options
        self.now = now
    }

    /// One request; the body's SHA-256 is in what is signed, so that a store that checks signatures checks the bytes.
    struct Request {
        var method: String
        var key = ""
        var query: [(name: String, value: String)] = []
        /// Lower-case names.
        var headers: [(name: String, value: String)] = []
        var body = TransferRequest.Body.none
        /// In hexadecimal.
        var digest = S3Client.nothing
        /// Seconds that the store may think without a word.
        var patience = 60
        var target = TransferRequest.Target.memory
        /// Whether a success may turn out to be an error once its answer has begun.
        var mayFailLate = false
    }

    static let nothing = sha256(of: [])

    /// - Throws: `.refused` for every status but 2xx, and for a 2xx with an error in it.
    func send(_ request: Request) async throws(S3Failure) -> TransferAnswer {
        let stamp = SignatureV4.stamp(secondsSince1970: now())
        var headers = request.headers
        headers += [("host", address.host), ("x-amz-content-sha256", request.digest), ("x-amz-date", stamp)]
        if let sessionToken { headers.append(("x-amz-security-token", sessionToken)) }
        let path = address.path(request.key)
        let subject = SignatureV4.Subject(
            request.method, path: path, query: request.query, headers: headers, payload: request.digest
        )
        let query = request.query.isEmpty ? "" : "?" + PercentEncoding.query(request.query)
        var lines = headers.filter { $0.name != "host" }.map { "\($0.name): \($0.value)" }
        lines.append("Authorization: \(signature.authorization(for: subject, at: stamp))")
        // A form is what libcurl would call the body of a POST, and not every store reads on then.
        if request.method == "POST" { lines.append("Content-Type: application/xml") }
        var transfer = TransferRequest(
            request.method, "\(address.base)\(path)\(query)", headers: lines, body: request.body
        )
        transfer.limits.silence = request.patience
        transfer.target = request.target
        return try await accepted(transfer, mayFailLate: request.mayFailLate || request.method == "POST")
    }

    private func accepted(_ transfer: TransferRequest, mayFailLate: Bool) async throws(S3Failure) -> TransferAnswer {
        let answer: TransferAnswer
        do throws(TransferError) {
            answer = try await TransferClient.shared.run(transfer)
        } catch {
            throw .unanswered(error)
        }
        let isLateError = mayFailLate && !S3Document(answer.body).elements("Error").isEmpty
        guard (200..<300).contains(answer.status), !isLateError else {
            throw .refused(S3Refusal(answer, now: now()))
        }
        return answer
    }

    /// Of a request that makes an object.
    var creationHeaders: [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        if let encryption = options.encryption { headers.append(("x-amz-server-side-encryption", encryption)) }
        if let key = options.kmsKey { headers.append(("x-amz-server-side-encryption-aws-kms-key-id", key)) }
        if options.grantsBucketOwner { headers.append(("x-amz-acl", "bucket-owner-full-control")) }
        return headers
    }
}
