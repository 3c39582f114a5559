import CCurl
import Foundation

/// A thread that runs a task and carries out the task's HTTP requests itself, over connections of its own, while the task
/// waits for them.
///
/// For a conversation of many small calls, one after the other: no call changes threads. The task may block it for as long
/// as it likes, nobody else is on it.
package final class TransferThread: TaskExecutor, @unchecked Sendable {
    private let condition = NSCondition()
    private var jobs: [UnownedJob] = []
    private var isOver = false
    // Only the thread itself touches it, except for `curl_multi_wakeup`, which may come from any.
    private nonisolated(unsafe) let multi = TransferClient.makeMulti()

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        guard pthread_key_create(&key, nil) == 0 else { fatalError("no room for a thread's own value") }
        return key
    }()

    private init() {}

    /// Runs `body`, and whatever it calls that has no place of its own, on a new thread.
    package static func run<Value, Failure: Error>(
        _ name: String, _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let executor = TransferThread()
        let thread = Thread { executor.loop() }
        thread.name = name
        thread.stackSize = 8 << 20
        thread.start()
        defer { executor.end() }
        return try await withTaskExecutorPreference(executor, operation: body)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        condition.lock()
        jobs.append(job)
        condition.signal()
        condition.unlock()
    }

    private func end() {
        condition.lock()
        isOver = true
        condition.signal()
        condition.unlock()
    }

    private func loop() {
        pthread_setspecific(Self.key, Unmanaged.passUnretained(self).toOpaque())
        while let jobs = nextJobs() {
            for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
        curl_multi_cleanup(multi)
    }

    private func nextJobs() -> [UnownedJob]? {
        condition.lock()
        defer { condition.unlock() }
        while jobs.isEmpty {
            if isOver { return nil }
            condition.wait()
        }
        defer { jobs.removeAll(keepingCapacity: true) }
        return jobs
    }

    // MARK: Requests of its task

    /// The one that the caller is on.
    static var own: TransferThread? {
        pthread_getspecific(key).map { Unmanaged<TransferThread>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Lets go of a request that was cancelled; from any thread, while the task waits for it.
    func wake() {
        curl_multi_wakeup(multi)
    }

    /// Blocks until the request has come to its end.
    func carryOut(_ ride: Ride) -> Result<TransferAnswer, TransferError> {
        guard !ride.isCancelled else { return .failure(TransferError(.cancelled, "request was cancelled")) }
        do throws(TransferError) {
            let handle = try ride.prepare()
            guard curl_multi_add_handle(multi, handle) == CURLM_OK else {
                throw TransferError(.other, "no memory for a request")
            }
            let code = perform(ride)
            curl_multi_remove_handle(multi, handle)
            return ride.finish(code)
        } catch {
            return .failure(error)
        }
    }

    private func perform(_ ride: Ride) -> CURLcode {
        while true {
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            var left: Int32 = 0
            while let message = curl_multi_info_read(multi, &left) {
                if message.pointee.msg == CURLMSG_DONE { return ccurl_message_result(message) }
            }
            if ride.isCancelled { return CURLE_ABORTED_BY_CALLBACK }
            curl_multi_poll(multi, nil, 0, 1000, nil)
        }
    }
}
