import Destinations
import Foundation
import Testing
import TidegateModel

/// A destination under test, fresh for each clause, with a back door.
///
/// The back door goes to the place itself, not through the destination: nobody vouches for himself.
package struct DestinationFixture: Sendable {
    package var destination: any FileDestination
    /// A client of the same place that knows nothing of what the first did, as after a restart.
    package var reopened: any FileDestination
    package var backDoor: BackDoor
    /// Where staged files are.
    package var staging: TemporaryFolder
    /// What both clients note unfinished uploads in.
    package var uploads: UploadJournal
    /// Texts that no sentence may hold.
    package var secrets: [String] = []
    /// With `isMissing`: what a refusal has to name.
    package var missing = ""
    /// With `fallsSilent`: returns once the place has fallen silent.
    package var reached: @Sendable () async throws -> Void = {}
    /// In bytes; nil where files are not sent in parts.
    var partSize: Int?

    package struct BackDoor: Sendable {
        /// Every name at the place, hidden ones too, sorted; empty where the place is not there yet.
        package var names: @Sendable () throws -> [String]
        package var read: @Sendable (String) throws -> [UInt8]
        package var write: @Sendable ([UInt8], String) throws -> Void
        /// Starts to read a file, and gives what goes on reading it.
        package var open: @Sendable (String) throws -> @Sendable () throws -> [UInt8]
        /// What the place keeps of uploads without a name among the others, such as S3's upload ids.
        package var unfinished: @Sendable () throws -> [String] = { [] }

        package init(
            names: @escaping @Sendable () throws -> [String],
            read: @escaping @Sendable (String) throws -> [UInt8],
            write: @escaping @Sendable ([UInt8], String) throws -> Void,
            open: @escaping @Sendable (String) throws -> @Sendable () throws -> [UInt8]
        ) {
            self.names = names
            self.read = read
            self.write = write
            self.open = open
        }
    }

    package init(
        destination: any FileDestination,
        reopened: any FileDestination,
        backDoor: BackDoor,
        staging: TemporaryFolder,
        uploads: UploadJournal = .inMemory()
    ) {
        self.destination = destination
        self.reopened = reopened
        self.backDoor = backDoor
        self.staging = staging
        self.uploads = uploads
    }

    /// A staged file of these bytes.
    ///
    /// The digest is made up: a destination passes it on and never checks it.
    package func stage(_ bytes: [UInt8], as name: String) throws -> StagedFile {
        let path = try staging.write(bytes, to: "staged-\(UUID().uuidString)")
        return StagedFile(
            path: path,
            name: name,
            rows: 1,
            size: bytes.count,
            sha256: String(repeating: "0123456789abcdef", count: 4)
        )
    }
}

extension DestinationFixture.BackDoor {
    /// Looks at a folder of this machine with the file manager.
    package static func folder(_ path: String) -> Self {
        let url = { @Sendable (name: String) in URL(filePath: path + "/" + name, directoryHint: .notDirectory) }
        return Self(
            names: {
                guard FileManager.default.fileExists(atPath: path) else { return [] }
                return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            },
            read: { Array(try Data(contentsOf: url($0))) },
            write: { bytes, name in
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                try Data(bytes).write(to: url(name))
            },
            open: { name in
                let handle = try FileHandle(forReadingFrom: url(name))
                return { Array(try handle.readToEnd() ?? Data()) }
            }
        )
    }
}
