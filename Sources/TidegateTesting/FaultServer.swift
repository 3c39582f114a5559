import Foundation
import Transfer

/// A receiver of `scripts/servers` that misbehaves when it is told to; `lib/faulty_http.py` says how.
///
/// Each is a room of its own in a process that all tests share, so no test sees another's requests.
package struct FaultServer: Sendable {
    /// The room's, without a slash at its end: what a connector takes as its base URL.
    package let url: String

    package init(_ script: String, _ arguments: [String] = []) throws {
        let server = try LocalServer.shared(script, arguments)
        url = server["url"] + "/room-" + UUID().uuidString.lowercased()
    }

    /// What comes to a server that is not shared, in no room: also requests that say nothing of one, as to a proxy.
    package init(alone server: LocalServer) {
        url = server["url"]
    }

    /// One fault, for the next request that matches.
    package struct Fault: Encodable, Sendable {
        package enum Kind: String, Encodable, Sendable {
            case status, drop, stall, trickle
            case commitThenStatus = "commit-then-status"
            case commitThenDrop = "commit-then-drop"
            case commitThenStall = "commit-then-stall"
        }

        /// Method and path, with the wildcards of fnmatch: `PUT /v3/*`.
        package var match: String
        package var kind: Kind
        package var status: Int
        package var headers: [String: String]
        /// As it is sent.
        package var body: String
        /// How many requests that match go through before it.
        package var skip: Int
        package var times: Int

        package init(
            _ match: String, _ kind: Kind = .status, status: Int = 500, headers: [String: String] = [:],
            body: String = "", skip: Int = 0, times: Int = 1
        ) {
            self.match = match
            self.kind = kind
            self.status = status
            self.headers = headers
            self.body = body
            self.skip = skip
            self.times = times
        }
    }

    /// What a server saw and holds.
    package struct State<Stored: Decodable & Sendable>: Decodable, Sendable {
        package var requests: [SeenRequest]
        package var stored: Stored
        /// What was not as the vendor demands.
        package var problems: [String]
        /// How many faults did not come up yet.
        package var faults: Int
    }

    package struct SeenRequest: Decodable, Hashable, Sendable {
        package var method: String
        /// Without the room, decoded.
        package var path: String
        /// As it came.
        package var target: String
        /// The names only, in lower case.
        package var headers: [String]
        /// Of the body, in bytes.
        package var size: Int
        /// Nil where no answer was sent.
        package var status: Int?
        /// What the server counted in the body.
        package var counts: [String: Int]
    }

    /// For a state of which only the requests matter.
    package struct Anything: Decodable, Sendable {
        package init(from decoder: any Decoder) throws {}
    }

    package func state<Stored: Decodable & Sendable>(_ stored: Stored.Type = Anything.self) async throws
        -> State<Stored>
    {
        try JSONDecoder().decode(State<Stored>.self, from: Data(try await control("GET", "state")))
    }

    /// Returns once so many requests have come, the control API's own not counted.
    package func awaitRequests(_ count: Int) async throws {
        _ = try await control("GET", "await?requests=\(count)")
    }

    package func add(_ faults: Fault...) async throws {
        _ = try await control("POST", "faults", Array(try JSONEncoder().encode(faults)))
    }

    package func set(_ settings: some Encodable & Sendable) async throws {
        _ = try await control("POST", "settings", Array(try JSONEncoder().encode(settings)))
    }

    package func reset() async throws {
        _ = try await control("POST", "reset")
    }

    private func control(_ method: String, _ action: String, _ body: [UInt8] = []) async throws -> [UInt8] {
        let answer = try await TransferClient.shared.run(
            TransferRequest(method, "\(url)/_control/\(action)", body: method == "GET" ? .none : .bytes(body)))
        guard answer.status == 200 else { throw ServerFailure("control API answered \(answer.status)") }
        return answer.body
    }
}
