import AudienceManager
import Foundation
import TidegateModel

extension ProfileStore {
    /// Keeps what became of a file that `take` did not take and never will.
    package func remember(_ receipt: FileReceipt, of source: UUID, modifiedAt: Instant?) throws(ProfileError) {
        try writeDropFiles(of: source, in: receipt.environment) { files throws(ProfileError) in
            try files.remember(receipt, modifiedAt: modifiedAt)
        }
    }

    /// The files of a source that were taken or rejected in an environment, in that order.
    package func knownFiles(
        of source: UUID, in environment: DropOff.Environment
    ) throws(ProfileError) -> [KnownFile] {
        try withReader { connection throws(ProfileError) in
            try DropFiles(source: source, environment: environment, connection: connection).known()
        }
    }

    /// Marks that a file's receipt lies beside it and that it is where it belongs.
    package func settle(
        _ file: String, sha256: String, of source: UUID, in environment: DropOff.Environment
    ) throws(ProfileError) {
        try writeDropFiles(of: source, in: environment) { files throws(ProfileError) in
            try files.settle(file, sha256: sha256)
        }
    }

    /// Notes under which time a known file was seen again, by which it is known the next time without being read.
    package func note(
        _ modifiedAt: Instant?, of file: String, sha256: String, of source: UUID, in environment: DropOff.Environment
    ) throws(ProfileError) {
        try writeDropFiles(of: source, in: environment) { files throws(ProfileError) in
            try files.note(modifiedAt, of: file, sha256: sha256)
        }
    }

    /// What became of the file with this name and these bytes; nil where it is not known.
    package func receipt(
        of file: String, sha256: String, of source: UUID, in environment: DropOff.Environment
    ) throws(ProfileError) -> FileReceipt? {
        try withReader { connection throws(ProfileError) in
            try DropFiles(source: source, environment: environment, connection: connection)
                .receipt(of: file, sha256: sha256)
        }
    }

    /// Of all environments, the newest first.
    package func receipts(of source: UUID, limit: Int) throws(ProfileError) -> [FileReceipt] {
        try withReader { connection throws(ProfileError) in
            try DropFiles.receipts(of: source, limit: limit, on: connection)
        }
    }

    private func writeDropFiles(
        of source: UUID, in environment: DropOff.Environment, _ body: (DropFiles) throws(ProfileError) -> Void
    ) throws(ProfileError) {
        try withWriter { connection throws(ProfileError) in
            try connection.execute(ProfileTables.awaitsDisk)
            try connection.write { () throws(ProfileError) in
                try body(DropFiles(source: source, environment: environment, connection: connection))
            }
        }
    }
}
