import Digests
import Foundation

/// A part of an upload that the store has.
package struct S3Part: Hashable, Codable, Sendable {
    /// From 1.
    package var number: Int
    /// As the store wrote it, quotes and all.
    package var tag: String
    /// The SHA-256 of the part, in base 64.
    package var checksum: String

    package init(number: Int, tag: String, checksum: String) {
        self.number = number
        self.tag = tag
        self.checksum = checksum
    }
}

extension S3Client {
    /// An upload that was begun.
    package struct Begun: Hashable, Sendable {
        package var id: String
        /// Whether the store keeps the SHA-256 of each part, and wants them at the end.
        package var keepsChecksums: Bool

        package init(id: String, keepsChecksums: Bool) {
            self.id = id
            self.keepsChecksums = keepsChecksums
        }
    }

    /// Asks the store to keep the SHA-256 of each part. One that is not known to have heard of that may refuse the question,
    /// and is then asked without it.
    package func begin(_ key: String) async throws(S3Failure) -> Begun {
        var request = Request(method: "POST", key: key, query: [("uploads", "")], headers: creationHeaders)
        let plain = request
        request.headers.append(("x-amz-checksum-algorithm", "SHA256"))
        let answer: TransferAnswer
        do throws(S3Failure) {
            answer = try await send(request)
        } catch .refused(let refusal) where !options.sendsChecksums && refusal.mayBeOfUnknownHeader {
            answer = try await send(plain)
        }
        guard let id = S3Document(answer.body).text("UploadId"), !id.isEmpty else {
            throw .damaged("the answer names no upload")
        }
        return Begun(id: id, keepsChecksums: answer.headers["x-amz-checksum-algorithm"]?.uppercased() == "SHA256")
    }

    package func upload(
        _ piece: FilePiece, as number: Int, of upload: Begun, key: String, digest: PieceDigest
    ) async throws(S3Failure) -> S3Part {
        let answer = try await send(
            Request(
                method: "PUT", key: key, query: [("partNumber", "\(number)"), ("uploadId", upload.id)],
                headers: upload.keepsChecksums ? [(Self.checksumHeader, digest.base64)] : [], body: piece.body,
                digest: digest.hexadecimal
            )
        )
        guard let tag = answer.headers["etag"], !tag.isEmpty else { throw .damaged("the answer has no tag") }
        try await compare(answer, piece, digest)
        return S3Part(number: number, tag: tag, checksum: digest.base64)
    }

    /// The parts that the store has, by number: their tags. Nil where it knows no such upload.
    package func parts(of id: String, key: String, page: Int = 1000) async throws(S3Failure) -> [Int: String]? {
        var tags: [Int: String] = [:]
        var marker = 0
        while true {
            let query = [
                (name: "max-parts", value: "\(page)"), (name: "part-number-marker", value: "\(marker)"),
                (name: "uploadId", value: id),
            ]
            let document: S3Document
            do throws(S3Failure) {
                document = S3Document(try await send(Request(method: "GET", key: key, query: query)).body)
            } catch .refused(let refusal) where refusal.code == "NoSuchUpload" {
                return nil
            }
            for part in document.elements("Part").map({ S3Document($0) }) {
                guard let number = part.text("PartNumber").flatMap({ Int($0) }), let tag = part.text("ETag") else {
                    continue
                }
                tags[number] = tag
            }
            guard document.text("IsTruncated") == "true",
                let next = document.text("NextPartNumberMarker").flatMap({ Int($0) }), next > marker
            else { return tags }
            marker = next
        }
    }

    /// Makes the object of its parts, which are in order.
    ///
    /// - Throws: `.damaged` where the store made it of other bytes; it is published then.
    package func complete(_ upload: Begun, key: String, _ parts: [S3Part]) async throws(S3Failure) {
        let list = parts.map { part in
            let checksum = upload.keepsChecksums ? "<ChecksumSHA256>\(part.checksum)</ChecksumSHA256>" : ""
            return "<Part>\(checksum)<ETag>\(S3Document.escaped(part.tag))</ETag>"
                + "<PartNumber>\(part.number)</PartNumber></Part>"
        }
        let body = Array(
            ("<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" + list.joined()
                + "</CompleteMultipartUpload>").utf8
        )
        let composite = Self.composite(parts)
        let answer = try await send(
            Request(
                method: "POST", key: key, query: [("uploadId", upload.id)],
                body: .bytes(body), digest: sha256(of: body), patience: 600
            )
        )
        let stored = S3Document(answer.body).text("ChecksumSHA256")
        if let stored, stored != composite, "\(stored)-\(parts.count)" != composite {
            throw .damaged("it holds other bytes than were sent")
        }
    }

    /// The SHA-256 over the parts' SHA-256s, as S3 has it for an object of parts.
    static func composite(_ parts: [S3Part]) -> String {
        let digests = parts.flatMap { Data(base64Encoded: $0.checksum).map { Array($0) } ?? [] }
        return Data(sha256Bytes(of: digests)).base64EncodedString() + "-\(parts.count)"
    }

    /// An upload that is not there is no error.
    package func abort(_ id: String, key: String) async throws(S3Failure) {
        do throws(S3Failure) {
            _ = try await send(Request(method: "DELETE", key: key, query: [("uploadId", id)]))
        } catch .refused(let refusal) where refusal.status == 404 && refusal.code != "NoSuchBucket" {
        }
    }

    /// The ids of the unfinished uploads of exactly this key.
    package func uploads(of key: String) async throws(S3Failure) -> [String] {
        let answer = try await send(Request(method: "GET", query: [("prefix", key), ("uploads", "")]))
        // Only keys that begin with this one and are longer come after it, so the first page has all of its own.
        return S3Document(answer.body).elements("Upload").map { S3Document($0) }
            .filter { $0.text("Key") == key }.compactMap { $0.text("UploadId") }
    }
}
