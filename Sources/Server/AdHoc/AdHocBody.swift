import Digests
import Foundation
import Hummingbird
import NIOCore
import Store
import TidegateModel

/// What an ad-hoc call asks for.
struct AdHocBody: Hashable, Sendable {
    /// In the order of the dataflows' ids, each once, with one segment at least.
    let items: [AdHocOrder.Item]
    /// Ascending, each once; empty where the version needs none.
    let exportJobs: [Int]
    let version: AdHocVersion

    /// In bytes.
    private static let size = 1 << 20

    /// - Throws: ``AdHocFault`` where the request is none of this call.
    init(_ request: Request, _ version: AdHocVersion) async throws {
        let type = request.headers[.contentType].flatMap { MediaRange($0) }
        guard type?.type == "application/json" else {
            throw AdHocFault.malformed("Content-Type must be application/json")
        }
        do {
            var request = request
            let buffer = try await request.collectBody(upTo: Self.size)
            try self.init(Data(buffer.readableBytesView), version)
        } catch is NIOTooManyBytesError {
            throw AdHocFault.tooLarge
        }
    }

    init(_ json: Data, _ version: AdHocVersion) throws {
        items = try Self.items(Self.read(Activation.self, json).activationInfo)
        exportJobs = version == .first ? try Self.exportJobs(Self.read(Exports.self, json).exportIds) : []
        self.version = version
    }

    private static func read<Part: Decodable>(_ part: Part.Type, _ json: Data) throws -> Part {
        do {
            return try JSONDecoder().decode(part, from: json)
        } catch is DecodingError {
            throw AdHocFault.malformed("request body is not a JSON object")
        }
    }

    /// SHA-256 of what is asked, the same however it is spelled.
    var digest: String {
        let items = items.map { item in
            "\(item.dataflow.text): " + Set(item.segments).map(\.text).sorted().joined(separator: " ")
        }
        let jobs = exportJobs.map(String.init).joined(separator: " ")
        return sha256(of: (["adhocrun \(version.rawValue)", jobs] + items).joined(separator: "\n").utf8)
    }

    private static func items(_ info: [String: [String]]) throws(AdHocFault) -> [AdHocOrder.Item] {
        guard !info.isEmpty else { throw .malformed("activationInfo names no destination") }
        var items: [UUID: [UUID]] = [:]
        for (destination, segments) in info {
            // What is no id of ours may be anything, and is not told back.
            guard let dataflow = UUID(uuidString: destination) else { throw .notFound("destination") }
            guard items[dataflow] == nil else {
                throw .malformed("activationInfo names destination \(dataflow.text) twice")
            }
            guard !segments.isEmpty else {
                throw .malformed("activationInfo names no segment for destination \(dataflow.text)")
            }
            var ids: [UUID] = []
            for segment in segments {
                guard let id = UUID(uuidString: segment) else { throw .notFound("segment") }
                ids.append(id)
            }
            items[dataflow] = ids
        }
        return items.map { AdHocOrder.Item(dataflow: $0, segments: $1) }.sorted { $0.dataflow.text < $1.dataflow.text }
    }

    private static func exportJobs(_ ids: [ExportID]?) throws(AdHocFault) -> [Int] {
        guard let ids else {
            throw .malformed(
                "exportIds is missing; version 1 needs it, and Accept: \(AdHocVersion.type); version=2 does not"
            )
        }
        guard !ids.isEmpty else { throw .malformed("exportIds names no export job") }
        var numbers: Set<Int> = []
        for id in ids {
            guard let number = id.number else { throw .unknownExportJob }
            numbers.insert(number)
        }
        return numbers.sorted()
    }
}

extension AdHocFault {
    fileprivate static func notFound(_ what: String) -> AdHocFault {
        AdHocFault(
            status: .notFound, code: "unknown-\(what)", message: "\(what) is not known: its id is not one of a \(what)"
        )
    }
}

/// What is to be exported, by dataflow.
private struct Activation: Decodable {
    let activationInfo: [String: [String]]

    private enum CodingKeys: CodingKey { case activationInfo }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        guard members.contains(.activationInfo) else { throw AdHocFault.malformed("activationInfo is missing") }
        do {
            activationInfo = try members.decode([String: [String]].self, forKey: .activationInfo)
        } catch is DecodingError {
            throw AdHocFault.malformed("activationInfo is not an object of lists of segment ids")
        }
    }
}

/// What version 1 must say besides.
private struct Exports: Decodable {
    let exportIds: [ExportID]?

    private enum CodingKeys: CodingKey { case exportIds }

    init(from decoder: any Decoder) throws {
        do {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            exportIds = try members.decodeIfPresent([ExportID].self, forKey: .exportIds)
        } catch is DecodingError {
            throw AdHocFault.malformed("exportIds is not a list of export job ids")
        }
    }
}

/// An export job's id, which is a number and often sent as text.
private struct ExportID: Decodable {
    /// Nil where the text is no number.
    let number: Int?

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let text = try? value.decode(String.self) { number = Int(text) } else { number = try value.decode(Int.self) }
    }
}
