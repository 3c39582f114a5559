import Foundation

/// An empty folder of its own for one test, removed with everything in it when the last holder lets go.
package final class TemporaryFolder: Sendable {
    /// Absolute, without symbolic links, without a slash at the end.
    package let path: String

    package init() throws {
        let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appending(path: "tidegate-\(UUID().uuidString.lowercased())", directoryHint: .notDirectory)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        path = folder.path(percentEncoded: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of something below the folder, whether it is there or not.
    package func path(_ name: String) -> String {
        path + "/" + name
    }

    /// Makes a folder below this one.
    package func makeFolder(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
        return path(name)
    }

    /// Writes a file below this folder and returns its path.
    @discardableResult package func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
        try Data(Array(bytes)).write(to: URL(filePath: path(name)))
        return path(name)
    }

    @discardableResult package func write(_ text: String, to name: String) throws -> String {
        try write(text.utf8, to: name)
    }

    /// The bytes of a file below this folder.
    package func read(_ name: String) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(filePath: path(name))))
    }

    /// What is directly in the folder, hidden files too, sorted.
    package func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }
}
