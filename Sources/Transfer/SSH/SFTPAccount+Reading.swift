extension SFTPAccount {
    /// What is in a folder.
    package struct Entry: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            case file, folder
            /// A link, a pipe and the like.
            case other
        }

        package var name: String
        package var kind: Kind
    }

    /// Everything in a folder, hidden names too, in no order; nil where it is not there.
    package func entries(in folder: String) async throws(TransferError) -> [Entry]? {
        guard let names = try await lines(.list, of: folder), let lines = try await lines(.describe, of: folder) else {
            return nil
        }
        var entries: [Entry] = []
        for (index, name) in names.enumerated() where name != "." && name != ".." {
            let line = names.count == lines.count ? lines[index] : ""
            if let kind = Self.kind(of: name, line) {
                entries.append(Entry(name: name, kind: kind))
            } else if let kind = try await kind(of: folder.isEmpty ? name : "\(folder)/\(name)") {
                entries.append(Entry(name: name, kind: kind))
            }
        }
        return entries
    }

    /// From a server's own line, which for people is as `ls -l` has it; nil where it is another's or tells nothing.
    private static func kind(of name: String, _ line: String) -> Entry.Kind? {
        guard let first = line.utf8.first else { return nil }
        if first == UInt8(ascii: "l") { return line.utf8.count > name.utf8.count ? .other : nil }
        guard line.utf8.suffix(name.utf8.count + 1).elementsEqual(" \(name)".utf8) else { return nil }
        return switch first {
        case UInt8(ascii: "-"): .file
        case UInt8(ascii: "d"): .folder
        case UInt8(ascii: "p"), UInt8(ascii: "s"), UInt8(ascii: "b"), UInt8(ascii: "c"): .other
        default: nil
        }
    }

    /// As two questions tell, which see no difference between a link and what it leads to; nil where there is nothing.
    private func kind(of path: String) async throws(TransferError) -> Entry.Kind? {
        guard try await status(of: path) != nil else { return nil }
        return try await hasFolder(path) ? .folder : .file
    }

    /// Reads a file into another one that is open for writing.
    ///
    /// Not for a file without bytes: over a connection that was used before, libcurl takes that for a failure.
    ///
    /// - Parameter most: more bytes than that are not taken: the error is `tooLarge` then.
    /// - Returns: the bytes read, and when the file had been written last as reading began; nil where there is none.
    package func download(
        _ path: String, into descriptor: Int32, atMost most: Int
    ) async throws(TransferError) -> Status? {
        var request = request(path)
        request.session?.action = .download
        request.target = .file(descriptor: descriptor, atMost: most)
        guard let answer = try await found(request) else { return nil }
        return Status(size: answer.received, modifiedAt: answer.modifiedAt)
    }
}
