import Glibc
import TidegateModel

/// Which files a source means.
enum SourceFiles {
    /// The files in reading order, which is by name, so that of two rows with one key the one of the later file wins.
    ///
    /// Throws where there is none.
    static func paths(of source: Source) throws(ProfileError) -> [String] {
        var status = stat()
        if stat(source.from, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else { return [source.from] }
            return try inFolder(of: source)
        }
        let code = errno
        guard source.from.contains(where: { "*?[".contains($0) }) else {
            throw unreadable(source, source.from, code)
        }
        return try matches(of: source)
    }

    static func unreadable(_ source: Source, _ path: String, _ code: Int32) -> ProfileError {
        let sentence = "source '\(source.name)' cannot read '\(path)': \(reason(code))"
        return code == EIO || code == EMFILE || code == ENFILE ? .transient(sentence) : .rejected(sentence)
    }

    /// Bytes on disk; 0 where it cannot be told.
    static func size(of path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }

    private static func inFolder(of source: Source) throws(ProfileError) -> [String] {
        guard let folder = opendir(source.from) else { throw unreadable(source, source.from, errno) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix("."), hasExtension(name, of: source.format) { names.append(name) }
        }
        let base = source.from.hasSuffix("/") ? source.from : source.from + "/"
        let paths = names.map { base + $0 }.filter(isFile)
        guard !paths.isEmpty else {
            let wanted = extensions(of: source.format).map { "*.\($0)" }.joined(separator: ", ")
            throw .rejected(
                "source '\(source.name)' finds no file (\(wanted), or with .gz or .zst) in '\(source.from)'"
            )
        }
        return inOrder(paths)
    }

    private static func matches(of source: Source) throws(ProfileError) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        let code = glob(source.from, 0, nil, &found)
        guard code == 0 || code == GLOB_NOMATCH else {
            throw .rejected("source '\(source.name)' cannot search '\(source.from)'")
        }
        let paths = (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }.filter(
            isFile
        )
        guard !paths.isEmpty else { throw .rejected("source '\(source.name)' finds no file like '\(source.from)'") }
        return inOrder(paths)
    }

    private static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
    }

    /// By bytes, the same on every machine.
    private static func inOrder(_ paths: [String]) -> [String] {
        paths.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }

    private static func extensions(of format: Source.Format) -> [String] {
        switch format {
        case .csv: ["csv"]
        case .jsonl: ["jsonl", "ndjson"]
        case .audienceManager: []
        }
    }

    private static func hasExtension(_ name: String, of format: Source.Format) -> Bool {
        var name = name.lowercased()
        for suffix in [".gz", ".zst"] where name.hasSuffix(suffix) { name.removeLast(suffix.utf8.count) }
        return extensions(of: format).contains { name.hasSuffix(".\($0)") }
    }
}

/// What the system says about an error number.
func reason(_ code: Int32) -> String {
    var text = [CChar](repeating: 0, count: 256)
    strerror_r(code, &text, text.count)
    return text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
}

extension Source {
    /// The files that an ingest would read now, in reading order.
    ///
    /// - Throws: where there is none.
    package func foundFiles() throws(ProfileError) -> [String] {
        try SourceFiles.paths(of: self)
    }
}
