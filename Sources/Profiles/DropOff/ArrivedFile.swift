import AudienceManager
import TidegateModel

/// A file of a drop-off that is whole, on this machine, and decrypted where it was encrypted.
package struct ArrivedFile: Sendable {
    /// Where it is now, in plain or as gzip, as the name says.
    package var path: String
    package var name: DropOffFileName
    /// Below the drop-off, `date=…/` included.
    package var file: String
    /// Bytes as it arrived.
    package var size: Int64
    /// Nil where the place does not say.
    package var modifiedAt: Instant?
    /// Of the bytes as they arrived.
    package var sha256: String
    /// Where it ends too early, more may come.
    package var mayGrow: Bool

    package init(
        path: String, name: DropOffFileName, file: String, size: Int64, modifiedAt: Instant?, sha256: String,
        mayGrow: Bool = false
    ) {
        self.path = path
        self.name = name
        self.file = file
        self.size = size
        self.modifiedAt = modifiedAt
        self.sha256 = sha256
        self.mayGrow = mayGrow
    }
}

/// A file that was taken or rejected before, in the same environment.
package struct KnownFile: Hashable, Sendable {
    /// Below the drop-off.
    package var name: String
    package var size: Int64
    package var modifiedAt: Instant?
    package var sha256: String
    package var outcome: FileReceipt.Outcome
    /// Whether its receipt lies beside it and it is where it belongs.
    package var isSettled: Bool

    package init(
        name: String, size: Int64, modifiedAt: Instant?, sha256: String, outcome: FileReceipt.Outcome, isSettled: Bool
    ) {
        self.name = name
        self.size = size
        self.modifiedAt = modifiedAt
        self.sha256 = sha256
        self.outcome = outcome
        self.isSettled = isSettled
    }
}

/// Why a file is not taken as a whole.
enum ArrivedFileFault: Error {
    /// As it is, it never will be; a sentence without anything of what is in it.
    case rejected(String)
    /// Nothing is wrong with it so far; another time it may be taken.
    case waiting(String)
    case failed(ProfileError)
}
