import Engine
import Logging
import Server
import TidegateModel

/// The server beside a scheduler: neither goes on without the other.
struct Serving: Sendable {
    let server: HTTPServer
    /// Nil where the environment gives one.
    let token: KeptToken?
    let scheduler: Scheduler
    let logger: Logger

    /// Runs `body`, the scheduler's work, once the server takes requests, and stops serving when it has ended.
    ///
    /// - Throws: ``Failure`` where the address cannot be listened on, before anything is exported, or where the server ends
    ///   by itself, after the scheduler has stopped as it does when it is asked to.
    func during(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let (bound, binding) = AsyncStream<ListenAddress>.makeStream()
        let listening = Task {
            defer { binding.finish() }
            try await server.run { binding.yield($0) }
        }
        let watching = Task {
            do {
                try await listening.value
            } catch {
                logger.error("server not available, stopping", metadata: ["reason": "\(error)"])
                await scheduler.stop()
            }
        }
        if let address = await bound.first(where: { _ in true }) {
            announce(address)
            do {
                try await body()
            } catch {
                listening.cancel()
                throw error
            }
        }
        listening.cancel()
        await watching.value
        do {
            try await listening.value
        } catch HTTPServerFault.notListening(let address, let reason) {
            throw Failure(.wrongUsage, "address '\(address)' cannot be listened on: \(reason)")
        } catch {
            throw Failure(.runFailed, "\(error)")
        }
    }

    private func announce(_ address: ListenAddress) {
        logger.info("listening", metadata: ["address": "\(address)"])
        if !address.isLoopback {
            logger.notice("listening beyond this machine: a proxy in front is to speak TLS")
        }
        guard let token else { return }
        if token.wasOpen { logger.warning("token file closed to its group", metadata: ["path": "\(token.path)"]) }
        logger.info(token.isNew ? "token made" : "token kept", metadata: ["path": "\(token.path)"])
    }
}
