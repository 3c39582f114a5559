import Dispatch
import TidegateModel

/// Whether the task that waits for blocking work was cancelled.
final class Cancellation: Sendable {
    private let isCancelled = Locked(false)

    func cancel() {
        isCancelled.withLock { $0 = true }
    }

    func check() throws(DeliveryError) {
        if isCancelled.withLock({ $0 }) { throw .cancelled }
    }
}

/// Runs work that blocks, such as copying and syncing files, on a thread that others do not wait for.
///
/// The work looks at its cancellation itself, where it can stop and leave nothing behind.
func blocking<Value: Sendable>(
    _ work: @escaping @Sendable (Cancellation) throws(DeliveryError) -> Value
) async throws(DeliveryError) -> Value {
    let cancellation = Cancellation()
    let result: Result<Value, DeliveryError> = await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                do throws(DeliveryError) {
                    continuation.resume(returning: .success(try work(cancellation)))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
    } onCancel: {
        cancellation.cancel()
    }
    return try result.get()
}
