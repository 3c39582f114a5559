import Dispatch
import Foundation
import TidegateModel

/// A few threads of the server's own, on which handlers block for SQLite, so that no flood of requests ever takes the
/// threads that the scheduler's tasks run on, nor all of the store's readers. They end with the last task that prefers
/// them.
final class WorkerThreads: TaskExecutor, Sendable {
    private let line = Line()

    init(count: Int) {
        for number in 1...count {
            let thread = Thread { [line] in line.work() }
            thread.name = "server \(number)"
            thread.stackSize = 4 << 20
            thread.start()
        }
        line.threads.withLock { $0 = count }
    }

    deinit {
        line.end()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        line.add(UnownedJob(job), for: self)
    }

    /// What waits for a thread. A job keeps its executor, and so its threads, until it has run.
    private final class Line: Sendable {
        let threads = Locked(0)
        private let jobs = Locked<[(job: UnownedJob, executor: WorkerThreads)]>([])
        private let waiting = DispatchSemaphore(value: 0)

        func add(_ job: UnownedJob, for executor: WorkerThreads) {
            jobs.withLock { $0.append((job, executor)) }
            waiting.signal()
        }

        /// Nobody is left who could add a job.
        func end() {
            for _ in 0..<threads.withLock({ $0 }) { waiting.signal() }
        }

        func work() {
            while true {
                waiting.wait()
                guard let next = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { return }
                next.job.runSynchronously(on: next.executor.asUnownedTaskExecutor())
            }
        }
    }
}
