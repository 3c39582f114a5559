/// What stands between `<` and `>` in a template, in the vendor's spelling.
///
/// The one list of macros: the reader, the messages and the documentation go by it.
package enum OutboundMacro: String, CaseIterable, Sendable {
    case dpid = "DPID"
    case masterDPID = "MASTER_DPID"
    case orderID = "ORDER_ID"
    case pidAlias = "PID_ALIAS"
    case syncMode = "SYNC_MODE"
    case syncType = "SYNC_TYPE"
    case timestamp = "TIMESTAMP"
    case splitNumber = "SPLITNUM"
    case asciiSOH = "ASCII_SOH"
    case tab = "TAB"
    case newLine = "NEW_LINE"
    case comma = "COMMA"
    case openCurlyBracket = "OPEN_CURLY_BRACKET"
    case closeCurlyBracket = "CLOSE_CURLY_BRACKET"
    case uuid = "UUID"
    case dpUUID = "DP_UUID"
    case dpUUIDList = "DP_UUID_LIST"
    case dpUUIDs = "DPUUIDS"
    case mcid = "MCID"
    case pid = "PID"
    case segmentList = "SEGMENT_LIST"
    case removedSegmentList = "REMOVED_SEGMENT_LIST"
    case traitList = "TRAIT_LIST"
    case outputAttributeValue = "OUTPUT_ATTRIBUTE_VALUE"
    case setAttributes = "SET_ATTRIBUTES"
    case optOut = "OPT_OUT"

    /// Spellings of the vendor's documents that mean a macro of another spelling.
    static let variants: [String: OutboundMacro] = ["PIDALIAS": .pidAlias]

    static func named(_ word: String) -> OutboundMacro? { OutboundMacro(rawValue: word) ?? variants[word] }

    /// Where the macro may stand.
    package var slots: [OutboundTemplate.Slot] {
        switch self {
        case .dpid, .masterDPID, .orderID, .pidAlias, .syncMode, .syncType, .timestamp: [.name, .header, .row]
        case .splitNumber: [.name]
        case .newLine: [.header]
        case .asciiSOH, .tab: [.header, .row]
        default: [.row]
        }
    }

    /// What the macro writes whatever the row is, or nil.
    var text: String? {
        switch self {
        case .asciiSOH: "\u{1}"
        case .tab: "\t"
        case .newLine: "\n"
        case .comma: ","
        case .openCurlyBracket: "{"
        case .closeCurlyBracket: "}"
        case .outputAttributeValue, .setAttributes: "1"
        case .optOut: "0"
        default: nil
        }
    }

    var list: OutboundList? {
        switch self {
        case .segmentList: .segments
        case .removedSegmentList: .removedSegments
        case .traitList: .traits
        case .dpUUIDList: .ownIDs
        default: nil
        }
    }

    /// What a row that writes the macro, or asks whether it is there, must bring; nil for what every row has.
    var need: OutboundNeed? {
        switch self {
        case .pidAlias: .pidAlias
        case .pid: .pid
        case .mcid: .mcid
        case .segmentList: .segments
        case .removedSegmentList: .removedSegments
        case .traitList: .traits
        case .dpUUIDList: .ownIDs
        default: nil
        }
    }

    /// For the table of the documentation.
    package var help: String {
        switch self {
        case .dpid: "the data source of the ids in the rows"
        case .masterDPID: "the same: a file has ids of one data source"
        case .orderID: "`orderId`, or the dataflow's id"
        case .pidAlias: "`pidAlias`, or nothing; also written `PIDALIAS`"
        case .syncMode: "`full` or `iter`"
        case .syncType: "`syncType`: `ftp`, `http` or `S3`"
        case .timestamp:
            "the nominal instant in UTC: 13 digits, milliseconds; `format=\"seconds\"`: 10 digits; or a date"
        case .splitNumber: "nothing in the first file, `001` in the second; without `<` and `>`"
        case .asciiSOH: "the control character U+0001"
        case .tab: "a tab"
        case .newLine: "a line end"
        case .comma: "`,`"
        case .openCurlyBracket: "`{`"
        case .closeCurlyBracket: "`}`"
        case .uuid: "the row's id"
        case .dpUUID: "the row's id"
        case .dpUUIDList: "all ids of the row's data source that stand for the same profile, the newest first"
        case .dpUUIDs: "ids of other data sources as JSON, see below"
        case .mcid: "nothing, a warning: Experience Cloud ids are ids of a data source like others"
        case .pid: "`pid`, or nothing and a warning"
        case .segmentList: "the segments that the id is in (full) or has joined (incremental)"
        case .removedSegmentList: "the segments that the id has left"
        case .traitList: "the traits that the id has"
        case .outputAttributeValue, .setAttributes: "`1`"
        case .optOut: "`0`; deprecated, a warning"
        }
    }
}

/// What a list macro goes through.
enum OutboundList: Hashable, Sendable {
    case segments, removedSegments, traits, ownIDs

    /// What can be asked of an element, by the vendor's name; the empty name is the element itself.
    var fields: [String: OutboundField] {
        switch self {
        case .segments, .removedSegments:
            [
                "": .id, "sid": .id, "type": .type, "lastUpdateTime": .lastUpdateTime,
                "lastRealizationTime": .lastRealizationTime,
            ]
        case .traits: ["": .id, "traitId": .id, "Id": .id, "type": .type, "lastRealized": .lastRealizationTime]
        case .ownIDs: ["": .id]
        }
    }

    /// Old names of the id, which the vendor asks people not to use.
    var deprecatedFields: Set<String> {
        switch self {
        case .segments, .removedSegments: ["segmentId", "csegid", "alias"]
        case .traits, .ownIDs: []
        }
    }
}

enum OutboundField: Hashable, Sendable {
    case id, type, lastUpdateTime, lastRealizationTime
}

/// What a template wants of a row beyond its id and what is the same for all rows.
package enum OutboundNeed: Hashable, Sendable {
    case segments, removedSegments, traits
    /// All ids of the row's own data source.
    case ownIDs
    /// The ids of another data source.
    case linkedIDs(dpid: Int64)
    /// The Experience Cloud id, which nobody brings.
    case mcid
    /// Values of the dataflow that may be missing.
    case pid, pidAlias

    /// What asks for it.
    var macro: OutboundMacro {
        switch self {
        case .segments: .segmentList
        case .removedSegments: .removedSegmentList
        case .traits: .traitList
        case .ownIDs: .dpUUIDList
        case .linkedIDs: .dpUUIDs
        case .mcid: .mcid
        case .pid: .pid
        case .pidAlias: .pidAlias
        }
    }
}
