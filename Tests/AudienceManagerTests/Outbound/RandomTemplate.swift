import TidegateModel
import TidegateTesting

@testable import AudienceManager

/// A template as a tree, with its text and, slowly and obviously, what it writes.
indirect enum TemplateTree {
    case text(String)
    case macro(String)
    /// Of ids, segments or traits; the body has a field wherever it says `macro("")` or another field's name in `field`.
    case list(String, body: [TemplateTree]?, separator: String?)
    case field(String)
    case condition(String, isAll: Bool, isNot: Bool, String, then: [TemplateTree], otherwise: [TemplateTree])

    var source: String {
        switch self {
        case .text(let text):
            text.map { "<>{}\\".contains($0) ? "\\\($0)" : String($0) }.joined()
        case .macro(let name): "<\(name)>"
        case .field(let name): name.isEmpty ? "<x>" : "<x.\(name)>"
        case .list(let name, let body, let separator):
            "<\(name)" + (body.map { ":{x|" + $0.map(\.source).joined() + "}" } ?? "")
                + (separator.map { "; separator=\"\(Self.quoted($0))\"" } ?? "") + ">"
        case .condition(let left, let isAll, let isNot, let right, let then, let otherwise):
            "<if(\(isNot ? "!" : "")\(left) \(isAll ? "&&" : "||") \(right))>" + then.map(\.source).joined()
                + (otherwise.isEmpty ? "" : "<else>" + otherwise.map(\.source).joined()) + "<endif>"
        }
    }

    private static func quoted(_ text: String) -> String {
        text.map { $0 == "\t" ? "\\t" : "<>\\\"".contains($0) ? "\\\($0)" : String($0) }.joined()
    }

    /// - Parameter element: the fields of the element of the list that this stands in.
    func written(_ values: TemplateValues, _ element: [String: String] = [:]) -> String {
        switch self {
        case .text(let text): return text
        case .macro(let name): return values.texts[name] ?? ""
        case .field(let name): return element[name] ?? ""
        case .list(let name, let body, let separator):
            let written = (values.lists[name] ?? []).map { element in
                body?.map { $0.written(values, element) }.joined() ?? element[""] ?? ""
            }
            return written.joined(separator: separator ?? (body == nil ? "," : ""))
        case .condition(let left, let isAll, let isNot, let right, let then, let otherwise):
            let first = values.has(left) != isNot
            let holds = isAll ? first && values.has(right) : first || values.has(right)
            return (holds ? then : otherwise).map { $0.written(values, element) }.joined()
        }
    }
}

/// The values of one row by the names of macros and fields, and as the renderer takes them.
struct TemplateValues {
    var texts: [String: String] = [:]
    var lists: [String: [[String: String]]] = [:]
    var row: OutboundRow

    func has(_ name: String) -> Bool { lists[name].map { !$0.isEmpty } ?? (texts[name]?.isEmpty == false) }

    static func random(_ random: inout SeededGenerator) -> TemplateValues {
        let pid = Bool.random(using: &random) ? Int64.random(in: 0...9999, using: &random) : nil
        let alias = ["", "a-b", nil].randomElement(using: &random) ?? nil
        let constants = Outbound.constants(
            [.ftp, .s3, .http].randomElement(using: &random) ?? .ftp, dpid: 7, pid: pid, alias: alias,
            Bool.random(using: &random) ? .full : .incremental)
        var values = TemplateValues(row: OutboundRow(constants))
        let id = ["x", "käthe", "5976"].randomElement(using: &random) ?? ""
        id.withBytes { values.row.setID($0) }
        values.texts = [
            "UUID": id, "DP_UUID": id, "DPID": "7", "MASTER_DPID": "7", "ORDER_ID": "1234", "COMMA": ",",
            "TAB": "\t", "ASCII_SOH": "\u{1}", "OPEN_CURLY_BRACKET": "{", "CLOSE_CURLY_BRACKET": "}",
            "SET_ATTRIBUTES": "1", "OUTPUT_ATTRIBUTE_VALUE": "1", "OPT_OUT": "0",
            "PID": pid.map(String.init) ?? "", "PID_ALIAS": alias ?? "", "PIDALIAS": alias ?? "",
            "SYNC_MODE": constants.syncMode.rawValue, "SYNC_TYPE": constants.syncType.rawValue,
            "TIMESTAMP": "1486140844000", "MCID": "",
        ]
        values.fillLists(&random)
        return values
    }

    private mutating func fillLists(_ random: inout SeededGenerator) {
        func count(_ random: inout SeededGenerator) -> Range<Int> { 0..<Int.random(in: 0...3, using: &random) }
        func number(_ random: inout SeededGenerator) -> Int64 { .random(in: 0...Int64.max, using: &random) }
        row.segments = count(&random).map { _ in
            .init(sid: number(&random), lastRealizationTime: number(&random), lastUpdateTime: number(&random))
        }
        row.removedSegments = count(&random).map { _ in
            .init(sid: number(&random), lastRealizationTime: number(&random))
        }
        row.traits = count(&random).map { _ in
            .init(sid: number(&random), isOnboarded: Bool.random(using: &random), lastRealized: number(&random))
        }
        lists["SEGMENT_LIST"] = row.segments.map(Self.fields)
        lists["REMOVED_SEGMENT_LIST"] = row.removedSegments.map(Self.fields)
        lists["TRAIT_LIST"] = row.traits.map {
            [
                "": "\($0.sid)", "traitId": "\($0.sid)", "type": $0.isOnboarded ? "10" : "3",
                "lastRealized": "\($0.lastRealized)",
            ]
        }
        lists["DP_UUID_LIST"] = count(&random).map { number in
            "id\(number)".withBytes { row.addLinkedID($0, dpid: 7) }
            "no\(number)".withBytes { row.addLinkedID($0, dpid: 8) }
            return ["": "id\(number)"]
        }
    }

    private static func fields(_ segment: OutboundRow.Segment) -> [String: String] {
        [
            "": "\(segment.sid)", "sid": "\(segment.sid)", "type": "5",
            "lastUpdateTime": "\(segment.lastUpdateTime)", "lastRealizationTime": "\(segment.lastRealizationTime)",
        ]
    }
}

extension TemplateTree {
    static let macros = [
        "UUID", "DP_UUID", "DPID", "MASTER_DPID", "ORDER_ID", "COMMA", "TAB", "ASCII_SOH", "OPEN_CURLY_BRACKET",
        "CLOSE_CURLY_BRACKET", "SET_ATTRIBUTES", "OUTPUT_ATTRIBUTE_VALUE", "OPT_OUT", "PID", "PID_ALIAS", "PIDALIAS",
        "SYNC_MODE", "SYNC_TYPE", "TIMESTAMP", "MCID",
    ]
    static let fields = [
        "SEGMENT_LIST": ["", "sid", "type", "lastUpdateTime", "lastRealizationTime"],
        "REMOVED_SEGMENT_LIST": ["", "sid", "type", "lastUpdateTime", "lastRealizationTime"],
        "TRAIT_LIST": ["", "traitId", "type", "lastRealized"], "DP_UUID_LIST": [""],
    ]
    static let testable = fields.keys.sorted() + ["UUID", "PID", "PID_ALIAS", "MCID", "SYNC_MODE"]
    static let texts = ["a", " ", ",", "\t", "{", "}", "<", ">", "\\", "\"", "é", "|", ";", "S", "SPLIT"]

    static func random(
        _ random: inout SeededGenerator, depth: Int = 0, in list: String? = nil
    ) -> [TemplateTree] {
        (0..<Int.random(in: depth == 0 ? 1...6 : 1...3, using: &random)).map { _ in
            switch Int.random(in: 0...(depth < 3 ? 5 : 3), using: &random) {
            case 0, 1: return .text(texts.randomElement(using: &random) ?? "")
            case 2: return .macro(macros.randomElement(using: &random) ?? "")
            case 3:
                guard let list else { return randomList(&random, depth: depth) }
                return .field(fields[list]?.randomElement(using: &random) ?? "")
            default:
                return .condition(
                    testable.randomElement(using: &random) ?? "", isAll: Bool.random(using: &random),
                    isNot: Bool.random(using: &random), testable.randomElement(using: &random) ?? "",
                    then: Self.random(&random, depth: depth + 1, in: list),
                    otherwise: Bool.random(using: &random) ? [] : Self.random(&random, depth: depth + 1, in: list))
            }
        }
    }

    private static func randomList(_ random: inout SeededGenerator, depth: Int) -> TemplateTree {
        let name = fields.keys.sorted().randomElement(using: &random) ?? ""
        let separator = [nil, ",", "\t", "\"<>\\", "; "].randomElement(using: &random) ?? nil
        if Bool.random(using: &random) { return .list(name, body: nil, separator: separator) }
        return .list(name, body: [.text(".")] + Self.random(&random, depth: depth + 1, in: name), separator: separator)
    }
}
