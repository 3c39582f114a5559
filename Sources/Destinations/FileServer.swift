import TidegateModel
import Transfer

/// A server of files that is logged into, with a folder of it and what is said about them.
protocol FileServer: Sendable {
    /// Whom sentences speak of.
    var name: String { get }
    /// As the server takes it: absolute, or relative to where the login lands; no slash at the end.
    var folder: String { get }

    /// Sorts the failure of a call that publishes nothing.
    func failure(_ error: TransferError, _ complaint: String) -> DeliveryError
}

extension FileServer {
    /// For people.
    var shownFolder: String { folder.isEmpty ? "~" : folder }

    func sentence(_ complaint: String, _ reason: String) -> String { "\(name) \(complaint), \(reason)" }

    /// Asks the server something, and sorts its failure for a call that publishes nothing.
    func call<Value>(
        _ complaint: String, _ work: () async throws(TransferError) -> Value
    ) async throws(DeliveryError) -> Value {
        do throws(TransferError) {
            return try await work()
        } catch {
            throw failure(error, complaint)
        }
    }

    /// - Parameter modifiedAt: seconds since 1970.
    func receipt(_ name: String, size: Int, modifiedAt: Int?) -> Receipt {
        Receipt(
            path: folder.isEmpty ? "." : folder, name: name, size: size,
            modifiedAt: modifiedAt.map { Instant(milliseconds: Int64($0) * 1000) }
        )
    }
}
