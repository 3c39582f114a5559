import Digests
import Foundation
import TidegateModel
import Transfer

/// How a connector calls its receiver: under one key, at the pace that everything under that key shares, each call once.
package struct HTTPCall: Sendable {
    /// What a call does at the receiver, which decides what a lost answer means.
    package enum Effect: Hashable, Sendable {
        case none
        case changes
    }

    /// As sentences begin, such as `SendGrid`.
    package let receiver: String
    /// By which the pace is shared; no secret can be told from it.
    let connection: String
    private let base: String
    private let headers: [String]
    private let interval: Span
    private let addresses: TransferRequest.Addresses
    private let limits: TransferRequest.Limits
    private let means: DeliveryMeans

    /// Five minutes for a call, from its beginning to the last byte of its answer: enough for the largest body, 6 MB, at 20 kB
    /// a second. A receiver that says a byte now and then is never silent and would hold a run for hours.
    package static let patience: TransferRequest.Limits = {
        var limits = TransferRequest.Limits()
        limits.total = 300_000
        return limits
    }()

    /// - Parameters:
    ///   - base: https, or http to this machine; paths are put behind it.
    ///   - key: what the receiver knows the caller by.
    ///   - headers: with every call; those with the key too.
    ///   - interval: between the beginnings of two calls.
    /// - Throws: `.rejected` for a base or a header that must not be used.
    package init(
        receiver: String, base: String, key: Secret, headers: [String], interval: Span = .milliseconds(0),
        addresses: TransferRequest.Addresses = .any, limits: TransferRequest.Limits = Self.patience,
        means: DeliveryMeans
    ) throws(DeliveryError) {
        guard Self.isSafe(base) else {
            throw .rejected("URL of \(receiver) must begin with https, or with http and lead to this machine")
        }
        // Only these could end one header and begin another.
        guard headers.allSatisfy({ $0.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }) else {
            throw .rejected("a secret for \(receiver) holds characters that no header can carry, such as a line end")
        }
        self.receiver = receiver
        self.base = base
        self.headers = headers
        self.interval = interval
        self.addresses = addresses
        self.limits = limits
        self.means = means
        connection = sha256(of: "\(base)\n\(key.text)".utf8)
    }

    /// Waits for the connection's turn, makes the call, and returns whatever the receiver answered.
    ///
    /// - Parameters:
    ///   - path: with its query, percent-encoded; never holds anything of a contact.
    ///   - more: headers of this call, made when its turn has come.
    ///   - body: JSON, unless the headers say something else.
    /// - Throws: where there is no answer.
    package func callAsFunction(
        _ method: String, _ path: String, _ effect: Effect, headers more: @autoclosure () -> [String] = [],
        body: [UInt8]? = nil
    ) async throws(DeliveryError) -> TransferAnswer {
        if Task.isCancelled { throw .cancelled }
        try await means.pacers.turn(of: connection, every: interval, means.clock)
        var request = TransferRequest(method, base + path, headers: headers + more() + ["User-Agent: tidegate"])
        if let body {
            request.body = .bytes(body)
            let hasType = request.headers.contains { $0.lowercased().hasPrefix("content-type:") }
            if !hasType { request.headers.append("Content-Type: application/json") }
        }
        request.addresses = addresses
        request.limits = limits
        do {
            let answer = try await TransferClient.shared.run(request)
            count("\(answer.status / 100)xx")
            return answer
        } catch {
            count("none")
            throw failure(error, effect)
        }
    }

    /// What an answer means that means the same at every receiver: come later (408, 425, 429, 5xx), or a redirect, which is
    /// never followed. Nil for the others, of which only the connector knows. A wait holds everything under the same key.
    package func failure(
        _ answer: TransferAnswer, bodySeconds: Double? = nil, clamp: ClosedRange<Span> = RateSignal.usualClamp
    ) -> DeliveryError? {
        switch answer.status {
        case 300..<400:
            return .rejected("\(receiver) answered with a redirect (\(answer.status)), which is not followed")
        case 408, 425, 429, 500...: break
        default: return nil
        }
        let now = means.clock.now()
        let wait = RateSignal.wait(answer, bodySeconds: bodySeconds, now: now, clamp: clamp)
        if let wait { hold(for: wait, from: now) }
        let reason = answer.status == 429 ? "asked for a pause" : "failed"
        return .transient("\(receiver) \(reason) (\(answer.status))", retryAfter: wait)
    }

    private func hold(for wait: Span, from now: Instant) {
        means.pacers.hold(connection, for: wait, from: now)
        means.tally.count(.pauseAskedFor(destination: destination))
        means.tally.count(.secondsOfPause(destination: destination), Double(wait.milliseconds) / 1000)
    }

    private func count(_ answer: String) {
        means.tally.count(.connectorRequest(destination: destination, answer: answer))
    }

    private var destination: String { means.destination ?? receiver }

    private func failure(_ error: TransferError, _ effect: Effect) -> DeliveryError {
        let isUncertain = effect == .changes && error.mayHaveArrived
        switch error.kind {
        case .cancelled: return .cancelled
        case .untrusted: return .rejected("\(receiver) could not prove who it is: \(error.reason)")
        case .forbiddenAddress:
            return .rejected(
                "\(receiver) was not called: \(error.reason); 'allowPrivateHosts' may name its host if that is meant"
            )
        case .unreachable, .timedOut, .broken:
            let sentence = "\(receiver) gave no answer: \(error.reason)"
            return isUncertain ? .uncertain(sentence) : .transient(sentence)
        default:
            let sentence = "\(receiver) could not be called: \(error.reason)"
            return isUncertain ? .uncertain(sentence) : .rejected(sentence)
        }
    }

    /// Foundation reads the URL strictly here, so that it sees the same host in it as libcurl.
    private static func isSafe(_ base: String) -> Bool {
        guard let parts = URLComponents(string: base, encodingInvalidCharacters: false), let host = parts.host,
            !host.isEmpty, parts.user == nil, parts.password == nil, parts.fragment == nil
        else { return false }
        switch parts.scheme?.lowercased() {
        case "https": return true
        case "http": return isLoopback(host)
        default: return false
        }
    }

    static func isLoopback(_ host: String) -> Bool {
        let host = host.lowercased()
        if host == "localhost" || host == "[::1]" || host == "::1" { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers.first == "127" && numbers.allSatisfy { UInt8($0) != nil }
    }
}
