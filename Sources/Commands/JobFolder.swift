import Foundation
import JobFiles

/// The jobs folder on disk.
struct JobFolder {
    let path: String

    /// Reads every `*.yaml` and `*.yml` below the folder, at any depth, hidden ones left out.
    ///
    /// - Throws: ``Failure`` where the folder or a file cannot be read.
    func read() throws -> JobFileReading {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            throw Failure(.badInput, "jobs folder '\(path)' is not there")
        }
        let files = try names().map(file)
        guard !files.isEmpty else { throw Failure(.badInput, "jobs folder '\(path)' has no *.yaml file") }
        return JobFileReader.read(files, jobsPath: path)
    }

    private func names() throws -> [String] {
        do {
            return try FileManager.default.subpathsOfDirectory(atPath: path)
                .filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
                .filter { !$0.split(separator: "/").contains { $0.hasPrefix(".") } }
                .sorted()
        } catch {
            throw Failure(.badInput, "jobs folder '\(path)' cannot be read")
        }
    }

    private func file(_ name: String) throws -> JobFile {
        let shown = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
        guard let data = FileManager.default.contents(atPath: shown) else {
            throw Failure(.badInput, "job file '\(shown)' cannot be read")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw Failure(.badInput, "job file '\(shown)' is not UTF-8")
        }
        let folder = URL(filePath: shown).standardizedFileURL.deletingLastPathComponent().path(percentEncoded: false)
        return JobFile(path: shown, folder: folder, text: text)
    }
}

extension JobFileReading {
    /// Every finding with its line and caret.
    var text: String { findings.map(\.description).joined(separator: "\n") }
}
