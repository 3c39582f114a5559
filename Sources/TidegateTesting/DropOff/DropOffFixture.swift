import Destinations
import Foundation
import TidegateModel

/// A drop-off under test, fresh for each clause, with a back door that goes to the place itself.
package struct DropOffFixture: Sendable {
    package var place: any DropOffPlace
    package var backDoor: BackDoor
    /// Where fetched files go.
    package var staging: TemporaryFolder
    /// Texts that no sentence may hold.
    package var secrets: [String] = []
    /// With `isMissing` and `refusesReading`: what a refusal has to name.
    package var missing = ""
    /// With `fallsSilent`: returns once the place has fallen silent.
    package var reached: @Sendable () async throws -> Void = {}
    /// How many files are many.
    var many = 250
    /// By the bytes.
    var oddNames: [String] = []
    var isWhole = false

    package struct BackDoor: Sendable {
        /// Every file below the place, hidden ones too, such as `date=2026-11-21/a`, by the bytes of their names.
        package var names: @Sendable () throws -> [String]
        package var read: @Sendable (String) throws -> [UInt8]
        /// Writes a file, and makes the folders that it is in; what has the name gets other bytes.
        package var write: @Sendable (_ bytes: [UInt8], _ name: String, _ modifiedAt: Instant) throws -> Void
        package var makeFolder: @Sendable (String) throws -> Void
        package var remove: @Sendable (String) throws -> Void
        /// Starts to read a file, and gives what goes on reading it.
        package var open: @Sendable (String) throws -> @Sendable () throws -> [UInt8]

        package init(
            names: @escaping @Sendable () throws -> [String],
            read: @escaping @Sendable (String) throws -> [UInt8],
            write: @escaping @Sendable (_ bytes: [UInt8], _ name: String, _ modifiedAt: Instant) throws -> Void,
            makeFolder: @escaping @Sendable (String) throws -> Void,
            remove: @escaping @Sendable (String) throws -> Void,
            open: @escaping @Sendable (String) throws -> @Sendable () throws -> [UInt8]
        ) {
            self.names = names
            self.read = read
            self.write = write
            self.makeFolder = makeFolder
            self.remove = remove
            self.open = open
        }
    }

    package init(place: any DropOffPlace, backDoor: BackDoor, staging: TemporaryFolder) {
        self.place = place
        self.backDoor = backDoor
        self.staging = staging
    }

    /// When files were written, if nothing else is said; a whole second, as finer than that not every place tells.
    static let written = Instant(milliseconds: 1_795_000_000_000)

    func drop(_ bytes: [UInt8], _ name: String, at time: Instant = written) throws {
        try backDoor.write(bytes, name, time)
    }

    /// As a listing has it.
    func dropped(_ name: String, _ size: Int, at time: Instant = written) -> DroppedFile {
        DroppedFile(name: name, size: Int64(size), modifiedAt: time, isWhole: isWhole)
    }

    /// Drops a file and gives it as it is listed.
    func listed(_ bytes: [UInt8], _ name: String) async throws -> DroppedFile {
        try drop(bytes, name)
        guard let file = try await place.files().first(where: { $0.name == name }) else { throw NotListed(name: name) }
        return file
    }

    private struct NotListed: Error { var name: String }

    /// A path of this machine where nothing is yet.
    func target() -> String { staging.path("fetched-\(UUID().uuidString.lowercased())") }

    func bytes(at path: String) -> [UInt8]? { FileManager.default.contents(atPath: path).map { Array($0) } }

    /// Why something failed, or nil where it did not.
    func failure(_ work: (any DropOffPlace) async throws -> Void) async -> DeliveryError? {
        do {
            try await work(place)
            return nil
        } catch {
            return error as? DeliveryError ?? .uncertain("\(error)")
        }
    }
}

extension DropOffFixture.BackDoor {
    /// Looks at a folder of this machine with the file manager.
    ///
    /// - Parameter owner: whom everything written is given, with the folders below `path`; nil for this process's user.
    package static func folder(_ path: String, owner: uid_t? = nil) -> Self {
        let full = { @Sendable (name: String) in name.isEmpty ? path : path + "/" + name }
        let give = { @Sendable (name: String) in
            var name = name[...]
            while let owner, getuid() == 0 {
                chown(full(String(name)), owner, owner)
                guard let slash = name.lastIndex(of: "/") else { break }
                name = name[..<slash]
            }
        }
        let make = { @Sendable (name: String) in
            try FileManager.default.createDirectory(atPath: full(name), withIntermediateDirectories: true)
            give(name)
        }
        return Self(
            names: { try names(below: path) },
            read: { Array(try Data(contentsOf: URL(filePath: full($0), directoryHint: .notDirectory))) },
            write: { bytes, name, time in
                try make(name.lastIndex(of: "/").map { String(name[..<$0]) } ?? "")
                try Data(bytes).write(to: URL(filePath: full(name), directoryHint: .notDirectory))
                let date = Date(timeIntervalSince1970: Double(time.milliseconds) / 1000)
                try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: full(name))
                give(name)
            },
            makeFolder: make,
            remove: { try FileManager.default.removeItem(atPath: full($0)) },
            open: { name in
                let handle = try FileHandle(forReadingFrom: URL(filePath: full(name), directoryHint: .notDirectory))
                return { Array(try handle.readToEnd() ?? Data()) }
            }
        )
    }

    private static func names(below path: String) throws -> [String] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return try FileManager.default.subpathsOfDirectory(atPath: path).filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
