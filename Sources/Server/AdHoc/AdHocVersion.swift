/// Which version of the ad-hoc call a client speaks, by its Accept header.
enum AdHocVersion: String, Sendable {
    /// Names the export jobs whose snapshot is to be exported.
    case first = "1"
    /// Exports the latest snapshot.
    case second = "2"

    static let type = "application/vnd.adobe.adhoc.activation+json"

    /// The version that is wanted most, and the second where both are wanted as much.
    ///
    /// - Throws: ``AdHocFault`` where a client takes no answer that there is.
    init(accept: String?) throws(AdHocFault) {
        let accept = accept ?? ""
        guard !accept.allSatisfy(\.isWhitespace) else {
            self = .first
            return
        }
        let ranges = MediaRange.list(accept)
        let (first, second) = (Self.quality(ofFirst: ranges), Self.quality(ofSecond: ranges))
        guard max(first, second) > 0 else { throw .notAcceptable }
        self = second >= first ? .second : .first
    }

    private static func quality(ofSecond ranges: [MediaRange]) -> Int {
        ranges.filter { $0.type == type && $0.parameters["version"] == second.rawValue }.map(\.quality).max() ?? 0
    }

    /// By the range that says most about it, for which `*/*;q=0.1` has no say beside `application/json;q=0`.
    private static func quality(ofFirst ranges: [MediaRange]) -> Int {
        let named = ranges.filter { range in
            switch range.type {
            case type: [nil, first.rawValue].contains(range.parameters["version"])
            default: range.type == "application/json"
            }
        }
        let levels = [named, ranges.filter { $0.type == "application/*" }, ranges.filter { $0.type == "*/*" }]
        return levels.first { !$0.isEmpty }?.map(\.quality).max() ?? 0
    }
}
