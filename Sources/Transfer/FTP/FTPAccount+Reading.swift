/// What is in a folder of an FTP server, as far as a listing tells.
package struct FTPEntry: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case file, folder
        /// A link and the like.
        case other
    }

    package var name: String
    /// Nil where the server does not say.
    package var kind: Kind?
    package var status = FTPAccount.Status()

    init(name: String) {
        self.name = name
    }

    /// From a line of MLSD such as `type=file;size=3;modify=20260131235959; a b.csv`; nil for the folder itself and the one
    /// it is in.
    init?(facts line: String) {
        // By bytes: as characters, a space with a combining accent behind it is no space.
        let bytes = Array(line.utf8)
        guard let space = bytes.firstIndex(of: UInt8(ascii: " ")) else { return nil }
        name = String(decoding: bytes[(space + 1)...], as: UTF8.self)
        for fact in String(decoding: bytes[..<space], as: UTF8.self).split(separator: ";") {
            guard let equals = fact.firstIndex(of: "=") else { continue }
            let value = fact[fact.index(after: equals)...]
            switch fact[..<equals].lowercased() {
            case "type":
                if ["cdir", "pdir"].contains(value.lowercased()) { return nil }
                kind = value.lowercased() == "file" ? .file : value.lowercased() == "dir" ? .folder : .other
            case "size": status.size = Int(value)
            case "modify": status.modifiedAt = FTPAccount.seconds(String(value))
            default: break
            }
        }
    }
}

extension FTPAccount {
    /// What the server tells of each name, in their order, over one connection; nil for what has no size, as folders.
    ///
    /// A server that does not tell sizes at all is an error of the kind `other`.
    package func statuses(of names: [String], in folder: String) async throws(TransferError) -> [Status?] {
        var request = try request(folder, "", .commands, about: names)
        request.session?.after = ["TYPE I"] + names.flatMap { ["*SIZE \($0)", "*MDTM \($0)"] }
        let replies = try await TransferClient.shared.run(request).replies.suffix(2 * names.count)
        guard replies.count == 2 * names.count else { throw TransferError(.broken, "its answers are too few") }
        return try stride(from: replies.startIndex, to: replies.endIndex, by: 2).map { index throws(TransferError) in
            if replies[index].hasPrefix("50") { throw TransferError(.other, "it does not tell sizes") }
            let status = Self.status(replies[index...(index + 1)])
            return status.size == nil ? nil : status
        }
    }

    /// What was read, and what the server had around that.
    package struct Download: Hashable, Sendable {
        /// In bytes.
        package var received: Int
        /// As reading began, in seconds since 1970; nil where the server does not say.
        package var modifiedBefore: Int?
        package var after: Status
    }

    /// Reads a file, byte for byte, into another one that is open for writing.
    ///
    /// - Parameter most: more bytes than that are not taken: the error is `tooLarge` then.
    package func download(
        _ name: String, in folder: String, into descriptor: Int32, atMost most: Int
    ) async throws(TransferError) -> Download {
        var request = try request(folder, name, .download)
        request.target = .file(descriptor: descriptor, atMost: most)
        request.session?.after = ["*SIZE \(name)", "*MDTM \(name)"]
        let answer = try await TransferClient.shared.run(request)
        return Download(
            received: answer.received, modifiedBefore: answer.modifiedAt, after: Self.status(answer.replies)
        )
    }
}
