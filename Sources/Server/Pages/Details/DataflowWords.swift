import TidegateModel

/// What a dataflow does, as a sentence.
struct DataflowWords {
    let dataflow: Dataflow
    let spec: JobSpec

    /// `Every day at 06:00 Europe/Stockholm from 2026-11-21, a full file of vip and lapsed goes to S3 bucket exports/in.`
    var sentence: String { "\(when), \(what) \(isOne ? "goes" : "go") to \(place)." }

    private var isOne: Bool { dataflow.segments.count == 1 || spec.takesSegmentsTogether(dataflow) }

    private var isPush: Bool { spec.goesToConnector(dataflow) }

    /// `Every day at 06:00 Europe/Stockholm from 2026-11-21`.
    var when: String {
        let schedule = dataflow.schedule
        var text = rhythm
        if let start = schedule.start, schedule.frequency != .once { text += " from \(start)" }
        if let end = schedule.end { text += " until the day before \(end)" }
        return text
    }

    private var rhythm: String {
        let schedule = dataflow.schedule
        let at = schedule.at.map { " at \($0)" } ?? ""
        guard schedule.trigger == .scheduled else {
            let zone = "days of \(schedule.timeZone)"
            switch schedule.frequency {
            case .once: return "Once, after the first segmentation\(schedule.start.map { " from \($0) on" } ?? "")"
            case .daily: return "After each segmentation"
            case .weekly: return "After the segmentation, on one day a week, \(zone),"
            case .monthly: return "After the segmentation, on one day a month, \(zone),"
            case .every3Hours, .every6Hours, .every8Hours, .every12Hours:
                return "After the segmentation, \(steps)"
            }
        }
        switch schedule.frequency {
        case .once: return "Once\(schedule.start.map { " on \($0)" } ?? "")\(at) \(schedule.timeZone)"
        case .daily: return "Every day\(at) \(schedule.timeZone)"
        case .weekly: return "Every \(weekday)\(at) \(schedule.timeZone)"
        case .monthly: return "Every month\(dayOfMonth)\(at) \(schedule.timeZone)"
        case .every3Hours, .every6Hours, .every8Hours, .every12Hours:
            return "\(steps), counted from \(schedule.at.map { "\($0) " } ?? "")\(schedule.timeZone)"
        }
    }

    private var steps: String {
        let hours = (dataflow.schedule.frequency.step?.milliseconds ?? 0) / 3_600_000
        return "Every \(hours) hours"
    }

    private var weekday: String {
        let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
        return dataflow.schedule.start.map { names[$0.weekday - 1] } ?? "week"
    }

    private var dayOfMonth: String {
        guard let day = dataflow.schedule.start?.day else { return "" }
        return day > 28 ? " on day \(day), or the month's last," : " on day \(day)"
    }

    /// `an incremental file of gaid ids in vip and lapsed, a full one every 7 days,`
    private func identities(_ layout: AudienceManagerLayout, in segments: String) -> String {
        guard dataflow.export == .incremental else { return "a full file of \(layout.dataSource) ids in \(segments)" }
        let file = "an incremental file of \(layout.dataSource) ids in \(segments)"
        return layout.fullEvery == .never ? file : "\(file), a full one every \(layout.fullEvery.rawValue),"
    }

    /// `a full file of vip`, `incremental files of vip and lapsed`, `everybody in vip and lapsed`.
    var what: String {
        let segments = Self.list(dataflow.segments)
        if isPush {
            return dataflow.export == .full ? "everybody in \(segments)" : "whoever joined or left \(segments)"
        }
        if let layout = dataflow.file.audienceManager { return identities(layout, in: segments) }
        let kind = dataflow.export == .full ? "full" : "incremental"
        if dataflow.segments.count > 1 { return "\(kind) files of \(segments)" }
        return "\(dataflow.export == .full ? "a" : "an") \(kind) file of \(segments)"
    }

    /// `S3 bucket exports/in`, `folder /outbox`; nothing that is secret.
    var place: String {
        guard let destination = spec.destination(named: dataflow.destination) else {
            return "destination '\(dataflow.destination)', which is not declared"
        }
        let name = destination.displayName ?? destination.name
        switch destination.place {
        case .directory(let place): return "folder \(place.path) (\(name))"
        case .s3(let place): return "S3 bucket \(place.bucket)\(place.path.isEmpty ? "" : "/\(place.path)") (\(name))"
        case .sftp(let place): return "\(place.path) on SFTP server \(place.host) (\(name))"
        case .ftp(let place): return "\(place.path) on FTP server \(place.host) (\(name))"
        case .sendgrid: return "SendGrid (\(name))\(list)"
        case .autopilot: return "Autopilot (\(name))\(list)"
        case .webhook: return "a webhook (\(name))"
        }
    }

    private var list: String { dataflow.push?.list.map { ", list \($0)" } ?? "" }

    /// `a`, `a and b`, `a, b and 7 more`.
    static func list(_ names: [String]) -> String {
        switch names.count {
        case 0: "no segment"
        case 1: names[0]
        case 2...4: names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
        default: names.prefix(3).joined(separator: ", ") + " and \(names.count - 3) more"
        }
    }
}
