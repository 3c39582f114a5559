/// Where files in Audience Manager's formats arrive, and how they are taken.
package struct DropOff: Hashable, Codable, Sendable {
    /// Two worlds side by side: ids and traits of one are never seen in the other. Segments see production.
    package enum Environment: String, CaseIterable, Codable, Sendable {
        case production, beta
    }

    /// What becomes of a file that was taken; its receipt lies beside where it was.
    package enum Afterwards: String, CaseIterable, Codable, Sendable {
        case keep, remove
    }

    package enum Timestamps: String, CaseIterable, Codable, Sendable {
        /// Ten digits, as the rule says.
        case strict
        /// Also the nine digits of some of the vendor's own examples.
        case lenient
    }

    package var environment: Environment
    /// Takes files: never a connector. Paths are plain, without macros.
    package var place: Destination.Place
    package var afterwards: Afterwards
    /// How long a file must not have changed before it is taken.
    package var settle: Span
    package var timestamps: Timestamps
    /// Bytes of a compressed (or encrypted) file.
    package var maxCompressed: Int64
    /// Bytes of a file that is neither.
    package var maxPlain: Int64
    /// Lines of one user in one file; further ones are left out.
    package var maxLinesPerUser: Int
    /// Bytes of one line without its end; longer ones are left out.
    package var maxLineBytes: Int
    /// The private key that encrypted files are for, as armoured text; nil where there is none.
    package var decryptionKey: Secret?
    package var passphrase: Secret?

    package init(
        environment: Environment = .production, place: Destination.Place, afterwards: Afterwards = .keep,
        settle: Span = .seconds(10), timestamps: Timestamps = .strict, maxCompressed: Int64 = 1_000_000_000,
        maxPlain: Int64 = 5_000_000_000, maxLinesPerUser: Int = 200, maxLineBytes: Int = 102_400,
        decryptionKey: Secret? = nil, passphrase: Secret? = nil
    ) {
        self.environment = environment
        self.place = place
        self.afterwards = afterwards
        self.settle = settle
        self.timestamps = timestamps
        self.maxCompressed = maxCompressed
        self.maxPlain = maxPlain
        self.maxLinesPerUser = maxLinesPerUser
        self.maxLineBytes = maxLineBytes
        self.decryptionKey = decryptionKey
        self.passphrase = passphrase
    }
}
