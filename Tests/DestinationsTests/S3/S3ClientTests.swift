import Foundation
import Testing
import TidegateModel
import TidegateTesting
import Transfer

/// What the client reads of answers that a delivery rarely gets.
@Suite struct S3ClientTests {
    let bucket: S3Bucket
    let client: S3Client
    let staging: TemporaryFolder

    init() throws {
        bucket = try S3Bucket()
        staging = try TemporaryFolder()
        let address = try #require(
            S3Address(
                bucket: bucket.name, endpoint: bucket.server["url"], region: bucket.server["region"],
                isVirtualHost: false
            )
        )
        let signature = SignatureV4(
            accessKey: bucket.server["accessKey"], secretKey: bucket.server["secretKey"],
            region: bucket.server["region"]
        )
        client = S3Client(address, signature) { 1_795_000_000 }
    }

    @Test func `parts are listed page by page to the last`() async throws {
        let path = try staging.write([1, 2, 3, 4, 5], to: "parts")
        let upload = try await client.begin("k")
        var sent: [Int: String] = [:]
        for number in 1...5 {
            let piece = FilePiece(path: path, offset: number - 1, count: 1)
            let part = try await client.upload(piece, as: number, of: upload, key: "k", digest: piece.digest())
            sent[number] = part.tag
        }
        #expect(try await client.parts(of: upload.id, key: "k", page: 2) == sent)
        #expect(try await client.parts(of: "none", key: "k") == nil)
        try await client.abort(upload.id, key: "k")
        try await client.abort(upload.id, key: "k")
        #expect(try bucket.uploads().isEmpty)
    }

    @Test func `keys and uploads are read as they are, whatever XML makes of them`() async throws {
        let name = "<a> & \"b\" 'c' ü/#1;.csv"
        try await client.put([1], key: name)
        #expect(try await client.keys(prefix: "<a> &") == [name])
        #expect(try await client.keys(prefix: "other") == [])
        let upload = try await client.begin(name)
        _ = try await client.begin(name + ".gz")
        #expect(try await client.uploads(of: name) == [upload.id])
    }

    @Test func `an empty object and one that is not there are told apart`() async throws {
        try await client.put([], key: "empty")
        #expect(try await client.head("empty")?.size == 0)
        #expect(try await client.head("none") == nil)
        try await client.delete("none")
        try await client.delete("empty")
        #expect(try await client.head("empty") == nil)
    }
}
