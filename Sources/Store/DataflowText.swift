import Foundation
import TidegateModel

/// Reads the stored text of a dataflow some twenty times faster than the general decoder: a start with ten thousand of
/// them is to be ready at once.
///
/// Reads only what `DeclaredObject` wrote in this version; anything else, such as what only dataflows to connectors
/// have, is left to the general decoder.
enum DataflowText {
    private typealias JSON = CanonicalJSON
    private typealias Unexpected = CanonicalJSON.Unexpected

    /// Nil where the text is not as expected.
    static func read(_ text: String) -> Dataflow? {
        var text = text
        return text.withUTF8 { bytes in
            var json = JSON(bytes)
            let dataflow = try? dataflow(&json)
            return json.isAtEnd ? dataflow : nil
        }
    }

    private static func dataflow(_ json: inout JSON) throws(Unexpected) -> Dataflow {
        var id: UUID?
        var (name, destination): (String?, String?)
        var (segments, deduplicateBy): ([String]?, [String]?)
        var export: Dataflow.ExportMode?
        var schedule: Schedule?
        var mapping: [MappedColumn]?
        var file: FileLayout?
        var (isEnabled, isDetached): (Bool?, Bool?)
        try json.object { (json, key) throws(Unexpected) in
            switch key {
            case "id": id = try json.string(as: UUID.init(stored:))
            case "name": name = try json.string()
            case "destination": destination = try json.string()
            case "segments": segments = try json.list(of: word)
            case "export": export = try json.string(as: Dataflow.ExportMode.init(rawValue:))
            case "schedule": schedule = try Self.schedule(&json)
            case "mapping": mapping = try json.list(of: column)
            case "deduplicateBy": deduplicateBy = try json.list(of: word)
            case "file": file = try Self.file(&json)
            case "enabled": isEnabled = try json.boolean()
            case "detached": isDetached = try json.boolean()
            default: throw Unexpected()
            }
        }
        guard let id, let name, let destination, let segments, let export, let schedule, let mapping,
            let deduplicateBy, let file, let isEnabled, let isDetached
        else { throw Unexpected() }
        return Dataflow(
            id: id,
            name: name,
            destination: destination,
            segments: segments,
            export: export,
            schedule: schedule,
            mapping: mapping,
            deduplicateBy: deduplicateBy,
            file: file,
            isEnabled: isEnabled,
            isDetached: isDetached
        )
    }

    private static func word(_ json: inout JSON) throws(Unexpected) -> String { try json.string() }

    private static func column(_ json: inout JSON) throws(Unexpected) -> MappedColumn {
        var origin: MappedColumn.Origin?
        var header: String?
        var isRequired: Bool?
        try json.object { (json, key) throws(Unexpected) in
            switch key {
            case "origin": origin = try Self.origin(&json)
            case "as": header = try json.string()
            case "required": isRequired = try json.boolean()
            default: throw Unexpected()
            }
        }
        guard let origin, let header, let isRequired else { throw Unexpected() }
        return MappedColumn(origin, header: header, required: isRequired)
    }

    private static func origin(_ json: inout JSON) throws(Unexpected) -> MappedColumn.Origin {
        var origin: MappedColumn.Origin?
        try json.object { (json, key) throws(Unexpected) in
            switch key {
            case "attribute":
                try json.object { (json, key) throws(Unexpected) in
                    guard key == "_0" else { throw Unexpected() }
                    origin = .attribute(try json.string())
                }
            case "segmentStatus":
                try json.object { (_, _) throws(Unexpected) in throw Unexpected() }
                origin = .segmentStatus
            default: throw Unexpected()
            }
        }
        guard let origin else { throw Unexpected() }
        return origin
    }

    private static func schedule(_ json: inout JSON) throws(Unexpected) -> Schedule {
        var schedule = Schedule(frequency: .once, trigger: .afterSegmentation)
        var seen = 0
        try json.object { (json, key) throws(Unexpected) in
            seen += 1
            switch key {
            case "frequency": schedule.frequency = try json.string(as: Frequency.init(rawValue:))
            case "trigger": schedule.trigger = try json.string(as: ScheduleTrigger.init(rawValue:))
            case "timeZone": schedule.timeZone = try json.string()
            case "gap": schedule.gap = try json.string(as: GapPolicy.init(rawValue:))
            case "fold": schedule.fold = try json.string(as: FoldPolicy.init(rawValue:))
            case "onMiss": schedule.onMiss = try json.string(as: MissPolicy.init(rawValue:))
            case "deadline": schedule.deadline = Span(milliseconds: try json.integer())
            default:
                // The three that may be absent.
                seen -= 1
                switch key {
                case "at": schedule.at = try json.string(as: LocalTime.init(iso:))
                case "start": schedule.start = try json.string(as: LocalDate.init(iso:))
                case "end": schedule.end = try json.string(as: LocalDate.init(iso:))
                default: throw Unexpected()
                }
            }
        }
        guard seen == 7 else { throw Unexpected() }
        return schedule
    }

    private static func file(_ json: inout JSON) throws(Unexpected) -> FileLayout {
        var file = FileLayout()
        var seen = 0
        try json.object { (json, key) throws(Unexpected) in
            seen += 1
            switch key {
            case "name": file.name = try json.string()
            case "format": file.format = try json.string(as: FileLayout.Format.init(rawValue:))
            case "compression": file.compression = try json.string(as: FileLayout.Compression.init(rawValue:))
            case "level": file.level = try json.string(as: FileLayout.Level.init(rawValue:))
            case "maxRows": file.maxRows = try json.integer()
            case "csv": file.csv = try csv(&json)
            case "orderBy": file.orderBy = try json.list(of: word)
            default: throw Unexpected()
            }
        }
        guard seen == 7 else { throw Unexpected() }
        return file
    }

    private static func csv(_ json: inout JSON) throws(Unexpected) -> CSVWriting {
        var csv = CSVWriting()
        var seen = 0
        try json.object { (json, key) throws(Unexpected) in
            seen += 1
            switch key {
            case "delimiter": csv.delimiter = try json.integer()
            case "quote": csv.quote = try json.integer()
            case "escape": csv.escape = try json.string(as: CSVWriting.Escape.init(rawValue:))
            case "null": csv.null = try json.string()
            case "header": csv.hasHeader = try json.boolean()
            case "lineEnd": csv.lineEnd = try json.string(as: CSVWriting.LineEnd.init(rawValue:))
            default: throw Unexpected()
            }
        }
        guard seen == 6 else { throw Unexpected() }
        return csv
    }
}
