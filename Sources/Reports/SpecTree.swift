import Foundation

/// A stored specification, for showing and comparing.
package indirect enum SpecTree: Decodable {
    /// Numbers, booleans and null as they stand in JSON; `isText` for what was a text.
    case leaf(String, isText: Bool)
    case list([SpecTree])
    case mapping([String: SpecTree])

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let mapping = try? container.decode([String: SpecTree].self) {
            self = .mapping(mapping)
        } else if let list = try? container.decode([SpecTree].self) {
            self = .list(list)
        } else if let truth = try? container.decode(Bool.self) {
            self = .leaf("\(truth)", isText: false)
        } else if let number = try? container.decode(Int64.self) {
            self = .leaf("\(number)", isText: false)
        } else if let number = try? container.decode(Double.self) {
            self = .leaf("\(number)", isText: false)
        } else if let text = try? container.decode(String.self) {
            self = .leaf(text, isText: true)
        } else {
            self = .leaf("null", isText: false)
        }
    }

    /// Nil for what is no JSON.
    package init?(canonical spec: String) {
        guard let tree = try? JSONDecoder().decode(SpecTree.self, from: Data(spec.utf8)) else { return nil }
        self = tree
    }

    /// Milliseconds as a job file has them: `20m`, `1h30m`, `0s`; `text` itself where it is no whole seconds.
    package static func duration(_ text: String) -> String {
        guard let milliseconds = Int64(text), milliseconds % 1000 == 0, milliseconds > 0 else {
            return text == "0" ? "0s" : text
        }
        let seconds = milliseconds / 1000
        let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")]
        return parts.filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
    }
}
