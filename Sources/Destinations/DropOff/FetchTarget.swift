import Foundation
import TidegateModel

/// A new file of this machine that gets the bytes of a dropped one.
enum FetchTarget {
    /// Makes the file and lets `work` fill it; it goes again where that fails.
    static func fill(
        _ path: String, _ work: (_ descriptor: Int32) async throws(DeliveryError) -> Void
    ) async throws(DeliveryError) {
        let complaint = "file '\(path)' cannot be made"
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let descriptor = try system(complaint) { open(path, flags, 0o600) }
        defer { close(descriptor) }
        do throws(DeliveryError) {
            try await work(descriptor)
        } catch {
            unlink(path)
            throw error
        }
    }
}
