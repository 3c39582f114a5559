import TidegateModel

/// `<DPUUIDS; format="dpids=1111,2222|maxMappings=1|format=json">`
extension TemplateReader {
    mutating func readLinkQuery(from start: Int) throws(TemplateProblem) -> TemplateProgram.LinkQuery {
        guard let format = try readOption("format", from: start) else {
            throw TemplateProblem(
                "'<DPUUIDS>' needs a format, as in '; format=\"dpids=1111|maxMappings=1|format=json\"'", at: start)
        }
        var query = TemplateProgram.LinkQuery(dpids: [], maxMappings: 0)
        var seen: Set<Substring> = []
        for part in format.value.split(separator: "|", omittingEmptySubsequences: false) {
            let name = part.prefix { $0 != "=" }
            let value = part.dropFirst(name.count + 1)
            guard seen.insert(name).inserted else {
                throw TemplateProblem("format of '<DPUUIDS>' has '\(name)' twice", at: format.offset)
            }
            try read(name, value, into: &query, at: format.offset)
        }
        for name in ["dpids", "maxMappings", "format"] where !seen.contains(Substring(name)) {
            throw TemplateProblem("format of '<DPUUIDS>' has no '\(name)'", at: format.offset)
        }
        for dpid in query.dpids where needs[.linkedIDs(dpid: dpid)] == nil { needs[.linkedIDs(dpid: dpid)] = start }
        return query
    }

    private func read(
        _ name: Substring, _ value: Substring, into query: inout TemplateProgram.LinkQuery, at offset: Int
    ) throws(TemplateProblem) {
        switch name {
        case "dpids":
            for text in value.split(separator: ",", omittingEmptySubsequences: false) {
                guard let dpid = Self.number(text) else {
                    throw TemplateProblem("dpids of '<DPUUIDS>' are numbers with commas between them", at: offset)
                }
                if query.dpids.contains(dpid) {
                    throw TemplateProblem("dpids of '<DPUUIDS>' have \(dpid) twice", at: offset)
                }
                query.dpids.append(dpid)
            }
        case "maxMappings":
            guard let count = Self.number(value) else {
                throw TemplateProblem("maxMappings of '<DPUUIDS>' is a number, 0 for all", at: offset)
            }
            query.maxMappings = Int(count)
        case "format":
            if value != "json" { throw TemplateProblem("format of '<DPUUIDS>' can only be json", at: offset) }
        default:
            throw TemplateProblem("format of '<DPUUIDS>' has dpids, maxMappings and format, not '\(name)'", at: offset)
        }
    }

    private static func number(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
        return Int64(text)
    }
}
