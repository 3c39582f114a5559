import Destinations
import Foundation
import Testing
import TidegateModel
import TidegateTesting

/// What is asked of a store, and where.
@Suite struct S3RequestTests {
    let bucket: S3Bucket
    let staging: TemporaryFolder
    let fence = Fence(run: UUID(), attempt: 1)
    static let part = 64 << 10

    init() throws {
        bucket = try S3Bucket()
        staging = try TemporaryFolder()
    }

    private func deliver(_ place: S3Place, _ name: String = "out.csv", size: Int = 3) async throws -> Receipt {
        let path = try staging.write(Array(repeating: 7, count: size), to: "staged-\(UUID().uuidString)")
        let file = StagedFile(path: path, name: name, rows: 1, size: size, sha256: "one")
        return try await bucket.destination(place).deliver(file, fence: fence)
    }

    @Test(arguments: ["", "a b/ü+x=1.csv", "x/./y", "~/%20/*(')!&;", "日本/=+/@:$,"])
    func `a key arrives letter by letter, whatever is in it`(_ path: String) async throws {
        let place = bucket.place(path: path)
        for (name, size) in [("ü+x=1 &;%41.csv", 3), ("two parts+.csv", 2 * Self.part)] {
            let receipt = try await deliver(place, name, size: size)
            #expect(try bucket.keys().contains(path.isEmpty ? name : "\(path)/\(name)"))
            #expect(receipt.size == size && receipt.modifiedAt != nil)
            #expect(try await bucket.destination(place).receipt(for: name) == receipt)
            try await bucket.destination(place).remove(name)
        }
        #expect(try bucket.keys() == [])
        #expect(
            try await bucket.destination(place).check().contains("'\(bucket.name)' in region 'eu-central-1' at 'http"))
    }

    @Test func `a key longer than 1024 bytes is rejected before anything is asked`() async throws {
        await #expect(
            throws: DeliveryError.rejected(
                "file name 'out.csv' and path together have more than the 1024 bytes of a key")
        ) { try await deliver(bucket.place(path: String(repeating: "p/", count: 510))) }
        #expect(try bucket.requests().isEmpty)
    }

    @Test func `a bucket can be a part of the host's name`() async throws {
        var place = bucket.place()
        place.addressing = .virtualHost
        place.endpoint = bucket.server["url"].replacing("127.0.0.1", with: "localhost")
        _ = try await deliver(place, "ü+ 1.csv")
        _ = try await deliver(place, "parts.csv", size: 2 * Self.part)
        #expect(try bucket.keys() == ["exports/parts.csv", "exports/ü+ 1.csv"])
        #expect(try bucket.requests().allSatisfy { $0["host"]?.hasPrefix("\(bucket.name).localhost:") == true })
        #expect(try await bucket.destination(place).check().contains(".localhost:"))
    }

    @Test func `encryption, key and the bucket owner's grant are asked for in both ways of writing`() async throws {
        var place = bucket.place()
        place.encryption = .kms
        place.kmsKey = "arn:aws:kms:eu-central-1:123456789012:key/1234"
        place.grantsBucketOwner = true
        for (name, size, operation) in [("a.csv", 3, "PutObject"), ("b.csv", 2 * Self.part, "CreateMultipartUpload")] {
            _ = try await deliver(place, name, size: size)
            let facts = try bucket.facts("exports/\(name)")
            #expect(facts["encryption"] == "aws:kms" && facts["kmsKey"] == place.kmsKey)
            #expect(try bucket.requests(operation).map { $0["x-amz-acl"] } == ["bucket-owner-full-control"])
        }
        place.encryption = .aes256
        _ = try await deliver(place, "c.csv")
        #expect(try bucket.facts("exports/c.csv")["encryption"] == "AES256")
    }

    @Test func `nothing is asked for that was not declared`() async throws {
        _ = try await deliver(bucket.place(), "a.csv")
        let asked = try #require(try bucket.requests("PutObject").first)
        #expect(asked["x-amz-acl"] == nil && asked["x-amz-server-side-encryption"] == nil && asked["expect"] == nil)
        // The clock of the test stands at this moment, whatever the machine's clock.
        #expect(asked["x-amz-date"] == "20261118T110640Z")
    }

    @Test func `a completion is XML, and lists every part's digest where the store keeps them`() async throws {
        _ = try await deliver(bucket.place(), size: 3 * Self.part)
        #expect(try bucket.requests("CompleteMultipartUpload").map { $0["content-type"] } == ["application/xml"])
        #expect(try bucket.requests("UploadPart").allSatisfy { $0["x-amz-checksum-sha256"] != nil })
        let plain = try S3Bucket(isPlain: true)
        let path = try staging.write(Array(repeating: 7, count: 3 * Self.part), to: "staged")
        let file = StagedFile(path: path, name: "out.csv", rows: 1, size: 3 * Self.part, sha256: "one")
        _ = try await plain.destination().deliver(file, fence: fence)
        #expect(try plain.requests("UploadPart").allSatisfy { $0["x-amz-checksum-sha256"] == nil })
        #expect(try plain.requests("CreateMultipartUpload").map { $0["x-amz-checksum-algorithm"] } == ["SHA256"])
    }

    @Test func `a store that is not AWS gets the digests of parts where it says that it keeps them`() async throws {
        let cautious = S3Destination(
            bucket.place(), DeliveryMeans(clock: ManualClock(S3Bucket.now)), .inMemory(),
            settings: AWSSettings(variables: [:]) { _ in nil }
        )
        for (name, size) in [("a.csv", 3), ("b.csv", 3 * Self.part)] {
            let path = try staging.write(Array(repeating: 7, count: size), to: "staged-\(name)")
            _ = try await cautious.deliver(
                StagedFile(path: path, name: name, rows: 1, size: size, sha256: "one"), fence: fence)
        }
        #expect(try bucket.requests("PutObject").map { $0["x-amz-checksum-sha256"] } == [nil])
        #expect(try bucket.requests("UploadPart").allSatisfy { $0["x-amz-checksum-sha256"] != nil })
    }

    @Test(arguments: [(501, "NotImplemented"), (400, "InvalidArgument")])
    func `a store that refuses to hear of checksums is asked without them`(_ status: Int, _ code: String) async throws {
        let plain = try S3Bucket(isPlain: true)
        try plain.fail(.init(op: "CreateMultipartUpload", status: status, code: code))
        let path = try staging.write(Array(repeating: 7, count: 3 * Self.part), to: "staged")
        let file = StagedFile(path: path, name: "out.csv", rows: 1, size: 3 * Self.part, sha256: "one")
        _ = try await plain.destination().deliver(file, fence: fence)
        #expect(try plain.object("exports/out.csv").count == file.size)
        let asked = try plain.requests("CreateMultipartUpload").map { $0["x-amz-checksum-algorithm"] }
        #expect(asked == ["SHA256", nil])
        #expect(try plain.requests("UploadPart").allSatisfy { $0["x-amz-checksum-sha256"] == nil })
    }

    @Test(arguments: [(403, "AccessDenied"), (400, "ExpiredToken"), (503, "SlowDown")])
    func `a store that refuses for another reason is not asked again`(_ status: Int, _ code: String) async throws {
        let plain = try S3Bucket(isPlain: true)
        try plain.fail(.init(op: "CreateMultipartUpload", times: 2, status: status, code: code))
        let path = try staging.write(Array(repeating: 7, count: 2 * Self.part), to: "staged")
        let file = StagedFile(path: path, name: "out.csv", rows: 1, size: 2 * Self.part, sha256: "one")
        await #expect(throws: DeliveryError.self) { try await plain.destination().deliver(file, fence: fence) }
        #expect(try plain.requests("CreateMultipartUpload").count == 1)
    }

    @Test func `temporary credentials come with their token`() async throws {
        var place = bucket.place()
        place.accessKey = Secret(bucket.server["temporaryAccessKey"])
        place.secretKey = Secret(bucket.server["temporarySecretKey"])
        place.sessionToken = Secret(bucket.server["sessionToken"])
        _ = try await deliver(place)
        #expect(try bucket.keys() == ["exports/out.csv"])
    }

    @Test func `credentials and region come from the environment where the job file has none`() async throws {
        var place = bucket.place()
        (place.accessKey, place.secretKey, place.region) = (nil, nil, nil)
        let settings = AWSSettings(
            variables: [
                "AWS_ACCESS_KEY_ID": bucket.server["accessKey"], "AWS_SECRET_ACCESS_KEY": bucket.server["secretKey"],
                "AWS_REGION": bucket.server["region"],
            ]
        ) { _ in nil }
        #expect(try await bucket.destination(place, settings: settings).check().contains("'eu-central-1'"))
    }

    @Test(arguments: [
        "http://example.com", "ftp://localhost", "https://u:p@example.com", "https://example.com/base", "x",
    ])
    func `an endpoint is https, or on this machine`(_ endpoint: String) async throws {
        var place = bucket.place()
        place.endpoint = endpoint
        let error = await #expect(throws: DeliveryError.self) { try await bucket.destination(place).check() }
        guard case .rejected(let reason) = error else { Issue.record("\(String(describing: error))"); return }
        #expect(reason.hasPrefix("endpoint of bucket '\(bucket.name)' must be an https address"))
    }

    @Test(arguments: ["evil.example/", "a b", "b@c", "..", "ab", "a\nHost: x", "ü-bucket"])
    func `a bucket's name cannot lead to another host`(_ name: String) async throws {
        var place = bucket.place()
        place.bucket = name
        await #expect(throws: DeliveryError.rejected("bucket has a name that no bucket can have")) {
            try await bucket.destination(place).check()
        }
    }

    @Test func `an encryption key that would end a header is rejected`() async throws {
        var place = bucket.place()
        place.kmsKey = "key\r\nx-amz-acl: public-read"
        await #expect(throws: DeliveryError.rejected("kmsKey of bucket '\(bucket.name)' is no name of a key")) {
            try await bucket.destination(place).check()
        }
    }

    @Test func `AWS itself needs a region, a store of one's own does not`() async throws {
        var place = bucket.place()
        (place.endpoint, place.region) = (nil, nil)
        await #expect(
            throws: DeliveryError.rejected("bucket '\(bucket.name)' needs a region; give region, or set AWS_REGION")
        ) { try await bucket.destination(place).check() }
        place.endpoint = "http://127.0.0.1:1"
        let error = await #expect(throws: DeliveryError.self) { try await bucket.destination(place).check() }
        guard case .transient = error else { Issue.record("\(String(describing: error))"); return }
    }
}
