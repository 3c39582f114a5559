import Dispatch
import Foundation
import TidegateModel

/// A few threads of the server's own, on which handlers block for SQLite, so that no flood of requests ever takes the
/// threads that the scheduler's tasks run on, nor all of the store's readers.
final class WorkerThreads: TaskExecutor, Sendable {
    private let jobs = Locked<[UnownedJob]>([])
    private let waiting = DispatchSemaphore(value: 0)

    init(count: Int) {
        for number in 1...count {
            let thread = Thread { [self] in work() }
            thread.name = "server \(number)"
            thread.stackSize = 4 << 20
            thread.start()
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        waiting.signal()
    }

    private func work() {
        while true {
            waiting.wait()
            let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            job?.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
