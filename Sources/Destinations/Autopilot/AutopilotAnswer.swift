import Foundation
import TidegateModel

/// What Autopilot said to a call, sorted by what follows from it.
enum AutopilotAnswer: Hashable, Sendable {
    case done([UInt8])
    /// Autopilot does not have what the path names.
    case notFound
    /// The body is not to its liking: its words, without addresses.
    case refused(String)

    /// - Parameters:
    ///   - status: one that does not mean the same everywhere.
    ///   - key: which no sentence may hold.
    init(status: Int, body: [UInt8], key: Secret) throws(DeliveryError) {
        if 200..<300 ~= status {
            self = .done(body)
            return
        }
        let words = Self.words(body, key) ?? "answer \(status)"
        switch status {
        // A missing key is answered with 400, a wrong one with 401.
        case 400 where words.contains(Self.keyHeader), 401: throw .rejected("Autopilot refuses the key: \(words)")
        case 402, 403: throw .rejected("Autopilot denies access: \(words)")
        case 404: self = .notFound
        case 400..<500: self = .refused(words)
        default: throw .rejected("Autopilot's address answers \(status), which is no answer of Autopilot")
        }
    }

    static let keyHeader = "autopilotapikey"

    private struct Failure: Decodable {
        var error: String?
        var code: String?
        var message: String?

        private enum CodingKeys: String, CodingKey {
            case error, code, message
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            error = try? container.decode(String.self, forKey: .error)
            code = try? container.decode(String.self, forKey: .code)
            message = try? container.decode(String.self, forKey: .message)
        }
    }

    /// The receiver's own words in an error, or nil where there are none.
    ///
    /// The key is left out, and what may be a profile's: whatever holds an `@` or stands in quotes. At most 200 characters are
    /// kept.
    static func words(_ body: [UInt8], _ key: Secret) -> String? {
        guard let failure = try? JSONDecoder().decode(Failure.self, from: Data(body)),
            let text = failure.message ?? failure.error ?? failure.code
        else { return nil }
        let line = text.replacing(/\s+/, with: " ")
        let keyless = key.text.isEmpty ? line : line.replacing(key.text, with: "…")
        let masked = keyless.replacing(/".*"|'.*'|\S*(?:@|%40)\S*/, with: "…")
        return masked.isEmpty ? nil : String(masked.prefix(200))
    }
}

/// A list of the account.
struct AutopilotList: Hashable, Sendable, Decodable {
    /// Any text in older accounts, with spaces too.
    var list_id: String
    var title: String?

    /// Nil where the answer is not one with lists.
    static func all(in body: [UInt8]) -> [AutopilotList]? {
        struct Answer: Decodable {
            var lists: [AutopilotList]
        }
        return try? JSONDecoder().decode(Answer.self, from: Data(body)).lists
    }
}
