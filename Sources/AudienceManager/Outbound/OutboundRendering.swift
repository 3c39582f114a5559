import TidegateModel

extension OutboundTemplate {
    /// Appends the text for one row, or of a header or name; without a line end.
    package func render(_ row: borrowing OutboundRow, into output: inout [UInt8]) {
        program.render(program.pieces.indices, row, nil, into: &output)
    }

    /// A header's bytes, without the last line end.
    package func render(_ constants: OutboundConstants) -> [UInt8] {
        var output: [UInt8] = []
        render(OutboundRow(constants), into: &output)
        return output
    }
}

extension TemplateProgram {
    /// One of a list.
    enum Element {
        case segment(OutboundRow.Segment)
        case trait(OutboundRow.Trait)
        /// A range of `linkBytes`.
        case link(Range<Int>)
    }

    func render(
        _ range: Range<Int>, _ row: borrowing OutboundRow, _ element: Element?, into output: inout [UInt8]
    ) {
        var number = range.lowerBound
        while number < range.upperBound {
            var next = number + 1
            switch pieces[number] {
            case .text(let text): append(text, to: &output)
            case .constant(let macro): append(macro, row.constants, to: &output)
            case .timestamp(let stamp): append(stamps[stamp], row.constants.timestamp, to: &output)
            case .id: output.append(contentsOf: row.id)
            case .list(let list, let separator, let end):
                append(list, next..<end, separator, row, to: &output)
                next = end
            case .field(let field):
                if let element { append(field, element, row, to: &output) }
            case .links(let query): append(links[query], row, to: &output)
            case .test(let condition, let otherwise):
                if !holds(conditions[condition], row) { next = otherwise }
            case .jump(let target): next = target
            case .splitNumber: break
            }
            number = next
        }
    }

    private func append(
        _ list: OutboundList, _ body: Range<Int>, _ separator: Range<Int>, _ row: borrowing OutboundRow,
        to output: inout [UInt8]
    ) {
        switch list {
        case .segments: append(row.segments, body, separator, row, to: &output)
        case .removedSegments: append(row.removedSegments, body, separator, row, to: &output)
        case .traits:
            for number in row.traits.indices {
                if number > 0 { append(separator, to: &output) }
                render(body, row, .trait(row.traits[number]), into: &output)
            }
        case .ownIDs:
            var isFirst = true
            for number in row.links.indices where row.links[number].dpid == row.constants.dpid {
                if !isFirst { append(separator, to: &output) }
                isFirst = false
                render(body, row, .link(row.links[number].id), into: &output)
            }
        }
    }

    private func append(
        _ segments: [OutboundRow.Segment], _ body: Range<Int>, _ separator: Range<Int>, _ row: borrowing OutboundRow,
        to output: inout [UInt8]
    ) {
        // Most rows are lists of numbers and nothing else.
        let isPlain = body.count == 1 && pieces[body.lowerBound] == .field(.id)
        for number in segments.indices {
            if number > 0 { append(separator, to: &output) }
            if isPlain {
                output.append(decimal: segments[number].sid)
            } else {
                render(body, row, .segment(segments[number]), into: &output)
            }
        }
    }

    private func append(_ text: Range<Int>, to output: inout [UInt8]) {
        literals.withUnsafeBufferPointer { output.append(contentsOf: UnsafeBufferPointer(rebasing: $0[text])) }
    }

    private func append(
        _ field: OutboundField, _ element: Element, _ row: borrowing OutboundRow, to output: inout [UInt8]
    ) {
        switch (element, field) {
        case (.segment(let segment), .id): output.append(decimal: segment.sid)
        case (.segment, .type): output.append(UInt8(ascii: "5"))
        case (.segment(let segment), .lastUpdateTime): output.append(decimal: segment.lastUpdateTime)
        case (.segment(let segment), .lastRealizationTime): output.append(decimal: segment.lastRealizationTime)
        case (.trait(let trait), .id): output.append(decimal: trait.sid)
        case (.trait(let trait), .type): output.append(decimal: trait.isOnboarded ? 10 : 3)
        case (.trait(let trait), .lastUpdateTime), (.trait(let trait), .lastRealizationTime):
            output.append(decimal: trait.lastRealized)
        case (.link(let bytes), _): output.append(contentsOf: row.linkBytes[bytes])
        }
    }

    private func append(_ query: LinkQuery, _ row: borrowing OutboundRow, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "["))
        var isFirst = true
        for dpid in query.dpids {
            var left = query.maxMappings == 0 ? Int.max : query.maxMappings
            for number in row.links.indices where left > 0 && row.links[number].dpid == dpid {
                left -= 1
                if !isFirst { output.append(UInt8(ascii: ",")) }
                isFirst = false
                output.append(contentsOf: #"[""#.utf8)
                output.append(decimal: dpid)
                output.append(contentsOf: #"",""#.utf8)
                output.append(escapedForJSON: row.linkBytes[row.links[number].id])
                output.append(contentsOf: #""]"#.utf8)
            }
        }
        output.append(UInt8(ascii: "]"))
    }

    private func append(_ macro: OutboundMacro, _ values: OutboundConstants, to output: inout [UInt8]) {
        switch macro {
        case .dpid: output.append(decimal: values.dpid)
        case .masterDPID: output.append(decimal: values.masterDPID)
        case .orderID: output.append(contentsOf: values.orderID.utf8)
        case .pid:
            if let pid = values.pid { output.append(decimal: pid) }
        case .pidAlias:
            if let alias = values.pidAlias { output.append(contentsOf: alias.utf8) }
        case .syncMode: output.append(contentsOf: values.syncMode.rawValue.utf8)
        case .syncType: output.append(contentsOf: values.syncType.rawValue.utf8)
        default: break
        }
    }

    private func append(_ stamp: Stamp, _ instant: Instant, to output: inout [UInt8]) {
        switch stamp {
        case .milliseconds: output.append(decimal: max(0, instant.milliseconds), width: 13)
        case .seconds: output.append(decimal: max(0, instant.milliseconds / 1000), width: 10)
        case .date(let pattern): output.append(contentsOf: pattern.text(of: instant).utf8)
        }
    }

    private func holds(_ condition: Condition, _ row: borrowing OutboundRow) -> Bool {
        switch condition {
        case .has(let macro): return has(macro, row)
        case .not(let inner): return !holds(inner, row)
        // Loops, because a closure would copy the row.
        case .all(let parts):
            for part in parts where !holds(part, row) { return false }
            return true
        case .any(let parts):
            for part in parts where holds(part, row) { return true }
            return false
        }
    }

    /// True where the macro would write something.
    private func has(_ macro: OutboundMacro, _ row: borrowing OutboundRow) -> Bool {
        switch macro {
        case .segmentList: !row.segments.isEmpty
        case .removedSegmentList: !row.removedSegments.isEmpty
        case .traitList: !row.traits.isEmpty
        case .dpUUIDList: row.hasOwnLink
        case .uuid, .dpUUID: !row.id.isEmpty
        case .mcid: false
        case .pid: row.constants.pid != nil
        case .pidAlias: row.constants.pidAlias?.isEmpty == false
        case .orderID: !row.constants.orderID.isEmpty
        default: true
        }
    }
}
