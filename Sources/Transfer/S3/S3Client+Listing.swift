/// An object as a listing has it.
package struct S3ListedObject: Hashable, Sendable {
    package var key: String
    /// In bytes.
    package var size: Int
    /// Seconds since 1970; nil where the store does not say.
    package var modifiedAt: Int?
}

/// What is directly below a prefix.
package struct S3Listing: Hashable, Sendable {
    package var objects: [S3ListedObject] = []
    /// What keys with a further slash have up to it, such as `in/date=2026-11-21/`.
    package var prefixes: [String] = []
}

extension S3Client {
    /// Everything directly below a prefix, which is empty or ends with a slash, however many pages that takes.
    ///
    /// - Parameter page: how many keys are asked for at once; a store may give fewer.
    package func list(_ prefix: String, page: Int = 1000) async throws(S3Failure) -> S3Listing {
        var listing = S3Listing()
        var token: String?
        repeat {
            var query = [
                (name: "delimiter", value: "/"), (name: "list-type", value: "2"), (name: "max-keys", value: "\(page)"),
                (name: "prefix", value: prefix),
            ]
            if let token { query.append((name: "continuation-token", value: token)) }
            let document = S3Document(try await send(Request(method: "GET", query: query)).body)
            for element in document.elements("Contents") {
                try listing.objects.append(Self.object(S3Document(element)))
            }
            listing.prefixes += document.elements("CommonPrefixes").compactMap { S3Document($0).text("Prefix") }
            let next = document.text("IsTruncated") == "true" ? document.text("NextContinuationToken") : nil
            guard document.text("IsTruncated") != "true" || next != nil && next != token else {
                throw .damaged("its listing does not go on where it says")
            }
            token = next
        } while token != nil
        return listing
    }

    private static func object(_ document: S3Document) throws(S3Failure) -> S3ListedObject {
        guard let key = document.text("Key"), let size = document.text("Size").flatMap({ Int($0) }) else {
            throw .damaged("its listing has an object without a key or a size")
        }
        return S3ListedObject(key: key, size: size, modifiedAt: document.text("LastModified").flatMap(isoSeconds))
    }

    /// Reads an object into a file that is open for writing.
    ///
    /// - Parameter most: more bytes than that are not taken: the error is `tooLarge` then.
    /// - Returns: what was read; nil where there is no such object.
    package func get(_ key: String, into descriptor: Int32, atMost most: Int) async throws(S3Failure) -> S3Object? {
        do throws(S3Failure) {
            var request = Request(method: "GET", key: key)
            request.target = .file(descriptor: descriptor, atMost: most)
            let answer = try await send(request)
            return S3Object(
                size: answer.received, modifiedAt: answer.headers["last-modified"].flatMap(httpDate),
                tag: answer.headers["etag"]
            )
        } catch .refused(let refusal) where refusal.status == 404 && refusal.code != "NoSuchBucket" {
            return nil
        }
    }

    /// Copies an object within the store, up to 5 GB, if it still has that tag.
    ///
    /// - Returns: false where it has not, or is not there.
    package func copy(_ key: String, to other: String, ifMatches tag: String?) async throws(S3Failure) -> Bool {
        var request = Request(method: "PUT", key: other, headers: creationHeaders, patience: 600)
        request.headers.append(("x-amz-copy-source", PercentEncoding.path("/\(bucket)/\(key)")))
        if let tag { request.headers.append(("x-amz-copy-source-if-match", tag)) }
        request.mayFailLate = true
        do throws(S3Failure) {
            _ = try await send(request)
            return true
        } catch .refused(let refusal)
            where refusal.status == 412 || refusal.status == 404 && refusal.code != "NoSuchBucket"
        {
            return false
        }
    }
}

/// Seconds since 1970 of a time such as `2026-11-21T15:59:30.000Z`.
func isoSeconds(_ text: String) -> Int? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z"), bytes[10] == UInt8(ascii: "T") else { return nil }
    return FTPAccount.seconds(String(text.prefix(19).filter { $0 != "-" && $0 != ":" && $0 != "T" }))
}
