import TidegateModel
import Transfer

/// What a bucket was asked to do, for sentences.
struct S3Act: Sendable {
    var bucket: String
    /// Nil for AWS itself.
    var endpoint: String?
    /// Such as `take 'out.csv'`.
    var deed: String
    /// What is needed for it, such as `s3:PutObject`.
    var permission: String
    /// Whether the file is published by it, so that a lost answer leaves that open.
    var publishes = false
}

extension S3Act {
    /// Asks the bucket, and sorts its failure.
    func sorted<Value: Sendable>(
        _ work: () async throws(S3Failure) -> Value
    ) async throws(DeliveryError) -> Value {
        do throws(S3Failure) {
            return try await work()
        } catch {
            throw error.sorted(self)
        }
    }
}

extension S3Failure {
    /// Sorted by what happens next.
    func sorted(_ act: S3Act) -> DeliveryError {
        switch self {
        case .refused(let refusal): refusal.sorted(act)
        case .unanswered(let error): error.sorted(act)
        case .damaged(let reason): .transient("bucket '\(act.bucket)' did not \(act.deed) right, \(reason)")
        case .unreadable: .transient("staged file cannot be read or has become shorter")
        }
    }
}

extension TransferError {
    fileprivate func sorted(_ act: S3Act) -> DeliveryError {
        if act.publishes, mayHaveArrived {
            return .uncertain("bucket '\(act.bucket)' did not say whether it did \(act.deed), \(reason)")
        }
        return switch kind {
        case .cancelled: .cancelled
        case .untrusted: .rejected("the endpoint of bucket '\(act.bucket)' is not to be trusted, \(reason)")
        case .unreachable where isNameUnresolved:
            .transient(
                "bucket '\(act.bucket)' cannot be reached: the name of its endpoint "
                    + (act.endpoint.map { "'\($0)'" } ?? "at AWS") + " does not resolve"
            )
        default: .transient("bucket '\(act.bucket)' did not \(act.deed), \(reason)")
        }
    }
}

extension S3Refusal {
    fileprivate func sorted(_ act: S3Act) -> DeliveryError {
        let wait = retryAfter.map { Span.seconds(Int64($0)) }
        if isPassing { return .transient(sentence(act), retryAfter: wait) }
        return .rejected(advice(act) ?? sentence(act))
    }

    /// Whether the same request may succeed later: the store is busy, full or broken, or the bytes came to harm on the way.
    private var isPassing: Bool {
        switch code {
        case "SlowDown", "RequestTimeout", "BadDigest", "XAmzContentSHA256Mismatch", "IncompleteBody", "InvalidDigest",
            "OperationAborted", "NoSuchUpload", "InvalidPart", "InvalidPartOrder", "RequestLimitExceeded",
            "ThrottlingException", "Throttling", "TooManyRequests", "TemporaryRedirect":
            true
        case "NotImplemented": false
        default: status >= 500 || [408, 409, 425, 429].contains(status) || isLate
        }
    }

    /// An error under a status that promised none.
    private var isLate: Bool { (200..<300).contains(status) }

    private func sentence(_ act: S3Act) -> String {
        let answer = code.isEmpty ? "status \(status)" : isLate ? code : "\(code), status \(status)"
        return "bucket '\(act.bucket)' did not \(act.deed) (\(answer))"
    }

    /// What to do about it, where the code tells.
    private func advice(_ act: S3Act) -> String? {
        let bucket = "bucket '\(act.bucket)'"
        switch code {
        case "InvalidAccessKeyId":
            return "\(bucket) does not know the access key; give another one (InvalidAccessKeyId)"
        case "SignatureDoesNotMatch":
            return "\(bucket) refuses the signature; check the secret key (SignatureDoesNotMatch)"
        case "ExpiredToken", "InvalidToken", "TokenRefreshRequired":
            return "\(bucket) refuses the session token; get new credentials (\(code))"
        case "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture":
            return "\(bucket) finds the clock of this machine wrong; set it (\(code))"
        case "NoSuchBucket":
            return "\(bucket) is not there; make it, or correct its name or the endpoint (NoSuchBucket)"
        case "PermanentRedirect", "Redirect", "AuthorizationHeaderMalformed",
            "IllegalLocationConstraintException":
            return "\(bucket) is in \(region.map { "region '\($0)'" } ?? "another region"); correct region or endpoint "
                + "(\(code))"
        case "EntityTooLarge", "EntityTooSmall":
            return "\(bucket) does not \(act.deed) in parts of this size; change partSize (\(code))"
        case _ where code.hasPrefix("KMS."):
            return "\(bucket) cannot use the encryption key; check kmsKey and its policy (\(code))"
        case "AccessDenied", "AllAccessDisabled", "":
            if status == 301 {
                return
                    "\(bucket) is in \(region.map { "region '\($0)'" } ?? "another region"); correct region or endpoint"
            }
            guard status == 403 else { return nil }
            return "\(bucket) does not let this access key \(act.deed); allow \(act.permission)"
                + (code.isEmpty ? "" : " (\(code))")
        default: return nil
        }
    }
}
