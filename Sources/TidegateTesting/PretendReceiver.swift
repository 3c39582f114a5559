import Foundation
import TidegateModel
import Transfer

/// A receiver inside this process, with jobs and a list, for connectors that are made to break the contract.
final class PretendReceiver: Sendable {
    enum Wire: Sendable {
        case answer(TransferAnswer)
        /// The connection broke.
        case lost
        /// The caller was cancelled while nothing came.
        case givenUp
    }

    struct Job: Sendable {
        var contacts: [HeldContact]
        var appends: Bool
        var questions = 0
        var isDone = false
    }

    struct State: Sendable {
        var held: [HeldContact] = []
        var members: Set<String> = []
        var refused: Set<String> = []
        var requests: [FaultServer.SeenRequest] = []
        var problems: [String] = []
        var faults: [ReceiverFault] = []
        var jobs: [String: Job] = [:]
        var watchers: [(count: Int, wake: CheckedContinuation<Void, Never>)] = []
    }

    static let key = "pretend-key-0123456789"
    static let list = "list-1"
    let state = Locked(State())

    /// Notes a request; nil for a key that is not the right one.
    func arrive(_ method: String, _ path: String, _ key: String, size: Int = 0) -> Bool {
        let due = state.withLock { state in
            state.requests.append(
                FaultServer.SeenRequest(
                    method: method, path: path, target: path, headers: [], size: size, status: nil, counts: [:]))
            let due = state.watchers.filter { $0.count <= state.requests.count }
            state.watchers.removeAll { $0.count <= state.requests.count }
            return due.map(\.wake)
        }
        for wake in due { wake.resume() }
        return key == Self.key
    }

    func awaitRequests(_ count: Int) async {
        await withCheckedContinuation { wake in
            let isThere = state.withLock { state in
                if state.requests.count >= count { return true }
                state.watchers.append((count, wake))
                return false
            }
            if isThere { wake.resume() }
        }
    }

    /// Takes a batch as a job, or refuses it.
    func put(_ body: [UInt8], key: String, path: String = "/contacts", appends: Bool = false) async -> Wire {
        guard arrive("PUT", path, key, size: body.count) else { return .answer(TransferAnswer(status: 401)) }
        let fault = state.withLock { state in state.faults.isEmpty ? nil : state.faults.removeFirst() }
        switch fault {
        case .answer(let status, let headers, let text):
            let lower = headers.map { ($0.key.lowercased(), $0.value) }
            return .answer(
                TransferAnswer(
                    status: status, headers: Dictionary(uniqueKeysWithValues: lower), body: Array(text.utf8)))
        case .pauseInBody(let seconds): return .answer(TransferAnswer(status: 429, body: Array("\(seconds)".utf8)))
        case .keyRefused: return .answer(TransferAnswer(status: 401))
        case .quota: return .answer(TransferAnswer(status: 402))
        case .lostRequest: return .lost
        case .lostAnswer:
            _ = take(body, appends)
            return .lost
        case .unreadableAnswer:
            _ = take(body, appends)
            return .answer(TransferAnswer(status: 202, body: Array("<html>".utf8)))
        case .stall:
            for await _ in AsyncStream<Void>(unfolding: { await Self.never() }) {}
            return .givenUp
        case .unknownJob, nil: return .answer(take(body, appends))
        }
    }

    /// Returns once the task is cancelled.
    private static func never() async -> Void? {
        let (stream, end) = AsyncStream.makeStream(of: Void.self)
        await withTaskCancellationHandler {
            for await _ in stream {}
        } onCancel: {
            end.finish()
        }
        return nil
    }

    private func take(_ body: [UInt8], _ appends: Bool) -> TransferAnswer {
        struct Body: Decodable {
            struct Contact: Decodable {
                var email: String
                var note: String?
            }
            var contacts: [Contact]
        }
        guard let whole = try? JSONDecoder().decode(Body.self, from: Data(body)) else {
            return TransferAnswer(status: 418)
        }
        let sent = whole.contacts.map { HeldContact(identity: $0.email, text: $0.note) }
        return state.withLock { state in
            let bad = sent.indices.filter { state.refused.contains(sent[$0].identity) }
            guard bad.isEmpty else {
                let numbers = bad.map { "\($0)" }.joined(separator: ",")
                return TransferAnswer(status: 422, body: Array(numbers.utf8))
            }
            let id = "job-\(state.jobs.count + 1)"
            state.jobs[id] = Job(contacts: sent, appends: appends)
            return TransferAnswer(status: 202, body: Array(id.utf8))
        }
    }

    /// The job's contacts are counted at the second question, and held only from the third on, when it has ended.
    func question(_ job: String, key: String) -> Job? {
        _ = arrive("GET", "/jobs/\(job)", key)
        return state.withLock { state in
            if state.faults.first == .unknownJob {
                state.faults.removeFirst()
                return nil
            }
            guard var known = state.jobs[job] else { return nil }
            known.questions += 1
            if known.questions >= 3, !known.isDone {
                known.isDone = true
                for contact in known.contacts {
                    if !known.appends { state.held.removeAll { $0.identity == contact.identity } }
                    state.held.append(contact)
                }
            }
            state.jobs[job] = known
            return known
        }
    }

    func join(_ identity: String) {
        state.withLock { _ = $0.members.insert(identity) }
    }

    /// - Returns: whether all of them were on the list.
    func leave(_ identities: [String], key: String) -> Bool {
        _ = arrive("DELETE", "/list", key)
        return state.withLock { state in
            identities.map { state.members.remove($0) != nil }.allSatisfy { $0 }
        }
    }
}
