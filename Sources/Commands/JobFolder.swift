import Digests
import Foundation
import JobFiles
import TidegateModel

/// The jobs folder on disk.
struct JobFolder {
    let path: String

    func read() throws -> JobFileReading {
        var reading = JobFileReader.read(try files(), jobsPath: path)
        let misencoded = try names().compactMap(misencoding(in:))
        if !misencoded.isEmpty {
            reading.spec = nil
            reading.findings = misencoded + reading.findings
        }
        return reading
    }

    /// Where a file stops being UTF-8; nil where all of it is.
    private func misencoding(in name: String) -> Finding? {
        let shown = self.shown(name)
        guard let data = FileManager.default.contents(atPath: shown), String(validating: data, as: UTF8.self) == nil
        else {
            return nil
        }
        for (index, line) in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            guard String(validating: line, as: UTF8.self) == nil else { continue }
            let sound = (0..<line.count).last { String(validating: line.prefix($0), as: UTF8.self) != nil } ?? 0
            let column = String(decoding: line.prefix(sound), as: UTF8.self).unicodeScalars.count + 1
            let diagnostic = Diagnostic(
                path: shown, line: index + 1, column: column, message: "text is not UTF-8 from here on")
            return Finding(diagnostic: diagnostic, excerpt: "")
        }
        return nil
    }

    private func shown(_ name: String) -> String {
        path.hasSuffix("/") ? path + name : "\(path)/\(name)"
    }

    /// Every `*.yaml` and `*.yml` below the folder, at any depth, hidden ones left out.
    ///
    /// - Throws: ``Failure`` where the folder or a file cannot be read.
    func files() throws -> [JobFile] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            throw Failure(.badInput, "jobs folder '\(path)' is not there")
        }
        let files = try names().map(file)
        guard !files.isEmpty else { throw Failure(.badInput, "jobs folder '\(path)' has no *.yaml file") }
        return files
    }

    /// SHA-256 over everything that the reading of the files depends on; however the folder is named.
    static func digest(of files: [JobFile]) -> String {
        var digest = SHA256Stream()
        for part in [Version.current] + files.flatMap({ [$0.folder, name(of: $0), $0.text] }) {
            var part = part
            part.withUTF8 { text in
                withUnsafeBytes(of: text.count) { digest.update($0) }
                digest.update(UnsafeRawBufferPointer(text))
            }
        }
        return digest.finish()
    }

    private static func name(of file: JobFile) -> String {
        String(file.path[(file.path.lastIndex(of: "/").map(file.path.index(after:)) ?? file.path.startIndex)...])
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
        let shown = shown(name)
        guard let data = FileManager.default.contents(atPath: shown) else {
            throw Failure(.badInput, "job file '\(shown)' cannot be read")
        }
        // What is not UTF-8 is reported beside everything else that is wrong.
        let text = String(decoding: data, as: UTF8.self)
        let folder = URL(filePath: shown).standardizedFileURL.deletingLastPathComponent().path(percentEncoded: false)
        return JobFile(path: shown, folder: folder, text: text)
    }
}

extension JobFileReading {
    /// Every finding with its line and caret.
    var text: String { findings.map(\.description).joined(separator: "\n") }
}
