import Foundation
import TidegateModel

/// A folder on this machine that others drop files into.
///
/// Fetching always copies: whoever writes on in the file must not change what was fetched. Links are not followed, so that
/// nobody has files read that he may not read himself; the folder itself may be reached over links.
struct FolderDropOff: DropOffPlace {
    /// Absolute.
    let path: String

    private var place: String { "folder '\(path)'" }

    func look() async throws(DeliveryError) -> DropOffLook {
        try await blocking { cancellation throws(DeliveryError) in
            let root = try existing()
            var look = DropOffLook()
            for name in try root.names() where name != DropOffPath.rejected {
                try cancellation.check()
                if DropOffPath.isDated(name), let folder = try root.folder(name) {
                    for inner in try folder.names() { try add(inner, of: folder, name + "/", to: &look) }
                } else {
                    try add(name, of: root, "", to: &look)
                }
            }
            return look.inOrder()
        }
    }

    func fetch(_ file: DroppedFile, to path: String) async throws(DeliveryError) {
        let name = try DropOffPath.of(file.name)
        try await FetchTarget.fill(path) { (descriptor) throws(DeliveryError) in
            try await blocking { cancellation throws(DeliveryError) in
                guard let input = try folder(of: name)?.input(name.leaf) else {
                    throw .gone(file.name, from: place)
                }
                let complaint = "\(place) does not let '\(FileName.printable(file.name))' be read"
                guard file.isStill(try input.status(complaint)) else { throw .changed(file.name, in: place) }
                let count = try input.copy(to: descriptor, atMost: file.size + 1, complaint, cancellation)
                guard count == file.size, file.isStill(try input.status(complaint)) else {
                    throw .changed(file.name, in: place)
                }
            }
        }
    }

    func put(_ bytes: [UInt8], as name: String) async throws(DeliveryError) {
        let name = try DropOffPath.of(name)
        let hidden = name.hidden(UUID().uuidString.lowercased()).leaf
        try await blocking { _ throws(DeliveryError) in
            let folder = try making(name)
            do throws(DeliveryError) {
                try folder.write(bytes, as: hidden)
                try folder.rename(hidden, to: name.leaf)
            } catch {
                folder.discard(hidden)
                throw error
            }
            try folder.sync()
        }
    }

    func reject(_ file: DroppedFile, as rejected: String) async throws(DeliveryError) {
        let (name, new) = (try DropOffPath.of(file.name), try DropOffPath.ofRejected(rejected))
        try await blocking { _ throws(DeliveryError) in
            guard let folder = try folder(of: name), let status = try folder.status(of: name.leaf) else {
                if try self.folder(of: new)?.status(of: new.leaf)?.isFile == true { return }
                throw .gone(file.name, from: place)
            }
            guard file.isStill(status) else { throw .changed(file.name, in: place) }
            let target = try making(new)
            try folder.move(name.leaf, to: target, as: new.leaf)
            try target.sync()
            try folder.sync()
        }
    }

    func remove(_ file: DroppedFile) async throws(DeliveryError) {
        let name = try DropOffPath.of(file.name)
        try await blocking { _ throws(DeliveryError) in
            guard let folder = try folder(of: name), let status = try folder.status(of: name.leaf),
                file.isStill(status)
            else { return }
            try folder.remove(name.leaf)
            try folder.sync()
        }
    }

    func check() async throws(DeliveryError) -> String {
        let count = try await files().count
        return "\(place) can be read, \(count) \(count == 1 ? "file is" : "files are") in it"
    }
}

extension FolderDropOff {
    private func existing() throws(DeliveryError) -> Folder {
        guard let folder = try Folder(existing: path) else { throw .rejected("\(place) is not there") }
        return folder
    }

    /// Nil where it is not there.
    private func folder(of name: DropOffPath) throws(DeliveryError) -> Folder? {
        var folder = try existing()
        for part in name.folders {
            guard let inner = try folder.folder(part) else { return nil }
            folder = inner
        }
        return folder
    }

    private func making(_ name: DropOffPath) throws(DeliveryError) -> Folder {
        var folder = try existing()
        for part in name.folders { folder = try folder.making(part) }
        return folder
    }

    private func add(
        _ name: String, of folder: borrowing Folder, _ head: String, to look: inout DropOffLook
    ) throws(DeliveryError) {
        let isUnnameable = DropOffPath.isUnnameable(name)
        guard isUnnameable || DropOffPath.isShown(name) else { return }
        guard let status = try folder.status(of: name) else { return look.miss(name) }
        guard status.isFile else { return }
        if isUnnameable { look.unnameable += 1 } else { look.files.append(dropped(head + name, status)) }
    }

    private func dropped(_ name: String, _ status: FileStatus) -> DroppedFile {
        DroppedFile(name: name, size: Int64(status.size), modifiedAt: status.modifiedAt, isWhole: false)
    }
}

extension DroppedFile {
    fileprivate func isStill(_ status: FileStatus) -> Bool {
        status.isFile && Int64(status.size) == size && (modifiedAt == nil || status.modifiedAt == modifiedAt)
    }
}
