import TidegateModel

/// A `Source` document with `format: audience-manager`.
enum DropOffFields {
    static let from = Field.required(
        "from", .dropOff,
        help: "Where the files arrive: a folder, relative to this job file, or a place with the keys of a destination."
    )
    static let environment = Field.optional(
        "environment", .choice(DropOff.Environment.self), default: .production,
        help: "Ids and traits of beta are never seen in production, which segments and exports see."
    )
    static let afterwards = Field.optional(
        "afterwards", .choice(DropOff.Afterwards.self), default: .keep,
        help: "Whether a file that was taken stays (keep) or goes (remove); its receipt stays in any case."
    )
    static let settle = Field.optional(
        "settle", .duration(orNone: true, atMost: .hours(1)), default: .seconds(10),
        help: "How long a file must not have changed before it is taken; objects of a bucket are whole at once."
    )
    static let timestamps = Field.optional(
        "timestamps", .choice(DropOff.Timestamps.self), default: .strict,
        help: "Whether a timestamp in a name has ten digits (strict), or nine will do as well (lenient)."
    )
    private static let limits = Field.optional(
        "limits", .object(LimitFields.shape, LimitFields.read), help: "What is too large to be taken."
    )
    static let decryptionKey = Field.optional(
        "decryptionKey", .secret,
        help: "The text of the private key that encrypted files are for, armoured, as a reference."
    )
    static let passphrase = Field.optional(
        "passphrase", .secret, help: "What the decryption key is locked with, as a reference."
    )

    private static let own = [
        environment.declaration, afterwards.declaration, settle.declaration, timestamps.declaration, limits.declaration,
        decryptionKey.declaration, passphrase.declaration,
    ]
    static let ownKeys = own.map(\.name)

    private static let format = FieldDeclaration(
        name: SourceKind.format.name, isRequired: true, isSecret: false, help: "How the files are written.",
        schema: ["const": .text(Source.Format.audienceManager.rawValue)], fallback: nil
    )

    static let shape = Shape(
        "Source with format audience-manager", help: "Where ids, signals and traits of people come from.",
        [Kind.source.field] + IdentityFields.declarations + [from.declaration, format] + own,
        rules: [.dependent(passphrase.name, on: decryptionKey.name)],
        elsewhere: Dictionary(
            SourceKind.rowKeys.map { ($0, "is for sources of rows, not for format audience-manager") }
        ) { first, _ in first }
    )

    static func read(_ reader: ObjectReader) -> SourceDraft {
        var draft = SourceDraft(identity: .read(reader, kind: .source))
        draft.format = .audienceManager
        reader.require(decryptionKey, with: passphrase)
        let place = reader.located(from)
        let limits = reader.has(limits) ? reader.value(limits) : DropOffLimits()
        let (environment, afterwards) = (reader.value(environment), reader.value(afterwards))
        let (settle, timestamps) = (reader.value(settle), reader.value(timestamps))
        let (key, passphrase) = (reader.value(decryptionKey), reader.value(passphrase))
        guard let place, let limits, let environment, let afterwards, let settle, let timestamps else { return draft }
        let dropOff = DropOff(
            environment: environment, place: place.value, afterwards: afterwards, settle: settle,
            timestamps: timestamps, maxCompressed: Int64(limits.compressed), maxPlain: Int64(limits.plain),
            maxLinesPerUser: limits.linesPerUser, maxLineBytes: limits.lineBytes, decryptionKey: key,
            passphrase: passphrase
        )
        draft.dropOff = Located(dropOff, at: place.position)
        return draft
    }
}

/// What is too large for a drop-off, as it was written.
private struct DropOffLimits: Sendable {
    var compressed = 1_000_000_000
    var plain = 5_000_000_000
    var linesPerUser = 200
    var lineBytes = 102_400
}

private enum LimitFields {
    private static let standard = DropOffLimits()
    static let compressed = Field.optional(
        "compressed", .size((1 << 10)...(1 << 40), isDecimalToo: true), default: standard.compressed,
        help: "The size of a compressed or encrypted file above which it is rejected."
    )
    static let plain = Field.optional(
        "plain", .size((1 << 10)...(1 << 40), isDecimalToo: true), default: standard.plain,
        help: "The size of any other file, and of what a compressed one holds, above which it is rejected."
    )
    static let linesPerUser = Field.optional(
        "linesPerUser", .integer(from: 1), default: standard.linesPerUser,
        help: "The lines of one id in one file that count; further ones are left out."
    )
    static let lineBytes = Field.optional(
        "lineBytes", .size((1 << 10)...(16 << 20), isDecimalToo: true), default: standard.lineBytes,
        help: "The size of a line, without its end, above which it is left out."
    )
    static let shape = Shape(
        "limits", help: "What is too large to be taken.",
        [compressed.declaration, plain.declaration, linesPerUser.declaration, lineBytes.declaration]
    )

    static func read(_ reader: ObjectReader) -> DropOffLimits? {
        let (compressed, plain) = (reader.value(compressed), reader.value(plain))
        let (linesPerUser, lineBytes) = (reader.value(linesPerUser), reader.value(lineBytes))
        guard let compressed, let plain, let linesPerUser, let lineBytes else { return nil }
        return DropOffLimits(compressed: compressed, plain: plain, linesPerUser: linesPerUser, lineBytes: lineBytes)
    }
}
