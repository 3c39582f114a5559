import Digests
import Foundation

/// What a store says of one object.
package struct S3Object: Hashable, Sendable {
    /// In bytes.
    package var size: Int
    /// Seconds since 1970; nil where the store does not say.
    package var modifiedAt: Int?
    /// Another one for other bytes; nil where the store does not say.
    package var tag: String?
}

extension S3Client {
    /// Writes an object with one request.
    package func put(_ piece: FilePiece, key: String, digest: PieceDigest) async throws(S3Failure) {
        let answer = try await send(
            Request(
                method: "PUT", key: key,
                headers: creationHeaders + (options.sendsChecksums ? [(Self.checksumHeader, digest.base64)] : []),
                body: piece.body, digest: digest.hexadecimal
            )
        )
        try await compare(answer, piece, digest)
    }

    /// Writes an object of bytes that are at hand.
    package func put(_ bytes: [UInt8], key: String) async throws(S3Failure) {
        _ = try await send(
            Request(
                method: "PUT", key: key, headers: creationHeaders, body: bytes.isEmpty ? .none : .bytes(bytes),
                digest: sha256(of: bytes)
            )
        )
    }

    /// Nil where there is no object of that key, or no bucket: without a body, the answer does not tell them apart.
    package func head(_ key: String) async throws(S3Failure) -> S3Object? {
        do throws(S3Failure) {
            let answer = try await send(Request(method: "HEAD", key: key))
            guard let size = answer.headers["content-length"].flatMap({ Int($0) }) else {
                throw .damaged("the answer has no length")
            }
            return S3Object(
                size: size, modifiedAt: answer.headers["last-modified"].flatMap(httpDate), tag: answer.headers["etag"]
            )
        } catch .refused(let refusal) where refusal.status == 404 {
            return nil
        }
    }

    /// An object that is not there is no error.
    package func delete(_ key: String) async throws(S3Failure) {
        do throws(S3Failure) {
            _ = try await send(Request(method: "DELETE", key: key))
        } catch .refused(let refusal) where refusal.status == 404 && refusal.code != "NoSuchBucket" {
        }
    }

    /// The first keys with a prefix, in the store's order.
    package func keys(prefix: String, limit: Int = 1000) async throws(S3Failure) -> [String] {
        let query = [
            (name: "list-type", value: "2"), (name: "max-keys", value: "\(limit)"), (name: "prefix", value: prefix),
        ]
        let answer = try await send(Request(method: "GET", query: query))
        return S3Document(answer.body).elements("Contents").compactMap { S3Document($0).text("Key") }
    }

    static let checksumHeader = "x-amz-checksum-sha256"

    /// Holds what the store says it got against what was sent: its own SHA-256, else an entity tag that is an MD5, which it is
    /// where the store encrypts with no key of a key service.
    func compare(_ answer: TransferAnswer, _ piece: FilePiece, _ digest: PieceDigest) async throws(S3Failure) {
        if let stored = answer.headers[Self.checksumHeader] {
            guard stored == digest.base64 else { throw .damaged("it holds other bytes than were sent") }
            return
        }
        let encryption = answer.headers["x-amz-server-side-encryption"] ?? "AES256"
        let tag = answer.headers["etag"]?.trimmingCharacters(in: CharacterSet(charactersIn: "\"")) ?? ""
        guard encryption == "AES256", tag.utf8.count == 32, tag.allSatisfy(\.isHexDigit) else { return }
        guard try await piece.md5() == tag.lowercased() else { throw .damaged("it holds other bytes than were sent") }
    }
}
