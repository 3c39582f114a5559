import Foundation

/// Everything the job files declare, checked: every name in it resolves and every rule parses.
package struct JobSpec: Hashable, Codable, Sendable {
    package var profile: ProfileSchema
    package var sources: [Source]
    package var dataSources: [DataSource]
    package var traits: [Trait]
    package var segmentation: Segmentation
    package var segments: [Segment]
    package var destinations: [Destination]
    package var dataflows: [Dataflow]

    package init(
        profile: ProfileSchema,
        sources: [Source] = [],
        dataSources: [DataSource] = [],
        traits: [Trait] = [],
        segmentation: Segmentation = Segmentation(),
        segments: [Segment] = [],
        destinations: [Destination] = [],
        dataflows: [Dataflow] = []
    ) {
        self.profile = profile
        self.sources = sources
        self.dataSources = dataSources
        self.traits = traits
        self.segmentation = segmentation
        self.segments = segments
        self.destinations = destinations
        self.dataflows = dataflows
    }

    package func segment(named name: String) -> Segment? { segments.first { $0.name == name } }
    package func destination(named name: String) -> Destination? { destinations.first { $0.name == name } }
    package func dataflow(named name: String) -> Dataflow? { dataflows.first { $0.name == name } }
    /// Whether a dataflow's profiles go out by calls. False also where its destination is not declared.
    package func goesToConnector(_ dataflow: Dataflow) -> Bool {
        destination(named: dataflow.destination)?.isConnector ?? false
    }

    /// Whether all segments of a dataflow go out in one run: by calls, or in files whose rows list a person's segments.
    package func takesSegmentsTogether(_ dataflow: Dataflow) -> Bool {
        dataflow.file.audienceManager != nil || goesToConnector(dataflow)
    }

    package func source(named name: String) -> Source? { sources.first { $0.name == name } }
}

/// Where profile data comes from.
package struct Source: Hashable, Codable, Sendable {
    package enum Format: String, CaseIterable, Codable, Sendable {
        case csv, jsonl
        /// Not rows of profiles: ids, signals and traits, see `dropOff`.
        case audienceManager = "audience-manager"
    }
    package enum Mode: String, CaseIterable, Codable, Sendable { case upsert, replace }

    package var id: UUID
    package var name: String
    /// An absolute path: a file, a folder (every file in it, by name) or a glob over the last components. Of a drop-off
    /// on another machine, how people call that place, such as `s3://bucket/prefix`.
    package var from: String
    package var format: Format
    package var mode: Mode
    /// Attribute name to column name, only where the two differ.
    package var columns: [String: String]
    package var csv: CSVReading
    /// The share of rejected rows, 0 to 1, above which an ingest fails and changes nothing.
    package var maxRejected: Double
    /// Of a source in Audience Manager's format, and of no other.
    package var dropOff: DropOff?

    package init(
        id: UUID, name: String, from: String, format: Format = .csv, mode: Mode = .upsert,
        columns: [String: String] = [:], csv: CSVReading = CSVReading(), maxRejected: Double = 0.01,
        dropOff: DropOff? = nil
    ) {
        self.id = id
        self.name = name
        self.from = from
        self.format = format
        self.mode = mode
        self.columns = columns
        self.csv = csv
        self.maxRejected = maxRejected
        self.dropOff = dropOff
    }
}

extension [Source] {
    /// Rows first: some files of drop-offs only concern profiles that are there.
    package var inReadingOrder: [Source] { filter { $0.dropOff == nil } + filter { $0.dropOff != nil } }
}

/// How a source's CSV is written.
package struct CSVReading: Hashable, Codable, Sendable {
    /// One ASCII byte.
    package var delimiter: UInt8
    /// One ASCII byte; nil where nothing is quoted.
    package var quote: UInt8?
    /// Text of an unquoted field that means NULL. An unquoted empty field always does; a quoted one never does.
    package var null: String

    package init(
        delimiter: UInt8 = UInt8(ascii: ","), quote: UInt8? = UInt8(ascii: "\""), null: String = ""
    ) {
        self.delimiter = delimiter
        self.quote = quote
        self.null = null
    }
}

/// The 24-hour cycle and the guardrails.
package struct Segmentation: Hashable, Codable, Sendable {
    package var at: LocalTime
    package var timeZone: String
    package var guardrails: Guardrails

    package init(at: LocalTime = .midnight, timeZone: String = "UTC", guardrails: Guardrails = Guardrails()) {
        self.at = at
        self.timeZone = timeZone
        self.guardrails = guardrails
    }
}

/// The limits of product.md section 4 that a job file may change, and the one it may not.
package struct Guardrails: Hashable, Codable, Sendable {
    /// Distinct segments in one ad-hoc job.
    package static let segmentsPerAdHocJob = 80

    /// How long after a segment's first activation in a dataflow an ad-hoc run is refused.
    package var adHocDelay: Span
    /// Profiles in one connector run, over all its segments.
    package var connectorProfiles: Int

    package init(adHocDelay: Span = .minutes(20), connectorProfiles: Int = 100_000) {
        self.adHocDelay = adHocDelay
        self.connectorProfiles = connectorProfiles
    }
}

/// A named rule over attributes.
package struct Segment: Hashable, Codable, Sendable {
    package var id: UUID
    package var name: String
    package var description: String
    /// The rule's text, which parses and type-checks against the profile.
    package var rule: String
    /// The segment's number in files in Audience Manager's layout.
    package var sid: Int64?

    private enum CodingKeys: String, CodingKey {
        case id, name, description, sid
        case rule = "where"
    }

    package init(id: UUID, name: String, description: String = "", rule: String, sid: Int64? = nil) {
        self.id = id
        self.name = name
        self.description = description
        self.rule = rule
        self.sid = sid
    }
}
