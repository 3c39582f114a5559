import TidegateModel
import Transfer

/// One key at one address, and the pace that everything which uses the key shares.
struct AutopilotAccount: Sendable {
    private let http: HTTPCall
    private let key: Secret

    init(
        _ place: AutopilotPlace, _ means: DeliveryMeans, limits: TransferRequest.Limits
    ) throws(DeliveryError) {
        key = place.apiKey
        // A tenth of a second to spare in each: what leaves at an even pace does not arrive at one, and one call too many
        // within a second is refused. Whole milliseconds, rounded up.
        let calls = Int64(max(1, place.callsPerSecond))
        http = try HTTPCall(
            receiver: "Autopilot", base: place.baseURL, key: place.apiKey,
            headers: ["\(AutopilotAnswer.keyHeader): \(place.apiKey.text)"],
            interval: .milliseconds((1100 + calls - 1) / calls), limits: limits, means: means
        )
    }

    /// A bulk call may take long, and what takes longer is finished all the same.
    static let limits: TransferRequest.Limits = {
        var limits = TransferRequest.Limits()
        limits.total = 120_000
        return limits
    }()

    /// Makes one call, when its turn has come.
    ///
    /// - Parameter path: below `/v1`, in parts that are not encoded yet; none ever holds a profile's data.
    func call(
        _ method: String, _ path: [String], body: [UInt8]? = nil
    ) async throws(DeliveryError) -> AutopilotAnswer {
        let effect: HTTPCall.Effect = method == "GET" ? .none : .changes
        let path = "/v1" + path.map { "/" + Self.encoded($0) }.joined()
        let answer = try await http(method, path, effect, body: body)
        // Work that takes too long for a gateway is finished all the same.
        if effect == .changes, [408, 502, 504].contains(answer.status) {
            throw .uncertain("Autopilot did not finish in time (\(answer.status))")
        }
        // Autopilot says in words how many calls it takes, and in no header when it takes them again.
        if let failure = http.failure(answer, bodySeconds: answer.status == 429 ? 1 : nil) { throw failure }
        return try AutopilotAnswer(status: answer.status, body: answer.body, key: key)
    }

    /// Ids of lists may hold any text.
    private static func encoded(_ part: String) -> String {
        var encoded = ""
        for byte in part.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                encoded += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }
}

// MARK: What the calls are for

extension AutopilotAccount {
    func lists() async throws(DeliveryError) -> [AutopilotList] {
        switch try await call("GET", ["lists"]) {
        case .done(let body):
            guard let lists = AutopilotList.all(in: body) else {
                throw .rejected("Autopilot's address answers without lists")
            }
            return lists
        case .notFound: throw .rejected("Autopilot's address has no lists")
        case .refused(let words): throw .rejected("Autopilot refuses to name its lists: \(words)")
        }
    }

    func require(_ list: String) async throws(DeliveryError) {
        guard try await lists().contains(where: { $0.list_id == list }) else {
            throw .rejected("list '\(list)' is not in Autopilot's account any more")
        }
    }

    /// Puts a contact on a list; one that is on it already is taken too.
    func enlist(_ contact: String, on list: String) async throws(DeliveryError) -> Membership {
        Membership(try await call("POST", ["list", list, "contact", contact]))
    }

    /// Takes a contact off a list; one that is not on it is taken too.
    func delist(_ contact: String, from list: String) async throws(DeliveryError) -> Membership {
        Membership(try await call("DELETE", ["list", list, "contact", contact]))
    }

    enum Membership: Hashable, Sendable {
        case taken
        /// Autopilot knows nothing of the contact, or of the list.
        case unknown
        case refused(String)

        init(_ answer: AutopilotAnswer) {
            self =
                switch answer {
                case .done: .taken
                case .notFound: .unknown
                case .refused(let words): .refused(words)
                }
        }
    }
}
