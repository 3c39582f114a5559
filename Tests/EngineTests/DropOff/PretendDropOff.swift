import Destinations
import Foundation
import TidegateModel

/// A drop-off in memory that fails when a test wants it to, and keeps what was asked of it.
final class PretendDropOff: DropOffPlace {
    enum Deed: String { case fetch, put, reject, remove }

    struct Entry: Equatable {
        var bytes: [UInt8]
        var modifiedAt: Instant?
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var isWhole = false
        var unnameable = 0
        var failures: [Deed: [DeliveryError]] = [:]
        var deeds: [String] = []
    }

    private let state = Locked(State())

    func drop(_ bytes: some Sequence<UInt8>, _ name: String, at time: Instant?) {
        state.withLock { $0.entries[name] = Entry(bytes: Array(bytes), modifiedAt: time) }
    }

    func take(_ name: String) { state.withLock { $0.entries[name] = nil } }

    /// As `mv` would: with its time.
    func move(_ name: String, to new: String) {
        state.withLock { $0.entries[new] = $0.entries.removeValue(forKey: name) }
    }

    func hide(_ count: Int) { state.withLock { $0.unnameable = count } }

    func showWhole() { state.withLock { $0.isWhole = true } }

    /// The next calls of that kind end so.
    func fail(_ deed: Deed, _ errors: DeliveryError...) { state.withLock { $0.failures[deed] = errors } }

    var names: [String] { state.withLock { $0.entries.keys.sorted() } }
    /// What was done, in order: `fetch a`.
    var deeds: [String] { state.withLock { $0.deeds } }

    func text(_ name: String) -> String? {
        state.withLock { $0.entries[name].map { String(decoding: $0.bytes, as: UTF8.self) } }
    }

    func look() async throws(DeliveryError) -> DropOffLook {
        let files = state.withLock { state in
            state.entries.filter { !$0.key.hasPrefix("rejected/") }.map { name, entry in
                DroppedFile(
                    name: name, size: Int64(entry.bytes.count), modifiedAt: entry.modifiedAt, isWhole: state.isWhole)
            }
        }
        return DropOffLook(files: files, unnameable: state.withLock { $0.unnameable })
    }

    func fetch(_ file: DroppedFile, to path: String) async throws(DeliveryError) {
        try begin(.fetch, file.name)
        guard let entry = current(file) else { throw .transient("it changed") }
        try? Data(entry.bytes).write(to: URL(filePath: path))
    }

    func put(_ bytes: [UInt8], as name: String) async throws(DeliveryError) {
        try begin(.put, name)
        state.withLock { $0.entries[name] = Entry(bytes: bytes, modifiedAt: nil) }
    }

    func reject(_ file: DroppedFile, as name: String) async throws(DeliveryError) {
        try begin(.reject, name)
        guard state.withLock({ $0.entries[file.name] }) != nil else {
            if state.withLock({ $0.entries[name] }) != nil { return }
            throw .transient("it is gone")
        }
        guard current(file) != nil else { throw .transient("it changed") }
        move(file.name, to: name)
    }

    func remove(_ file: DroppedFile) async throws(DeliveryError) {
        try begin(.remove, file.name)
        if current(file) != nil { take(file.name) }
    }

    func check() async throws(DeliveryError) -> String { "fine" }

    private func current(_ file: DroppedFile) -> Entry? {
        state.withLock { state in
            state.entries[file.name].flatMap {
                Int64($0.bytes.count) == file.size && $0.modifiedAt == file.modifiedAt ? $0 : nil
            }
        }
    }

    private func begin(_ deed: Deed, _ name: String) throws(DeliveryError) {
        let failure = state.withLock { state -> DeliveryError? in
            state.deeds.append("\(deed.rawValue) \(name)")
            guard state.failures[deed]?.isEmpty == false else { return nil }
            return state.failures[deed]?.removeFirst()
        }
        if let failure { throw failure }
        guard name.split(separator: "/").allSatisfy({ $0.utf8.count <= 255 }) else {
            throw .rejected("name is too long")
        }
    }
}
