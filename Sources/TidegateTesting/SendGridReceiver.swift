import Destinations
import Foundation
import TidegateModel

/// The receiver of `scripts/servers/sendgrid`: an account of its own for each test.
package struct SendGridReceiver: Sendable {
    package let server: FaultServer
    package let list: String
    package let key = Secret("SG.loopback-test-key-22ch." + String(repeating: "k", count: 43))

    /// SendGrid's own description of its API, against which every request is held where it is at hand: below
    /// `TIDEGATE_OPENAPI`, else beside the package.
    package static let description: String? = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let beside = package.deletingLastPathComponent().appending(path: "shared/data/openapi").path
        let folder = ProcessInfo.processInfo.environment["TIDEGATE_OPENAPI"] ?? beside
        let isThere = FileManager.default.fileExists(atPath: folder + "/tsg_mc_contacts_v3.json")
        return isThere ? folder : nil
    }()

    package init() async throws {
        let arguments = Self.description.map { ["--description", $0] } ?? []
        server = try FaultServer("sendgrid", arguments)
        list = try LocalServer.shared("sendgrid", arguments)["list"]
        try await set(Settings(key: key.text))
    }

    package func connector(
        _ means: DeliveryMeans, key: Secret? = nil, onBehalfOf: String? = nil, base: String? = nil
    ) -> any Connector {
        let place = SendGridPlace(apiKey: key ?? self.key, baseURL: base ?? server.url, onBehalfOf: onBehalfOf)
        switch Destination(id: UUID(), name: "mail", place: .sendgrid(place)).open(means) {
        case .connector(let connector): return connector
        case .files: preconditionFailure("SendGrid takes no files")
        }
    }

    /// As the script describes them; nil leaves a setting as it is.
    package struct Settings: Encodable, Sendable {
        package enum ErrorsForm: String, Encodable, Sendable {
            case csv, json, jsonl, gone, elsewhere, none
            case plainCSV = "plain-csv"
        }

        package struct Field: Codable, Sendable {
            var id: String
            var name: String
            var field_type: String

            package init(_ id: String, _ name: String, _ type: String) {
                self.id = id
                self.name = name
                field_type = type
            }
        }

        package var key: String?
        package var fields: [Field]?
        package var polls: Int?
        package var contacts: Int?
        package var bytes: Int?
        package var cap: Int?
        package var refuse: [String]?
        package var refuseUnnamed: [String]?
        package var reject: [String: String]?
        package var errors: ErrorsForm?
        package var failJobs: Int?
        package var forgetJobs: Bool?
        package var throttle: Int?
        package var reset: String?
        package var wait: Int?

        package init(key: String? = nil) {
            self.key = key
        }
    }

    package func set(_ settings: Settings) async throws {
        try await server.set(settings)
    }

    package func change(_ change: (inout Settings) -> Void) async throws {
        var settings = Settings()
        change(&settings)
        try await set(settings)
    }

    /// What the account holds.
    package struct Stored: Decodable, Sendable {
        package struct Contact: Decodable, Sendable {
            package enum Value: Hashable, Decodable, Sendable {
                case text(String)
                case number(Double)

                package init(from decoder: any Decoder) throws {
                    let container = try decoder.singleValueContainer()
                    if let text = try? container.decode(String.self) {
                        self = .text(text)
                    } else {
                        self = .number(try container.decode(Double.self))
                    }
                }
            }

            package var email: String?
            package var external_id: String?
            package var first_name: String?
            package var custom_fields: [String: Value]?
        }

        package var contacts: [Contact]
        /// The identities of those on each list.
        package var lists: [String: [String]]
    }

    package func state() async throws -> FaultServer.State<Stored> {
        try await server.state(Stored.self)
    }

    package func members() async throws -> [String] {
        try await state().stored.lists[list] ?? []
    }
}
