import TidegateModel

private enum S3Fields {
    static let bucket = Field.required("bucket", .bucket, help: "The bucket's name.")
    static let path = Field.optional(
        "path", .keyPrefix, default: "", help: "What keys begin with, with macros, without a slash in front."
    )
    static let endpoint = Field.optional(
        "endpoint", .endpoint, help: "The address of a store other than AWS: https, or http to this machine."
    )
    static let region = Field.optional(
        "region", .filledIn("a region"), help: "The region; absent, the AWS environment variables or files say it."
    )
    static let addressing = Field.optional(
        "addressing", .choice(S3Place.Addressing.self), default: .virtualHost,
        help: "Whether the bucket is a part of the host's name or of the path."
    )
    static let accessKey = Field.optional(
        "accessKey", .secret,
        help: "The access key's id, as a reference; absent, the AWS environment variables or files have it."
    )
    static let secretKey = Field.optional("secretKey", .secret, help: "The secret access key, as a reference.")
    static let sessionToken = Field.optional(
        "sessionToken", .secret, help: "The token that belongs to temporary keys, as a reference."
    )
    static let profile = Field.optional(
        "profile", .filledIn("a section's name"), help: "The section of the AWS files to take keys and region from."
    )
    static let encryption = Field.optional(
        "encryption", .choice(S3Place.Encryption.self), default: S3Place.Encryption.none,
        help: "How the store is asked to encrypt what it keeps."
    )
    static let kmsKey = Field.optional(
        "kmsKey", .filledIn("a key's id"), help: "The key for encryption aws:kms; absent, the account's own."
    )
    static let bucketOwnerFullControl = Field.optional(
        "bucketOwnerFullControl", .boolean, default: false,
        help: "Whether the bucket's owner, if another account, may do everything with the files."
    )
    static let partSize = Field.optional(
        "partSize", .size((5 << 20)...(5 << 30)), default: 8 << 20, help: "The size of the parts of an upload."
    )
    static let connections = PlaceFields.connections("How many parts are on their way at once.")
}

extension DestinationType {
    /// A bucket of AWS or of any store that speaks its language.
    static let s3 = DestinationType(
        name: "s3", help: "A destination that takes files: a bucket of any store that speaks S3.",
        fields: [
            S3Fields.bucket.declaration, S3Fields.path.declaration, S3Fields.endpoint.declaration,
            S3Fields.region.declaration, S3Fields.addressing.declaration, S3Fields.accessKey.declaration,
            S3Fields.secretKey.declaration, S3Fields.sessionToken.declaration, S3Fields.profile.declaration,
            S3Fields.encryption.declaration, S3Fields.kmsKey.declaration, S3Fields.bucketOwnerFullControl.declaration,
            S3Fields.partSize.declaration, S3Fields.connections.declaration,
        ],
        rules: [
            .dependent("accessKey", on: "secretKey"), .dependent("secretKey", on: "accessKey"),
            .dependent("sessionToken", on: "accessKey"),
        ],
        read: readS3
    )

    @Sendable private static func readS3(_ reader: ObjectReader) -> Destination.Place? {
        let bucket = reader.located(S3Fields.bucket)
        let (path, addressing) = (reader.value(S3Fields.path), reader.value(S3Fields.addressing))
        let encryption = reader.value(S3Fields.encryption)
        let (partSize, connections) = (reader.value(S3Fields.partSize), reader.value(S3Fields.connections))
        let place = S3Place(
            bucket: bucket?.value ?? "", path: path ?? "", endpoint: reader.value(S3Fields.endpoint),
            region: reader.value(S3Fields.region), addressing: addressing ?? .virtualHost,
            accessKey: reader.value(S3Fields.accessKey), secretKey: reader.value(S3Fields.secretKey),
            sessionToken: reader.value(S3Fields.sessionToken), profile: reader.value(S3Fields.profile),
            encryption: encryption ?? .none, kmsKey: reader.value(S3Fields.kmsKey),
            grantsBucketOwner: reader.value(S3Fields.bucketOwnerFullControl) ?? false, partSize: partSize ?? 0,
            connections: connections ?? 0
        )
        checkKeys(reader)
        if let encryption, encryption != .kms, let position = reader.keyPosition(of: S3Fields.kmsKey) {
            reader.context.problems.error("'kmsKey' needs 'encryption: aws:kms'", at: position)
        }
        if addressing == .virtualHost { checkVirtualHost(place, reader) }
        guard bucket != nil, path != nil, addressing != nil, encryption != nil, partSize != nil, connections != nil
        else { return nil }
        return .s3(place)
    }

    private static func checkKeys(_ reader: ObjectReader) {
        reader.require(S3Fields.secretKey, with: S3Fields.accessKey)
        reader.require(S3Fields.accessKey, with: S3Fields.secretKey)
        reader.require(S3Fields.accessKey, with: S3Fields.sessionToken)
        if reader.has(S3Fields.accessKey), let position = reader.keyPosition(of: S3Fields.profile) {
            reader.context.problems.error("'profile' and 'accessKey' exclude each other", at: position)
        }
    }

    private static func checkVirtualHost(_ place: S3Place, _ reader: ObjectReader) {
        let problems = reader.context.problems
        if let endpoint = place.endpoint, let host = ServiceURL.host(of: endpoint), ServiceURL.isAddress(host) {
            problems.error(
                "'endpoint' is an address, which no bucket's name can stand in front of, write 'addressing: path'",
                at: reader.located(S3Fields.endpoint)?.position ?? reader.position
            )
        } else if place.bucket.contains("."), !place.bucket.contains("${"),
            place.endpoint?.hasPrefix("http://") != true
        {
            problems.warning(
                "'bucket' has dots, which certificates do not cover in front of a host, write 'addressing: path'",
                at: reader.located(S3Fields.bucket)?.position ?? reader.position
            )
        }
    }
}
