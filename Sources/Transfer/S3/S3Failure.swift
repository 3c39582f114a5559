import CCurl

/// Why a store did not do what it was asked.
package enum S3Failure: Error, Hashable, Sendable {
    case refused(S3Refusal)
    case unanswered(TransferError)
    /// The answer says something else than was sent.
    case damaged(String)
    /// The staged bytes cannot be read as they were.
    case unreadable
}

/// What a store answered instead: never its message, which may hold a key.
package struct S3Refusal: Hashable, Sendable {
    /// Of HTTP; 200 where an error came late.
    package var status: Int
    /// Such as `AccessDenied`; empty where the answer has none.
    package var code: String
    /// Seconds that the store asks to wait.
    package var retryAfter: Int?
    /// Where the bucket is, if the store says so.
    package var region: String?

    package init(status: Int, code: String = "", retryAfter: Int? = nil, region: String? = nil) {
        self.status = status
        self.code = code
        self.retryAfter = retryAfter
        self.region = region
    }

    /// - Parameter now: seconds since 1970, for a date to wait for.
    init(_ answer: TransferAnswer, now: Int) {
        status = answer.status
        let document = S3Document(answer.body)
        let element = document.elements("Error").first.map { S3Document($0) }
        code = Self.plain(element?.text("Code") ?? "")
        retryAfter = answer.headers["retry-after"].flatMap { text in
            Int(text) ?? httpDate(text).map { $0 - now }
        }.map { max(0, $0) }
        let region = answer.headers["x-amz-bucket-region"] ?? element?.text("Region") ?? ""
        self.region = region.isEmpty ? nil : Self.plain(region)
    }

    /// What stores answer to a header that they do not know, among other things: `NotImplemented`, `InvalidArgument`.
    var mayBeOfUnknownHeader: Bool {
        status == 501 || (status == 400 && ["NotImplemented", "InvalidArgument", "InvalidRequest", ""].contains(code))
    }

    /// A word, else nothing: whatever a server may write there is not for logs.
    private static func plain(_ text: String) -> String {
        let isWord = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") }
        return isWord && text.utf8.count <= 64 ? text : ""
    }
}

/// Seconds since 1970 of a date in a header, such as `Wed, 21 Oct 2015 07:28:00 GMT`.
func httpDate(_ text: String) -> Int? {
    let seconds = curl_getdate(text, nil)
    return seconds < 0 ? nil : Int(seconds)
}
