import Digests
import Foundation

/// AWS's Signature Version 4, with its rules for S3: a path is encoded once and never normalised.
package struct SignatureV4: Sendable {
    package var accessKey: String
    package var secretKey: String
    package var region: String
    package var service = "s3"

    package init(accessKey: String, secretKey: String, region: String, service: String = "s3") {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.region = region
        self.service = service
    }

    /// What of a request is signed.
    package struct Subject: Sendable {
        package var method: String
        /// Percent-encoded, beginning with a slash.
        package var path: String
        /// Not encoded yet.
        package var query: [(name: String, value: String)]
        /// All that are signed, `host` and `x-amz-date` among them; lower-case names.
        package var headers: [(name: String, value: String)]
        /// Of the body: its SHA-256 in hexadecimal.
        package var payload: String

        package init(
            _ method: String, path: String, query: [(name: String, value: String)] = [],
            headers: [(name: String, value: String)], payload: String
        ) {
            self.method = method
            self.path = path
            self.query = query
            self.headers = headers
            self.payload = payload
        }

        var signedHeaders: String { headers.map(\.name).sorted().joined(separator: ";") }

        var canonical: String {
            let lines = headers.sorted { $0.name < $1.name }
                .map { "\($0.name):\($0.value.trimmingCharacters(in: .whitespaces))\n" }.joined()
            return "\(method)\n\(path)\n\(PercentEncoding.query(query))\n\(lines)\n\(signedHeaders)\n\(payload)"
        }
    }

    /// The value of the `Authorization` header.
    ///
    /// - Parameter stamp: as the request's `x-amz-date` has it.
    package func authorization(for subject: Subject, at stamp: String) -> String {
        let day = String(stamp.prefix(8))
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let text = "AWS4-HMAC-SHA256\n\(stamp)\n\(scope)\n\(sha256(of: subject.canonical.utf8))"
        let key = [day, region, service, "aws4_request"].reduce(Array("AWS4\(secretKey)".utf8)) {
            hmacSHA256(of: $1.utf8, key: $0)
        }
        let signature = hexadecimal(hmacSHA256(of: text.utf8, key: key))
        return "AWS4-HMAC-SHA256 Credential=\(accessKey)/\(scope), SignedHeaders=\(subject.signedHeaders), "
            + "Signature=\(signature)"
    }

    /// A moment as signatures have it, `20130524T000000Z`.
    package static func stamp(secondsSince1970 seconds: Int) -> String {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        let two = { (number: Int32) in number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)\(two(parts.tm_mon + 1))\(two(parts.tm_mday))"
            + "T\(two(parts.tm_hour))\(two(parts.tm_min))\(two(parts.tm_sec))Z"
    }
}

/// Percent-encoding as signatures want it: everything but letters, digits and `-._~`.
package enum PercentEncoding {
    /// Of a key as the path of an address: slashes stay.
    package static func path(_ text: String) -> String {
        encode(text, keeping: [UInt8(ascii: "/")])
    }

    /// Sorted by encoded name, then value; a name without a value has an empty one.
    package static func query(_ items: [(name: String, value: String)]) -> String {
        items.map { (encode($0.name), encode($0.value)) }.sorted { $0 < $1 }.map { "\($0)=\($1)" }
            .joined(separator: "&")
    }

    private static func encode(_ text: String, keeping kept: [UInt8] = []) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            if isUnreserved(byte) || kept.contains(byte) {
                encoded.append(byte)
            } else {
                encoded.append(UInt8(ascii: "%"))
                encoded += hexadecimal([byte]).uppercased().utf8
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
