import Foundation

/// Holds a site's data folder as a scheduler does that hangs: it has the lock and does nothing.
final class HeldFolder {
    private let descriptor: Int32

    /// The folder must be there.
    init(_ site: Site) throws {
        descriptor = open(site.folder.path("data/tidegate.lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw Unexpected(text: "data folder is held")
        }
        let entry = "tidegate run, process 1 on elsewhere, since 2026-11-21T02:00:00Z\n"
        ftruncate(descriptor, 0)
        _ = entry.withCString { write(descriptor, $0, strlen($0)) }
    }

    /// Ends as a killed process does.
    func letGo() {
        flock(descriptor, LOCK_UN)
    }

    deinit {
        close(descriptor)
    }
}
