import Foundation
import TidegateModel

/// A folder on this machine, made where it is missing.
///
/// On the staged file's own file system a file is published without a copy: it gets a second, hidden name in the folder (a
/// hard link), which is then renamed. The staged file keeps its own name, so that a retry publishes the same bytes. Elsewhere,
/// and where links are not possible, it is copied under the hidden name first. Published files have the permissions of the
/// staged ones.
///
/// Whatever happens, nothing outside the folder is written: names that lead out are rejected, and a symbolic link in the
/// folder is replaced, never followed. The folder itself may be reached over links.
///
/// A full disk is transient. A folder that is not writable or no folder, a read-only file system and a name taken by a folder
/// are rejected: a person must act. After publishing, a folder that cannot be synced leaves the delivery uncertain.
package struct DirectoryDestination: FileDestination {
    /// How bytes come into the folder.
    package enum Placing: Hashable, Sendable {
        /// By a hard link where that is possible, else by a copy.
        case link
        /// Always by a copy, for readers that write to the files they find.
        case copy
    }

    private let path: String
    private let placing: Placing

    /// - Parameter path: absolute.
    package init(path: String, placing: Placing = .link) {
        self.path = path
        self.placing = placing
    }

    package var traits: FileDestinationTraits { [.replacesAtomically, .findsReceipts, .writesHiddenFiles] }

    package func check() async throws(DeliveryError) -> String {
        try await blocking { _ throws(DeliveryError) in try probe() }
    }

    package func deliver(_ file: StagedFile, fence: Fence) async throws(DeliveryError) -> Receipt {
        try refuseUnfit(file.name)
        return try await blocking { cancellation throws(DeliveryError) in try publish(file, fence, cancellation) }
    }

    package func receipt(for name: String) async throws(DeliveryError) -> Receipt? {
        try refuseUnfit(name)
        return try await blocking { _ throws(DeliveryError) in
            guard let folder = try Folder(existing: path), let status = try folder.status(of: name), status.isFile
            else {
                return nil
            }
            return receipt(name, status)
        }
    }

    package func sweep(before fence: Fence) async throws(DeliveryError) -> Int {
        try await blocking { _ throws(DeliveryError) in
            guard let folder = try Folder(existing: path) else { return 0 }
            var swept = 0
            for name in try folder.names() {
                guard let left = TemporaryName(text: name)?.fence, left.run == fence.run, left.attempt < fence.attempt
                else { continue }
                try folder.remove(name)
                swept += 1
            }
            return swept
        }
    }

    package func remove(_ name: String) async throws(DeliveryError) {
        try refuseUnfit(name)
        try await blocking { _ throws(DeliveryError) in
            guard let folder = try Folder(existing: path) else { return }
            try folder.remove(name)
            try folder.sync()
        }
    }

    private func refuseUnfit(_ name: String) throws(DeliveryError) {
        guard let problem = FileName.problem(with: name) else { return }
        throw .rejected("file name '\(FileName.printable(name))' \(problem)")
    }

    private func receipt(_ name: String, _ status: FileStatus) -> Receipt {
        Receipt(path: path, name: name, size: status.size, modifiedAt: status.modifiedAt)
    }
}

extension DirectoryDestination {
    private func publish(
        _ file: StagedFile,
        _ fence: Fence,
        _ cancellation: Cancellation
    ) throws(DeliveryError) -> Receipt {
        try cancellation.check()
        let staged = try StagedBytes(file)
        let folder = try Folder(making: path)
        let hidden = TemporaryName(fence, for: file.name).text
        try folder.remove(hidden)
        let placed: FileStatus
        do {
            try place(staged, as: hidden, in: folder, cancellation)
            placed = try verified(hidden, file, in: folder)
            try cancellation.check()
            try folder.rename(hidden, to: file.name)
        } catch {
            folder.discard(hidden)
            throw error
        }
        // Renaming one link of a file over another does nothing, so after a repeat the hidden name is still there.
        folder.discard(hidden)
        try confirm(file, in: folder)
        return receipt(file.name, placed)
    }

    private func place(
        _ staged: borrowing StagedBytes,
        as hidden: String,
        in folder: borrowing Folder,
        _ cancellation: Cancellation
    ) throws(DeliveryError) {
        if placing == .link, try folder.link(staged, as: hidden) { return }
        try folder.copy(staged, as: hidden, cancellation)
    }

    /// The status of the hidden file once it is whole and on the disk.
    private func verified(
        _ hidden: String,
        _ file: StagedFile,
        in folder: borrowing Folder
    ) throws(DeliveryError) -> FileStatus {
        let status = try folder.syncFile(hidden)
        guard status.isFile, status.size == file.size else {
            throw .transient("folder '\(path)' got \(status.size) bytes of '\(file.name)', which has \(file.size)")
        }
        return status
    }

    /// Makes the new name durable, and looks at what has it.
    ///
    /// A reader may have taken the file away already.
    private func confirm(_ file: StagedFile, in folder: borrowing Folder) throws(DeliveryError) {
        let status: FileStatus?
        do {
            try folder.sync()
            status = try folder.status(of: file.name)
        } catch {
            throw .uncertain("folder '\(path)' took '\(file.name)' and then did not answer")
        }
        if let status, status.size != file.size {
            throw .uncertain("folder '\(path)' has \(status.size) bytes of '\(file.name)', which has \(file.size)")
        }
    }

    private func probe() throws(DeliveryError) -> String {
        var made: [String] = []
        defer { for folder in made.reversed() { rmdir(folder) } }
        let folder = try Folder(making: path, &made)
        try folder.probe()
        let found = made.isEmpty ? "is writable" : "is missing and can be made"
        return "folder '\(path)' \(found), \(try folder.freeSpace()) free"
    }
}
