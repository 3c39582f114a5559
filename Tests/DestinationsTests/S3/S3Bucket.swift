import Destinations
import Foundation
import FoundationNetworking
import TidegateModel
import TidegateTesting

/// A new bucket of the test store, with its back door.
struct S3Bucket: Sendable {
    let server: LocalServer
    let name: String
    let staging: TemporaryFolder
    private let isPlain: Bool
    private let companions = Locked<[LocalServer]>([])

    /// - Parameter isPlain: of a store that knows no checksums and is not known to; else everything is as with AWS.
    init(isPlain: Bool = false) throws {
        self.isPlain = isPlain
        staging = try TemporaryFolder()
        server = try LocalServer.shared("s3")
        name = "tidegate-\(UUID().uuidString.lowercased())"
        try put("bucket", isPlain ? ["plain": "1"] : [:])
    }

    /// As job files have it; parts as small as the test store takes them.
    func place(path: String = "exports", partSize: Int = 64 << 10) -> S3Place {
        S3Place(
            bucket: name, path: path, endpoint: server["url"], region: server["region"], addressing: .path,
            accessKey: Secret(server["accessKey"]), secretKey: Secret(server["secretKey"]), partSize: partSize
        )
    }

    func destination(
        _ place: S3Place? = nil, uploads: UploadJournal = .inMemory(), settings: AWSSettings? = nil
    ) -> S3Destination {
        S3Destination(
            place ?? self.place(), DeliveryMeans(clock: ManualClock(S3Bucket.now)), uploads,
            settings: settings ?? AWSSettings(variables: [:]) { _ in nil }, sendsChecksums: isPlain ? nil : true
        )
    }

    /// Lets a server run as long as the bucket is used.
    func keep(_ companion: LocalServer) { companions.withLock { $0.append(companion) } }

    static let now = Instant(milliseconds: 1_795_000_000_000)

    // MARK: Back door

    func keys() throws -> [String] { try JSONDecoder().decode([String].self, from: get("keys")) }

    func object(_ key: String) throws -> [UInt8] { Array(try get("object", ["key": key])) }

    func facts(_ key: String) throws -> [String: String] {
        try JSONDecoder().decode([String: String].self, from: get("facts", ["key": key]))
    }

    func write(_ bytes: [UInt8], to key: String, at time: Instant? = nil) throws {
        var query = ["key": key]
        if let time { query["modified"] = "\(time.wholeSeconds)" }
        try put("object", query, Data(bytes))
    }

    func remove(_ key: String) throws { try put("removal", ["key": key]) }

    struct Upload: Decodable { var key: String, id: String, parts: [Int] }

    func uploads() throws -> [Upload] { try JSONDecoder().decode([Upload].self, from: get("uploads")) }

    /// Begins an upload that nobody goes on with.
    func beginUpload(of key: String) throws { try put("upload", ["key": key]) }

    /// What was asked of the bucket, in order.
    func requests() throws -> [[String: String]] {
        try JSONDecoder().decode([[String: String]].self, from: get("requests"))
    }

    func requests(_ operation: String) throws -> [[String: String]] {
        try requests().filter { $0["op"] == operation }
    }

    struct Fault: Encodable {
        var op: String
        var skip = 0
        var times = 1
        var `do` = "answer"
        var status = 503
        var code = "SlowDown"
        var headers: [String: String] = [:]
    }

    func fail(_ faults: Fault...) throws { try fail(faults) }

    func fail(_ faults: [Fault]) throws { try put("faults", [:], try JSONEncoder().encode(faults)) }

    /// Waits until so many requests are held.
    func waitForHeld(_ count: Int) async throws {
        while Int(String(decoding: try get("held"), as: UTF8.self)) != count { await Task.yield() }
    }

    func release() throws { try put("release") }

    private func get(_ what: String, _ query: [String: String] = [:]) throws -> Data {
        try exchange(URLRequest(url: url(what, query)))
    }

    private func put(_ what: String, _ query: [String: String] = [:], _ body: Data = Data()) throws {
        var request = URLRequest(url: try url(what, query))
        request.httpMethod = "PUT"
        request.httpBody = body
        _ = try exchange(request)
    }

    private func url(_ what: String, _ query: [String: String]) throws -> URL {
        let unreserved = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: "\0"..."\u{7F}"))
        let items = query.map { "\($0)=\($1.addingPercentEncoding(withAllowedCharacters: unreserved) ?? "")" }
        let text =
            "\(server["url"])/_tidegate/\(what)/\(name)" + (items.isEmpty ? "" : "?" + items.joined(separator: "&"))
        guard let url = URL(string: text) else { throw BackDoorFailure(text: text) }
        return url
    }

    private struct BackDoorFailure: Error { var text: String }

    private func exchange(_ request: URLRequest) throws -> Data {
        let answer = Locked<Result<Data, any Error>>(.failure(BackDoorFailure(text: "no answer")))
        let done = DispatchSemaphore(value: 0)
        URLSession.shared.dataTask(with: request) { data, response, error in
            let status = (response as? HTTPURLResponse)?.statusCode ?? 0
            let failure = error ?? BackDoorFailure(text: "status \(status) of \(request.url?.path ?? "")")
            answer.withLock { $0 = status == 200 ? .success(data ?? Data()) : .failure(failure) }
            done.signal()
        }.resume()
        done.wait()
        return try answer.withLock { $0 }.get()
    }
}
