import Foundation

/// The vendor's own description of these calls, where it is at hand: below `TIDEGATE_OPENAPI`, else beside the package.
struct VendorDescription: Sendable {
    private let document: AnsweredJSON

    static let known: VendorDescription? = {
        let package = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let beside = package.deletingLastPathComponent().appending(path: "shared/data/openapi").path
        let folder = ProcessInfo.processInfo.environment["TIDEGATE_OPENAPI"] ?? beside
        let file = folder + "/experience-platform-subset.json"
        guard let data = FileManager.default.contents(atPath: file) else { return nil }
        return (try? JSONDecoder().decode(AnsweredJSON.self, from: data)).map(VendorDescription.init(document:))
    }()

    func schema(_ name: String) -> AnsweredJSON? { document["components.schemas"]?[literal: name] }

    /// What the description shows for a GET that went well.
    func example(of path: String) -> AnsweredJSON? {
        document["paths"]?[literal: path]?["get.responses.200.content"]?[literal: "application/json"]?["example"]
    }

    /// Where `value` is not what `schema` allows, each a sentence.
    ///
    /// - Parameter absent: where given, all other members of the schema must be there, also those that are not required.
    func problems(
        _ value: AnsweredJSON, against schema: AnsweredJSON, at place: String = "answer",
        lacking absent: Set<String>? = nil
    ) -> [String] {
        if let name = schema["$ref"]?.text?.split(separator: "/").last {
            return self.schema(String(name)).map { problems(value, against: $0, at: place, lacking: absent) }
                ?? ["\(place): no schema"]
        }
        if let allowed = schema["enum"]?.array, !allowed.contains(value) { return ["\(place) is not in the enum"] }
        switch (schema["type"]?.text, value) {
        case ("object", .object(let members)):
            return objectProblems(members, against: schema, at: place, lacking: absent)
        case ("array", .array(let items)):
            guard let wanted = schema["items"] else { return [] }
            return items.enumerated().flatMap { problems($1, against: wanted, at: "\(place)[\($0)]", lacking: absent) }
        case ("string", .text), ("number", .number), ("boolean", .flag), (nil, _): return []
        case ("integer", .number(let number)): return number == number.rounded() ? [] : ["\(place) is no integer"]
        default: return ["\(place) is no \(schema["type"]?.text ?? "")"]
        }
    }

    private func objectProblems(
        _ members: [String: AnsweredJSON], against schema: AnsweredJSON, at place: String, lacking absent: Set<String>?
    ) -> [String] {
        let described = schema["properties"]?.object ?? [:]
        let needed =
            absent.map { Set(described.keys).subtracting($0).sorted() }
            ?? (schema["required"]?.array ?? []).compactMap(\.text)
        let missing = needed.filter { members[$0] == nil }
        let inner = members.sorted { $0.key < $1.key }.flatMap { name, value -> [String] in
            let wanted = described[name] ?? schema["additionalProperties"]
            return wanted.map { problems(value, against: $0, at: "\(place).\(name)", lacking: absent) } ?? []
        }
        return missing.map { "\(place) lacks \($0)" } + inner
    }

    /// The keys of `example`, at any depth, that `value` lacks. Ids that are keys count as any.
    static func missingKeys(of example: AnsweredJSON, in value: AnsweredJSON?, at place: String = "") -> [String] {
        switch (example, value) {
        case (.object(let wanted), .object(let given)):
            if wanted.keys.allSatisfy({ UUID(uuidString: $0) != nil }), let first = wanted.values.first {
                return missingKeys(of: first, in: given.values.first, at: place + ".*")
            }
            return wanted.sorted { $0.key < $1.key }.flatMap { key, example in
                given[key].map { missingKeys(of: example, in: $0, at: "\(place).\(key)") } ?? ["\(place).\(key)"]
            }
        case (.array(let wanted), .array(let given)):
            guard let first = wanted.first else { return [] }
            return missingKeys(of: first, in: given.first, at: place + "[]")
        case (_, nil): return [place]
        default: return []
        }
    }
}
