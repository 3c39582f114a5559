import Destinations
import Foundation
import Testing
import TidegateModel
import TidegateTesting

/// What becomes of everything that a store can answer, and of answers that do not come.
@Suite struct S3FailureTests {
    let bucket: S3Bucket
    let staging: TemporaryFolder
    let fence = Fence(run: UUID(), attempt: 1)
    static let part = 64 << 10

    init() throws {
        bucket = try S3Bucket()
        staging = try TemporaryFolder()
    }

    private func stage(_ count: Int) throws -> StagedFile {
        let path = try staging.write(Array(repeating: 7, count: count), to: "staged-\(UUID().uuidString)")
        return StagedFile(path: path, name: "out.csv", rows: 1, size: count, sha256: "one")
    }

    private func failure(
        _ size: Int = 3, _ destination: S3Destination? = nil
    ) async throws -> DeliveryError? {
        let file = try stage(size)
        return await #expect(throws: DeliveryError.self) {
            try await (destination ?? bucket.destination()).deliver(file, fence: fence)
        }
    }

    struct Answer: Sendable, CustomTestStringConvertible {
        var status: Int
        var code: String
        var error: DeliveryError
        var headers: [String: String] = [:]
        var testDescription: String { "\(status) \(code)" }

        init(_ status: Int, _ code: String, _ error: DeliveryError, headers: [String: String] = [:]) {
            (self.status, self.code, self.error, self.headers) = (status, code, error, headers)
        }
    }

    static let answers = [
        Answer(503, "SlowDown", .transient("bucket 'B' did not take 'out.csv' (SlowDown, status 503)")),
        Answer(
            503, "SlowDown",
            .transient("bucket 'B' did not take 'out.csv' (SlowDown, status 503)", retryAfter: .seconds(7)),
            headers: ["Retry-After": "7"]
        ),
        Answer(
            503, "ServiceUnavailable",
            .transient("bucket 'B' did not take 'out.csv' (ServiceUnavailable, status 503)", retryAfter: .seconds(60)),
            // One minute after the clock of the test.
            headers: ["Retry-After": "Wed, 18 Nov 2026 11:07:40 GMT"]
        ),
        Answer(500, "InternalError", .transient("bucket 'B' did not take 'out.csv' (InternalError, status 500)")),
        Answer(
            507, "XMinioStorageFull", .transient("bucket 'B' did not take 'out.csv' (XMinioStorageFull, status 507)")
        ),
        Answer(400, "RequestTimeout", .transient("bucket 'B' did not take 'out.csv' (RequestTimeout, status 400)")),
        Answer(429, "", .transient("bucket 'B' did not take 'out.csv' (status 429)")),
        Answer(
            403, "AccessDenied",
            .rejected("bucket 'B' does not let this access key take 'out.csv'; allow s3:PutObject (AccessDenied)")
        ),
        Answer(
            403, "RequestTimeTooSkewed",
            .rejected("bucket 'B' finds the clock of this machine wrong; set it (RequestTimeTooSkewed)")
        ),
        Answer(
            400, "ExpiredToken",
            .rejected("bucket 'B' refuses the session token; get new credentials (ExpiredToken)")
        ),
        Answer(
            301, "PermanentRedirect",
            .rejected("bucket 'B' is in region 'ap-south-1'; correct region or endpoint (PermanentRedirect)"),
            headers: ["x-amz-bucket-region": "ap-south-1"]
        ),
        Answer(
            400, "KMS.DisabledException",
            .rejected("bucket 'B' cannot use the encryption key; check kmsKey and its policy (KMS.DisabledException)")
        ),
        Answer(
            307, "TemporaryRedirect",
            .transient("bucket 'B' did not take 'out.csv' (TemporaryRedirect, status 307)")
        ),
        Answer(
            501, "NotImplemented", .rejected("bucket 'B' did not take 'out.csv' (NotImplemented, status 501)")
        ),
        Answer(
            403, "Denied to key AKIATIDEGATETEST0001",
            .rejected("bucket 'B' does not let this access key take 'out.csv'; allow s3:PutObject")
        ),
    ]

    @Test(arguments: answers)
    func `an answer is sorted by what happens next`(_ answer: Answer) async throws {
        for (size, operation) in [(3, "PutObject"), (2 * Self.part, "UploadPart")] {
            try bucket.fail(
                .init(op: operation, times: 9, status: answer.status, code: answer.code, headers: answer.headers)
            )
            let error = try await failure(size)
            #expect(error.map { named($0) } == answer.error)
            #expect(try bucket.keys() == [])
        }
    }

    private func named(_ error: DeliveryError) -> DeliveryError {
        let plain = { (text: String) in text.replacing(bucket.name, with: "B") }
        return switch error {
        case .transient(let reason, let wait): .transient(plain(reason), retryAfter: wait)
        case .rejected(let reason): .rejected(plain(reason))
        case .uncertain(let reason): .uncertain(plain(reason))
        case .cancelled: .cancelled
        }
    }

    @Test func `a completion that is refused under status 200 is an error`() async throws {
        try bucket.fail(.init(op: "CompleteMultipartUpload", do: "late-error", code: "InternalError"))
        let error = try await failure(2 * Self.part)
        #expect(error.map(named) == .transient("bucket 'B' did not take 'out.csv' (InternalError)"))
        #expect(try bucket.keys() == [])
    }

    @Test(arguments: [(3, "PutObject"), (2 * part, "CompleteMultipartUpload")])
    func `a last answer that is lost leaves the delivery uncertain, and the receipt settles it`(
        _ size: Int, _ operation: String
    ) async throws {
        try bucket.fail(.init(op: operation, do: "drop-after"))
        let uploads = UploadJournal.inMemory()
        guard case .uncertain = try await failure(size, bucket.destination(uploads: uploads)) else {
            Issue.record("certain")
            return
        }
        let found = try await bucket.destination(uploads: uploads).receipt(for: "out.csv")
        #expect(found?.size == size)
        // Nothing is in the way of another attempt, which finds that there is no such upload any more.
        _ = try await bucket.destination(uploads: uploads).deliver(try stage(size), fence: fence)
        #expect(try bucket.uploads().isEmpty && uploads.names() == [])
    }

    @Test func `a part whose connection breaks is transient`() async throws {
        for fault in ["drop", "drop-after"] {
            try bucket.fail(.init(op: "UploadPart", skip: 1, do: fault))
            guard case .transient = try await failure(3 * Self.part) else { Issue.record("\(fault)"); continue }
        }
        #expect(try bucket.keys() == [])
    }

    @Test func `a connection that breaks before the last byte publishes nothing`() async throws {
        try bucket.fail(.init(op: "PutObject", do: "drop-early"))
        guard case .transient = try await failure(12 << 20, bucket.destination(bucket.place(partSize: 16 << 20))) else {
            Issue.record("not transient")
            return
        }
        #expect(try bucket.keys() == [])
    }

    @Test func `a server that is not there is transient`() async throws {
        var place = bucket.place()
        place.endpoint = "http://127.0.0.1:1"
        guard case .transient = try await failure(3, bucket.destination(place)) else { Issue.record(); return }
    }

    @Test(arguments: [false, true])
    func `bytes that change on the way are noticed, by the store or by its answer`(_ isPlain: Bool) async throws {
        let bucket = try S3Bucket(isPlain: isPlain)
        for (size, operation) in [(3, "PutObject"), (2 * Self.part, "UploadPart")] {
            try bucket.fail(.init(op: operation, do: "damage"))
            let file = try stage(size)
            let error = await #expect(throws: DeliveryError.self) {
                try await bucket.destination().deliver(file, fence: fence)
            }
            guard case .transient = error else { Issue.record("\(String(describing: error))"); continue }
            #expect(try bucket.keys() == [])
        }
    }

    @Test(arguments: [(3, "PutObject"), (2 * part, "UploadPart"), (2 * part, "CompleteMultipartUpload")])
    func `a checksum of other bytes in the answer takes the file away again`(
        _ size: Int, _ operation: String
    ) async throws {
        try bucket.fail(.init(op: operation, do: "lie"))
        let error = try await failure(size)
        guard case .transient(let reason, _) = error else { Issue.record("\(String(describing: error))"); return }
        #expect(reason.hasSuffix("did not take 'out.csv' right, it holds other bytes than were sent"))
        #expect(try bucket.keys() == [])
    }

    @Test func `wrong credentials are rejected with what to do, and without the secret`() async throws {
        var place = bucket.place()
        place.accessKey = Secret("AKIANOBODY")
        var error = try await failure(3, bucket.destination(place))
        #expect(
            error.map(named)
                == .rejected("bucket 'B' does not know the access key; give another one (InvalidAccessKeyId)"))
        place = bucket.place()
        place.secretKey = Secret("wrong-secret")
        error = try await failure(3, bucket.destination(place))
        #expect(
            error.map(named)
                == .rejected("bucket 'B' refuses the signature; check the secret key (SignatureDoesNotMatch)"))
        place.secretKey = Secret("wrong\nX-Header: 1")
        error = try await failure(3, bucket.destination(place))
        #expect(
            error.map(named) == .rejected("credentials of bucket 'B' are empty or have spaces or line ends in them"))
    }

    @Test func `a wrong region and a missing bucket are rejected with what to do`() async throws {
        var place = bucket.place()
        place.region = "us-west-2"
        let error = try await failure(3, bucket.destination(place))
        #expect(
            error.map(named)
                == .rejected(
                    "bucket 'B' is in region 'eu-central-1'; correct region or endpoint (AuthorizationHeaderMalformed)")
        )
        place = bucket.place()
        place.bucket = "nobodys-bucket"
        let missing = DeliveryError.rejected(
            "bucket 'nobodys-bucket' is not there; make it, or correct its name or the endpoint (NoSuchBucket)")
        #expect(try await failure(3, bucket.destination(place)) == missing)
        #expect(try await failure(2 * Self.part, bucket.destination(place)) == missing)
        await #expect(throws: missing) { try await bucket.destination(place).check() }
    }

    @Test(arguments: [
        ("ListObjectsV2", "s3:ListBucket"), ("PutObject", "s3:PutObject"), ("DeleteObject", "s3:DeleteObject"),
        ("HeadObject", "s3:GetObject and s3:ListBucket"),
    ])
    func `a check names the permission that is missing`(_ operation: String, _ permission: String) async throws {
        try bucket.fail(.init(op: operation, status: 403, code: "AccessDenied"))
        let error = await #expect(throws: DeliveryError.self) { try await bucket.destination().check() }
        guard case .rejected(let reason) = error else { Issue.record("\(String(describing: error))"); return }
        #expect(reason.contains("; allow \(permission)"))
        #expect(try bucket.keys().isEmpty == (operation != "DeleteObject"))
    }

    @Test func `a single request that is cancelled after its last byte is uncertain, for it may be carried out`()
        async throws
    {
        let file = try stage(3)
        try bucket.fail(.init(op: "PutObject", do: "hold"))
        let delivery = Task { try await bucket.destination().deliver(file, fence: fence) }
        try await bucket.waitForHeld(1)
        delivery.cancel()
        let error = await #expect(throws: DeliveryError.self) { try await delivery.value }
        try bucket.release()
        guard case .uncertain = error else { Issue.record("\(String(describing: error))"); return }
    }

    @Test func `a single request that is cancelled before its first byte publishes nothing`() async throws {
        let file = try stage(Self.part)
        let delivery = Task { try await bucket.destination().deliver(file, fence: fence) }
        delivery.cancel()
        await #expect(throws: DeliveryError.cancelled) { try await delivery.value }
        #expect(try bucket.keys() == [])
    }
}
