import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Destinations

@Suite struct S3DropOffTests {
    let bucket: S3Bucket

    init() throws {
        bucket = try S3Bucket()
    }

    private func dropped(_ name: String, _ bytes: [UInt8] = [1, 2, 3]) async throws -> DroppedFile {
        try bucket.write(bytes, to: "drop/" + name, at: S3Bucket.now)
        return try #require(try await bucket.dropOff().files().first { $0.name == name })
    }

    @Test func `a thousand and one keys come in two pages`() async throws {
        for number in 1...1001 { try bucket.write([], to: "drop/key-\(number)") }
        #expect(try await bucket.dropOff().files().count == 1001)
        #expect(try bucket.requests("ListObjectsV2").count == 2)
    }

    @Test func `the root of a bucket can be a drop-off`() async throws {
        try bucket.write([1], to: "a")
        try bucket.write([1], to: "date=2026-11-21/a")
        try bucket.write([1], to: "drop/a")
        let place = bucket.dropOff(bucket.place(path: ""))
        let files = try await place.files()
        #expect(files.map(\.name) == ["a", "date=2026-11-21/a"])
        #expect(try await place.reject(files[1]) == "rejected/date=2026-11-21/a")
        #expect(try bucket.keys() == ["a", "drop/a", "rejected/date=2026-11-21/a"])
    }

    @Test func `a folder that begins with the same letters is another one`() async throws {
        try bucket.write([1], to: "drop-2/a")
        try bucket.write([1], to: "dropped")
        #expect(try await bucket.dropOff().files() == [])
    }

    @Test func `keys that programs make for folders are no files`() async throws {
        for key in ["drop/", "drop/date=2026-11-21/", "drop/rejected"] { try bucket.write([], to: key) }
        #expect(try await bucket.dropOff().files() == [])
    }

    @Test func `an error that comes late in a copy removes nothing`() async throws {
        let file = try await dropped("late")
        try bucket.fail(.init(op: "CopyObject", do: "late-error", code: "InternalError"))
        let error = await #expect(throws: DeliveryError.self) { try await bucket.dropOff().reject(file) }
        guard case .transient = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try bucket.keys() == ["drop/late"])
        #expect(try await bucket.dropOff().reject(file) == "rejected/late")
        #expect(try bucket.keys() == ["drop/rejected/late"])
    }

    @Test func `a copy whose answer is lost can be made again`() async throws {
        let file = try await dropped("lost")
        try bucket.fail(.init(op: "CopyObject", do: "drop-after"))
        await #expect(throws: DeliveryError.self) { try await bucket.dropOff().reject(file) }
        #expect(try bucket.keys() == ["drop/lost", "drop/rejected/lost"])
        #expect(try await bucket.dropOff().reject(file) == "rejected/lost")
        #expect(try bucket.keys() == ["drop/rejected/lost"])
    }

    @Test func `what comes while a file is moved stays`() async throws {
        let file = try await dropped("race")
        try bucket.fail(.init(op: "CopyObject", do: "hold"))
        let moving = Task { try await bucket.dropOff().reject(file) }
        try await bucket.waitForHeld(1)
        try bucket.write([4, 5, 6], to: "drop/race", at: S3Bucket.now + .seconds(9))
        try bucket.release()
        await #expect(throws: DeliveryError.changed("race", in: "bucket '\(bucket.name)'")) { try await moving.value }
        #expect(try bucket.keys() == ["drop/race"])
        #expect(try bucket.object("drop/race") == [4, 5, 6])
    }

    @Test func `answers and moved files get the bucket's encryption and owner`() async throws {
        let file = try await dropped("bad")
        var place = bucket.place(path: "drop")
        (place.encryption, place.grantsBucketOwner) = (.aes256, true)
        try await bucket.dropOff(place).put([1], as: "good.receipt.json")
        _ = try await bucket.dropOff(place).reject(file)
        let written = try bucket.requests("PutObject") + bucket.requests("CopyObject")
        #expect(written.count == 2)
        for request in written {
            #expect(request["x-amz-server-side-encryption"] == "AES256")
            #expect(request["x-amz-acl"] == "bucket-owner-full-control")
        }
    }

    @Test func `an object that may not be read is rejected with what is needed`() async throws {
        let file = try await dropped("locked")
        try bucket.fail(.init(op: "GetObject", status: 403, code: "AccessDenied"))
        let error = await #expect(throws: DeliveryError.self) {
            try await bucket.dropOff().fetch(file, to: bucket.staging.path("got"))
        }
        guard case .rejected(let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("s3:GetObject"))
        #expect(try bucket.staging.names() == [])
    }

    @Test func `a busy store is transient, for as long as it asks`() async throws {
        try bucket.fail(.init(op: "ListObjectsV2", headers: ["Retry-After": "7"]))
        let error = await #expect(throws: DeliveryError.self) { try await bucket.dropOff().files() }
        guard case .transient(_, retryAfter: .seconds(7)?) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
