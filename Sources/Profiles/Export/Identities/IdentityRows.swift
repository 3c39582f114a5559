import AudienceManager
import TidegateModel

/// Renders what an id tells as one line, by the template of the rows.
final class IdentityRows {
    private let template: OutboundTemplate
    private let form: DataSource.IDForm
    private let segments: [OutboundRow.Segment]
    private var row: OutboundRow
    /// The line that was rendered last, with its end.
    private(set) var line: [UInt8] = []

    private let details: IdentityDetails

    /// - Parameter reach: there where the request has data sources whose ids rows list.
    init(_ request: IdentityExportRequest, _ reach: Reach?, on connection: Connection) throws(ProfileError) {
        template = request.row
        form = request.dataSource.form
        row = OutboundRow(request.constants)
        details = try IdentityDetails(request, reach, on: connection)
        // When who is in the segments was found out: the one time that rows can tell of it.
        let evaluatedAt = try connection.nominal(of: request.snapshot).milliseconds
        segments = request.segments.map { OutboundRow.Segment(sid: $0.sid, lastRealizationTime: evaluatedAt) }
    }

    /// Renders `line`, which is as it was where the id is not told.
    func render(_ group: IdentityGroup, _ telling: IdentityTelling) throws(ProfileError) -> IdentityFate {
        guard template.canHold(group.id) else { return .unwritable }
        guard form.accepts(group.id) else { return .invalid }
        row.reset()
        row.setID(group.id)
        telling.forEachListed { row.segments.append(segments[$0]) }
        telling.forEachLeft { row.removedSegments.append(segments[$0]) }
        try details.add(of: group, telling, to: &row)
        line.removeAll(keepingCapacity: true)
        template.render(row, into: &line)
        line.append(UInt8(ascii: "\n"))
        return .told
    }
}
