import CCurl
import Foundation

/// Carries out requests, all on one thread that shares its connections among them; those of a task on a `TransferThread` on
/// that one.
package final class TransferClient: Sendable {
    private struct Job: Sendable {
        let ride: Ride
        let done: CheckedContinuation<Result<TransferAnswer, TransferError>, Never>
    }

    private struct Queue: Sendable {
        var waiting: [Job] = []
        var isRunning = false
    }

    private let queue = Guarded(Queue())
    // Only the client's own thread touches it, except for `curl_multi_wakeup`, which may come from any.
    private nonisolated(unsafe) let multi: UnsafeMutableRawPointer

    private static let preparation: Void = {
        curl_global_init(Int(CURL_GLOBAL_DEFAULT))
        signal(SIGPIPE, SIG_IGN)
    }()

    private init() {
        multi = Self.makeMulti()
        ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 32)
    }

    static func makeMulti() -> UnsafeMutableRawPointer {
        _ = preparation
        guard let multi = curl_multi_init() else { fatalError("no memory for libcurl") }
        return multi
    }

    /// For everything in this process: connections are shared, and the thread lives as long as the process.
    package static let shared = TransferClient()

    private static let overSSH = Guarded<[String: TransferClient]>([:])

    /// For one SSH server, by its host and port.
    ///
    /// Over SSH libcurl waits for the answers to closing a file and to disconnecting without doing anything else meanwhile:
    /// a server that falls silent then would keep everybody's transfers waiting, and so keeps only its own.
    static func ssh(_ server: String) -> TransferClient {
        overSSH.withLock { clients in
            let client = clients[server] ?? TransferClient()
            clients[server] = client
            return client
        }
    }

    /// Carries out one request. A cancelled task's request is dropped at once.
    package func run(_ request: TransferRequest) async throws(TransferError) -> TransferAnswer {
        if request.session?.ftp != nil { return try await runAlone(request) }
        let ride = Ride(request)
        if request.session == nil, let thread = TransferThread.own {
            return try await withTaskCancellationHandler {
                thread.carryOut(ride)
            } onCancel: {
                ride.cancel()
                thread.wake()
            }.get()
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isNew = queue.withLock { queue in
                    queue.waiting.append(Job(ride: ride, done: continuation))
                    defer { queue.isRunning = true }
                    return !queue.isRunning
                }
                if isNew { Thread.detachNewThread { [self] in loop() } }
                curl_multi_wakeup(multi)
            }
        } onCancel: {
            ride.cancel()
            curl_multi_wakeup(multi)
        }
        return try result.get()
    }

    private func loop() -> Never {
        var riding: [UnsafeMutableRawPointer: Job] = [:]
        while true {
            for job in takeWaiting() { start(job, &riding) }
            for (handle, job) in riding where job.ride.isCancelled {
                end(handle, CURLE_ABORTED_BY_CALLBACK, &riding)
            }
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            var left: Int32 = 0
            while let message = curl_multi_info_read(multi, &left) {
                guard message.pointee.msg == CURLMSG_DONE, let handle = ccurl_message_handle(message) else { continue }
                end(handle, ccurl_message_result(message), &riding)
            }
            if queue.withLock({ $0.waiting.isEmpty }) { curl_multi_poll(multi, nil, 0, 1000, nil) }
        }
    }

    private func takeWaiting() -> [Job] {
        queue.withLock { queue in
            defer { queue.waiting = [] }
            return queue.waiting
        }
    }

    private func start(_ job: Job, _ riding: inout [UnsafeMutableRawPointer: Job]) {
        guard !job.ride.isCancelled else {
            return job.done.resume(returning: .failure(TransferError(.cancelled, "request was cancelled")))
        }
        do throws(TransferError) {
            let handle = try job.ride.prepare()
            guard curl_multi_add_handle(multi, handle) == CURLM_OK else {
                throw TransferError(.other, "no memory for a request")
            }
            riding[handle] = job
        } catch {
            job.done.resume(returning: .failure(error))
        }
    }

    private func end(
        _ handle: UnsafeMutableRawPointer, _ code: CURLcode, _ riding: inout [UnsafeMutableRawPointer: Job]
    ) {
        guard let job = riding.removeValue(forKey: handle) else { return }
        curl_multi_remove_handle(multi, handle)
        job.done.resume(returning: job.ride.finish(code))
    }
}

/// A value that several threads share.
final class Guarded<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) {
        self.value = value
    }

    func withLock<Answer>(_ body: (inout Value) -> Answer) -> Answer {
        lock.lock()
        defer { lock.unlock() }
        return body(&value)
    }
}
