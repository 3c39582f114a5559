import AudienceManager
import Foundation
import TidegateModel

/// Whether two exports of an incremental dataflow would have one name, so that what the first tells is lost to whoever has
/// not read it by then.
struct RepeatedOutboundName {
    private let dataflow: Dataflow
    private let layout: AudienceManagerLayout
    private let dpid: Int64
    private let template: OutboundTemplate
    private let folder: FolderPath
    private let subject: FileName.Subject

    /// Long enough for every date of a calendar and both changes of the clocks.
    private static let period = Span.days(400)
    /// What a schedule without a first day is looked at from: any year will do.
    private static let anyYear = Instant(milliseconds: 1_798_761_600_000)

    init(
        _ dataflow: Dataflow, _ layout: AudienceManagerLayout, _ dpid: Int64, _ template: OutboundTemplate,
        _ folder: FolderPath, _ subject: FileName.Subject
    ) {
        self.dataflow = dataflow
        self.layout = layout
        self.dpid = dpid
        self.template = template
        self.folder = folder
        self.subject = subject
    }

    /// Nil where all names differ, and where reading the name alone has told that they do not.
    var warning: String? {
        guard dataflow.export == .incremental, !template.tellsSecondsApart else { return nil }
        if !template.hasTimestamp, folder.isFixed {
            let isOne = layout.fullEvery != .never && name(.full, Self.anyYear) == name(.incremental, Self.anyYear)
            return isOne
                ? "file name has no '<SYNC_MODE>' either, so that incremental files replace the full ones of 'fullEvery'"
                : nil
        }
        return firstRepeated.map {
            "file name '\($0)' comes more than once by this schedule, and an incremental file replaces the one before"
        }
    }

    private var firstRepeated: String? {
        let schedule = dataflow.schedule
        let start = schedule.start == nil ? Self.anyYear : Instant(milliseconds: 0)
        guard let first = schedule.next(after: start)?.scheduledFor else { return nil }
        var seen: Set<String> = []
        for occurrence in schedule.occurrences(in: first..<first + Self.period) {
            let name = name(.incremental, occurrence.scheduledFor)
            guard seen.insert(place(occurrence.scheduledFor) + "/" + name).inserted else { return name }
        }
        return nil
    }

    /// Of the first part.
    private func name(_ mode: OutboundConstants.SyncMode, _ instant: Instant) -> String {
        let values = OutboundConstants(dataflow, as: layout, dpid: dpid, syncMode: mode, timestamp: instant)
        return String(decoding: template.render(values), as: UTF8.self)
    }

    /// The folder of that export; one that cannot be rendered was reported.
    private func place(_ instant: Instant) -> String {
        if folder.isFixed { return "" }
        let moment = FileName.Moment(
            run: dataflow.id, snapshot: dataflow.id, export: .incremental, scheduledFor: instant
        )
        do throws(FileNameError) {
            return try folder.render(subject, moment)
        } catch {
            return ""
        }
    }
}
