import Foundation
import FoundationNetworking
import TidegateModel
import TidegateTesting

/// A test server's own entrance, past everything that Tidegate says about it.
enum BackDoor {
    static func call(_ method: String, _ url: String, _ body: Data? = nil) throws -> Data {
        guard let address = URL(string: url) else { throw Unexpected(text: url) }
        var request = URLRequest(url: address)
        request.httpMethod = method
        request.httpBody = body
        let (answer, done) = (Locked<Result<Data, any Error>>(.success(Data())), DispatchSemaphore(value: 0))
        URLSession.shared.dataTask(with: request) { data, response, error in
            let status = (response as? HTTPURLResponse)?.statusCode ?? 0
            answer.withLock {
                $0 = status == 200 ? .success(data ?? Data()) : .failure(error ?? Unexpected(text: "answer \(status)"))
            }
            done.signal()
        }.resume()
        done.wait()
        return try answer.withLock { try $0.get() }
    }

    static func tell(_ method: String, _ url: String, _ value: some Encodable) throws {
        _ = try call(method, url, try JSONEncoder().encode(value))
    }
}

/// A receiver of `scripts/servers` that is one test's alone, seen by its back door.
struct Receiver<Stored: Decodable & Sendable> {
    let url: String

    init(_ script: String) throws {
        url = try FaultServer(script).url
    }

    func state() throws -> FaultServer.State<Stored> {
        let state = try BackDoor.call("GET", url + "/_control/state")
        return try JSONDecoder().decode(FaultServer.State<Stored>.self, from: state)
    }

    /// How many requests with this method and path have come; all where nothing is named.
    func requests(_ method: String? = nil, _ path: String = "", status: Int? = nil) throws -> [FaultServer.SeenRequest]
    {
        try state().requests.filter {
            (method == nil || $0.method == method) && $0.path.hasPrefix(path) && (status == nil || $0.status == status)
        }
    }

    func set(_ settings: some Encodable) throws {
        try BackDoor.tell("POST", url + "/_control/settings", settings)
    }

    func fail(_ faults: FaultServer.Fault...) throws {
        try BackDoor.tell("POST", url + "/_control/faults", faults)
    }
}

/// A bucket of the test store that is one test's alone, seen by the store's back door.
struct Bucket {
    let server: LocalServer
    let name = "tidegate-\(UUID().uuidString.lowercased())"

    init() throws {
        server = try LocalServer.shared("s3")
        _ = try BackDoor.call("PUT", url("bucket"))
    }

    private func url(_ what: String, key: String? = nil) -> String {
        "\(server["url"])/_tidegate/\(what)/\(name)" + (key.map { "?key=\($0)" } ?? "")
    }

    func keys() throws -> [String] {
        try JSONDecoder().decode([String].self, from: BackDoor.call("GET", url("keys")))
    }

    func object(_ key: String) throws -> [UInt8] { Array(try BackDoor.call("GET", url("object", key: key))) }

    /// What was asked, in order.
    func requests(_ operation: String) throws -> [[String: String]] {
        try JSONDecoder().decode([[String: String]].self, from: BackDoor.call("GET", url("requests")))
            .filter { $0["op"] == operation }
    }

    /// Unfinished uploads.
    func uploads() throws -> Int {
        let uploads = try JSONSerialization.jsonObject(with: BackDoor.call("GET", url("uploads")))
        return (uploads as? [Any])?.count ?? 0
    }

    /// Lets the upload of a part hang once so many have come through.
    func hold(afterParts parts: Int) throws {
        struct Fault: Encodable {
            var op = "UploadPart"
            var skip: Int
            var `do` = "hold"
        }
        try BackDoor.tell("PUT", url("faults"), [Fault(skip: parts)])
    }

    func held() throws -> Int { Int(String(decoding: try BackDoor.call("GET", url("held")), as: UTF8.self)) ?? 0 }

    func release() throws { _ = try BackDoor.call("PUT", url("release")) }
}
