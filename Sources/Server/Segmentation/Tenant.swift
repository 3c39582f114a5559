import Digests
import Foundation
import Hummingbird
import Store

/// Whose data a call is about, as far as the vendor's clients want to be told: what their own headers say.
struct Tenant {
    let organization: String
    let sandbox: Sandbox

    struct Sandbox: Encodable {
        let sandboxId: String
        let sandboxName: String
        let type = "production"
        let isDefault = true

        private enum CodingKeys: String, CodingKey {
            case sandboxId, sandboxName, type
            case isDefault = "default"
        }
    }

    init(_ request: Request) {
        organization = Self.plain(request.headers[.organization]) ?? "tidegate"
        let name = Self.plain(request.headers[.sandbox]) ?? "prod"
        sandbox = Sandbox(sandboxId: UUID(kind: "Sandbox", name: name).text, sandboxName: name)
    }

    /// Nil where it is not fit to be repeated.
    private static func plain(_ header: String?) -> String? {
        guard let header, 1...128 ~= header.utf8.count, header.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
            return nil
        }
        return header
    }
}

/// What is the same for everything in this family.
enum ProfileStoreNames {
    static let schema = "_xdm.context.profile"
    static let instance = "ups"
    /// There is one way to merge profiles: the key tells them apart.
    static let mergePolicy = UUID(kind: "MergePolicy", name: "key").text
    static let dataset = UUID(kind: "Dataset", name: "snapshots").text
    static let segmentationSchedule = UUID(kind: "Schedule", name: "batch_segmentation").text
    static let exportSchedule = UUID(kind: "Schedule", name: "export").text
}

/// The class of things that something is about.
struct SchemaName: Encodable {
    let name = ProfileStoreNames.schema
}

struct MergePolicy: Encodable {
    let id = ProfileStoreNames.mergePolicy
    let version = 1
}

/// A segment's rule. The vendor's descriptions allow only their own language's name as `type` and `format`; `language`
/// says which one it is.
struct RuleExpression: Encodable {
    let type = "PQL"
    let format = "pql/text"
    let language = "tidegate-rule"
    let value: String
}
