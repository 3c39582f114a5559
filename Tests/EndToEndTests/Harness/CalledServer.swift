import Foundation
import FoundationNetworking
import TidegateModel

/// A scheduler of a site, called over HTTP as its clients do.
final class CalledServer: Sendable {
    static let token = "the-token-of-these-tests"

    let process: TidegateProcess
    /// `http://127.0.0.1:41234`
    let url: String

    /// Starts `tidegate run` and waits until it listens.
    init(_ site: Site, environment: [String: String] = [:]) throws {
        let environment = environment.merging(["TIDEGATE_API_TOKEN": Self.token]) { given, _ in given }
        process = try TidegateProcess(["run"], in: site.folder.path, environment: environment)
        let line = try process.waitForLine(" listening ")
        guard let address = line.firstMatch(of: #/address=(\S+)/#)?.1 else { throw Unexpected(text: line) }
        url = "http://\(address)"
    }

    deinit {
        process.signal(SIGKILL)
    }

    /// Ends at once, as a power cut does.
    func kill() throws {
        process.signal(SIGKILL)
        _ = try process.finish()
    }

    /// One request and its answer, whatever its status.
    func call(_ method: String, _ path: String, headers: [String: String] = [:], body: String? = nil) throws -> Answer {
        guard let address = URL(string: path.hasPrefix("http") ? path : url + path) else {
            throw Unexpected(text: path)
        }
        var request = URLRequest(url: address)
        request.httpMethod = method
        request.setValue("Bearer \(Self.token)", forHTTPHeaderField: "Authorization")
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        request.httpBody = body.map { Data($0.utf8) }
        let (answer, done) = (Locked<Result<Answer, any Error>?>(nil), DispatchSemaphore(value: 0))
        URLSession.shared.dataTask(with: request) { data, response, error in
            let response = response as? HTTPURLResponse
            let headers = response?.allHeaderFields.map { ("\($0)".lowercased(), "\($1)") } ?? []
            answer.withLock {
                $0 =
                    error.map { .failure($0) }
                    ?? .success(
                        Answer(
                            status: response?.statusCode ?? 0, headers: Dictionary(headers) { first, _ in first },
                            body: data ?? Data()
                        ))
            }
            done.signal()
        }.resume()
        done.wait()
        guard let answer = try answer.withLock({ try $0?.get() }) else { throw Unexpected(text: "no answer") }
        return answer
    }

    struct Answer: Sendable {
        let status: Int
        /// Names in lower case.
        let headers: [String: String]
        let body: Data

        func object() throws -> [String: Any] {
            guard let object = try JSONSerialization.jsonObject(with: body) as? [String: Any] else {
                throw Unexpected(text: String(decoding: body, as: UTF8.self))
            }
            return object
        }
    }
}
