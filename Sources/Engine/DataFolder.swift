import Foundation
import TidegateModel

/// The folder that holds everything Tidegate remembers, and the lock that lets one process at a time work in it.
package struct DataFolder: Hashable, Sendable {
    package let path: String

    package init(path: String) {
        self.path = URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
    }

    /// The token of the API and the page, where the environment gives none.
    package var apiTokenPath: String { path + "/api-token" }
    package var storePath: String { path + "/tidegate.sqlite" }
    package var profilesPath: String { path + "/profiles.sqlite" }
    package var stagingPath: String { path + "/staging" }
    package var rejectsPath: String { path + "/rejects" }
    private var lockPath: String { path + "/tidegate.lock" }

    /// Makes the folder and what belongs in it; only its owner can read it, because it holds customers' data.
    ///
    /// - Throws: ``DataFolderUnusable``.
    package func create() throws {
        for folder in [path, stagingPath, rejectsPath] {
            do {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]
                )
            } catch let error as CocoaError {
                throw DataFolderUnusable(path: folder, reason: error.reason)
            }
        }
    }

    /// Where one attempt of a run stages its files.
    func staging(for run: UUID, attempt: Int) -> String {
        "\(stagingPath)/\(run.uuidString.lowercased())-\(attempt)"
    }

    /// Removes what processes that were killed left of their work, which nothing needs again: every attempt stages anew.
    /// Only the holder of the folder may.
    package func emptyStaging() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: stagingPath) {
            try FileManager.default.removeItem(atPath: "\(stagingPath)/\(name)")
        }
    }

    /// Takes the folder for this process until the lock is let go of, or the process ends in whatever way.
    ///
    /// - Throws: ``DataFolderHeld`` where another process has it.
    package func lock(duty: String, at now: Instant) throws -> DataFolderLock {
        let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw DataFolderUnusable(path: lockPath, reason: String(cString: strerror(errno)))
        }
        guard Self.takes(descriptor) else {
            close(descriptor)
            throw DataFolderHeld(path: path, holder: holder())
        }
        let entry = "\(duty), process \(getpid()) on \(ProcessInfo.processInfo.hostName), since \(now)\n"
        ftruncate(descriptor, 0)
        _ = entry.withCString { write(descriptor, $0, strlen($0)) }
        return DataFolderLock(descriptor: descriptor)
    }

    /// Tries for a fifth of a second: whoever only looks who has the folder holds it for a moment.
    private static func takes(_ descriptor: Int32) -> Bool {
        for _ in 0..<20 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            usleep(10_000)
        }
        return false
    }

    /// What the process that has the folder wrote into the lock; nil where nobody has it.
    package func currentHolder() -> String? {
        let descriptor = open(lockPath, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
        return holder()
    }

    private func holder() -> String {
        let text = (try? String(contentsOfFile: lockPath, encoding: .utf8)) ?? ""
        return text.isEmpty ? "another process" : text.trimmingCharacters(in: .newlines)
    }
}

/// The right to work in a data folder.
package final class DataFolderLock: Sendable {
    private let descriptor: Int32

    fileprivate init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }
}

/// Another process works in the data folder.
package struct DataFolderHeld: Error, CustomStringConvertible {
    package let path: String
    /// As that process introduced itself: duty, process, host, since when.
    package let holder: String

    package var description: String { "data folder '\(path)' is held by \(holder)" }
}

/// The data folder cannot be made or written to.
package struct DataFolderUnusable: Error, CustomStringConvertible {
    package let path: String
    package let reason: String

    package var description: String { "'\(path)' cannot be made or written to: \(reason)" }
}

extension CocoaError {
    /// What the system said, else what Foundation makes of it.
    fileprivate var reason: String {
        (underlying as? POSIXError).map { String(cString: strerror($0.code.rawValue)) } ?? localizedDescription
    }
}
