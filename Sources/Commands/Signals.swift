import Dispatch
import Engine
import Foundation
import Logging
import TidegateModel

/// SIGTERM and SIGINT stop gracefully and, the second time, abruptly; SIGHUP re-reads the job files.
final class SignalWatch: Sendable {
    private let sources: Locked<[any DispatchSourceSignal]>

    init(scheduler: Scheduler, logger: Logger, reread: @escaping @Sendable () throws -> Declaration) {
        let queue = DispatchQueue(label: "tidegate.signals")
        let asked = Locked(0)
        let stop: @Sendable () -> Void = {
            let times = asked.withLock { count in
                count += 1
                return count
            }
            if times > 1 { _exit(130) }
            logger.notice("stopping: taking no more work")
            Task { await scheduler.stop() }
        }
        let reload: @Sendable () -> Void = {
            Task {
                do {
                    let declaration = try reread()
                    var changes = 0
                    if let spec = declaration.spec {
                        changes = try await scheduler.apply(spec, files: declaration.files, actor: "SIGHUP").count
                    }
                    logger.notice("job files re-read", metadata: ["changes": "\(changes)"])
                } catch {
                    logger.error("job files not re-read, the old ones stay in force: \(error)")
                }
            }
        }
        let handlers = [(SIGTERM, stop), (SIGINT, stop), (SIGHUP, reload)]
        let watched = DispatchGroup()
        sources = Locked(
            handlers.map { number, handler in
                let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
                source.setEventHandler(handler: handler)
                watched.enter()
                source.setRegistrationHandler { watched.leave() }
                source.resume()
                return source
            }
        )
        // A signal before this has its ordinary effect, one after it is seen; none is lost in between.
        watched.wait()
        signal(SIGPIPE, SIG_IGN)
    }

    func stop() {
        sources.withLock { sources in
            for source in sources { source.cancel() }
        }
    }
}
