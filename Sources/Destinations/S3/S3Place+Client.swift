import Foundation
import TidegateModel
import Transfer

extension S3Place {
    /// A client of the bucket; nothing is asked of it yet.
    ///
    /// - Parameter sendsChecksums: nil to send them unasked to AWS alone: some stores refuse headers that they do not know.
    func client(
        _ settings: AWSSettings, clock: any WallClock, sendsChecksums: Bool?
    ) throws(DeliveryError) -> S3Client {
        try refuseUnfit()
        let credentials = try credentials(settings)
        let region = try region(settings)
        guard
            let address = S3Address(
                bucket: bucket, endpoint: endpoint, region: region, isVirtualHost: addressing == .virtualHost
            )
        else {
            throw .rejected(
                "endpoint of bucket '\(bucket)' must be an https address without a path, or on this machine")
        }
        return S3Client(
            address,
            SignatureV4(accessKey: credentials.accessKey, secretKey: credentials.secretKey, region: region),
            sessionToken: credentials.sessionToken,
            options: S3Client.Options(
                encryption: encryption == .none ? nil : encryption.rawValue,
                kmsKey: encryption == .kms ? kmsKey : nil, grantsBucketOwner: grantsBucketOwner,
                sendsChecksums: sendsChecksums ?? address.isAWS
            ),
            now: { Int(clock.now().milliseconds.flooredQuotientAndRemainder(dividingBy: 1000).quotient) }
        )
    }

    /// What comes out of a reference was never looked at: in a host or a header it must not begin anything new.
    private func refuseUnfit() throws(DeliveryError) {
        let isName = bucket.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
        guard isName, (3...63).contains(bucket.utf8.count), bucket.first != ".", !bucket.contains("..") else {
            throw .rejected("bucket has a name that no bucket can have")
        }
        guard kmsKey?.unicodeScalars.allSatisfy({ 0x20 < $0.value && $0.value < 0x7F }) ?? true else {
            throw .rejected("kmsKey of bucket '\(bucket)' is no name of a key")
        }
    }

    private func credentials(_ settings: AWSSettings) throws(DeliveryError) -> AWSSettings.Credentials {
        guard let accessKey, let secretKey else { return try settings.credentials(profile: profile) }
        let found = AWSSettings.Credentials(
            accessKey: accessKey.text, secretKey: secretKey.text, sessionToken: sessionToken?.text
        )
        for text in [found.accessKey, found.secretKey, found.sessionToken ?? "-"] {
            // One would end a header, or make the signature of nothing.
            guard !text.isEmpty, !text.unicodeScalars.contains(where: { $0.value < 0x21 || $0.value > 0x7E }) else {
                throw .rejected("credentials of bucket '\(bucket)' are empty or have spaces or line ends in them")
            }
        }
        return found
    }

    private func region(_ settings: AWSSettings) throws(DeliveryError) -> String {
        let region = region ?? settings.region(profile: profile)
        guard let region = region ?? (endpoint == nil ? nil : "us-east-1") else {
            throw .rejected("bucket '\(bucket)' needs a region; give region, or set AWS_REGION")
        }
        guard !region.isEmpty, region.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }) else {
            throw .rejected("region of bucket '\(bucket)' is no name of a region")
        }
        return region
    }

    /// `s3://bucket/path`.
    var shown: String { path.isEmpty ? "s3://\(bucket)" : "s3://\(bucket)/\(path)" }

    func key(_ name: String) -> String { path.isEmpty ? name : "\(path)/\(name)" }
}
