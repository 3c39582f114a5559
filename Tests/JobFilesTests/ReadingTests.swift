import Digests
import Foundation
import JobFiles
import Testing
import TidegateModel

struct ReadingTests {
    @Test func `every key reaches the specification`() throws {
        let reading = JobFileReader.read([file(Self.everything)])
        #expect(reading.findings.map(\.description) == [])
        let spec = try #require(reading.spec)
        #expect(
            spec.profile
                == ProfileSchema(
                    key: "id", attributes: [Attribute("id", .text), Attribute("mail", .text, personal: true)]
                )
        )
        #expect(
            spec.sources == [
                Source(
                    id: UUID(kind: "Source", name: "crm"), name: "crm", from: "/srv/data/*.tsv", format: .csv,
                    mode: .replace, columns: ["mail": "E-Mail"],
                    csv: CSVReading(delimiter: 9, quote: nil, null: "NULL"), maxRejected: 0.05
                )
            ]
        )
        #expect(
            spec.segmentation
                == Segmentation(
                    at: try #require(LocalTime(hour: 2, minute: 0)), timeZone: "Europe/Stockholm",
                    guardrails: Guardrails(adHocDelay: .minutes(90), connectorProfiles: 5)
                )
        )
        #expect(spec.segments.map(\.rule) == ["mail is not null", "in_segment('all')\n"])
        #expect(spec.segments.map(\.description) == ["Everyone: all of them", ""])
        #expect(spec.destinations.map(\.place) == [.directory(DirectoryPlace(path: "${env:DROP}/out"))])
        #expect(spec.dataflows == [try Self.dataflow()])
    }

    @Test func `what is left out has the defaults of the model`() throws {
        let text = """
            kind: Profile
            key: id
            attributes: { id: text }
            ---
            { kind: Segment, name: all, where: id is not null }
            ---
            { kind: Destination, name: drop, type: directory, path: /srv/drop }
            ---
            kind: Dataflow
            name: nightly
            destination: drop
            segments: [all]
            schedule: { frequency: daily, trigger: after-segmentation }
            mapping: [{ attribute: id }]
            ---
            { kind: Source, name: crm, from: crm.csv }
            """
        let spec = try #require(JobFileReader.read([file(text)]).spec)
        #expect(spec.segmentation == Segmentation())
        let dataflow = try #require(spec.dataflow(named: "nightly"))
        #expect(
            dataflow
                == Dataflow(
                    id: UUID(kind: "Dataflow", name: "nightly"), name: "nightly", destination: "drop",
                    segments: ["all"], schedule: Schedule(frequency: .daily, trigger: .afterSegmentation),
                    mapping: [MappedColumn(.attribute("id"), header: "id")]
                )
        )
        #expect(
            spec.sources
                == [Source(id: UUID(kind: "Source", name: "crm"), name: "crm", from: "/srv/jobs/crm.csv")]
        )
    }

    @Test func `paths start from the folder of their own file`() throws {
        let profile = JobFile(
            path: "jobs/p.yaml", folder: "/srv/jobs", text: "kind: Profile\nkey: id\nattributes: {id: text}"
        )
        let paths = [
            "data/a.csv": "/srv/jobs/eu/data/a.csv", "./a.csv": "/srv/jobs/eu/a.csv", "../a.csv": "/srv/jobs/a.csv",
            "../../../../a.csv": "/a.csv", "/data//x/./a.csv": "/data/x/a.csv", "${env:HOME}/../a": "${env:HOME}/../a",
            "x/${env:DAY}/../a": "/srv/jobs/eu/x/${env:DAY}/../a", "data/": "/srv/jobs/eu/data",
        ]
        for (written, resolved) in paths {
            let source = JobFile(
                path: "jobs/eu/s.yaml", folder: "/srv/jobs/eu", text: "{kind: Source, name: crm, from: \"\(written)\"}"
            )
            let spec = try #require(JobFileReader.read([profile, source]).spec)
            #expect(spec.sources.map(\.from) == [resolved])
        }
    }

    @Test func `the order in which files are given changes nothing`() throws {
        let files = [
            JobFile(path: "jobs/b.yaml", folder: "/srv", text: "{kind: Segment, name: b, where: id = 'b'}"),
            JobFile(path: "jobs/c.yaml", folder: "/srv", text: "{kind: Profile, key: id, attributes: {id: text}}"),
            JobFile(path: "jobs/a.yaml", folder: "/srv", text: "{kind: Segment, name: a, where: in_segment('b')}"),
        ]
        let spec = try #require(JobFileReader.read(files).spec)
        #expect(spec.segments.map(\.name) == ["a", "b"])
        #expect(JobFileReader.read(files.reversed()).spec == spec)
    }

    @Test func `no job files at all is a problem of the folder`() {
        let reading = JobFileReader.read([], jobsPath: "other/jobs")
        #expect(reading.spec == nil)
        #expect(
            reading.findings.map(\.description)
                == ["other/jobs:1:1: error: no job files (*.yaml or *.yml) in this folder"]
        )
    }

    private func file(_ text: String) -> JobFile { JobFile(path: "jobs/a.yaml", folder: "/srv/jobs", text: text) }

    private static func dataflow() throws -> Dataflow {
        var csv = CSVWriting(delimiter: UInt8(ascii: ";"), quote: UInt8(ascii: "'"), escape: .backslash)
        csv.null = "NULL"
        csv.hasHeader = false
        csv.lineEnd = .crlf
        return Dataflow(
            id: try #require(UUID(uuidString: "9f4a3c1e-0000-4000-8000-000000000001")), name: "all-weekly",
            destination: "drop", segments: ["all", "same"], export: .incremental,
            schedule: Schedule(
                frequency: .weekly, trigger: .scheduled, at: LocalTime(hour: 22, minute: 30),
                start: LocalDate(year: 2026, month: 11, day: 21), end: LocalDate(year: 2027, month: 11, day: 21),
                timeZone: "Asia/Tokyo", gap: .shift, fold: .both, onMiss: .runAll, deadline: .minutes(90)
            ),
            mapping: [
                MappedColumn(.attribute("id"), header: "person_id"),
                MappedColumn(.attribute("mail"), header: "mail", required: true),
                MappedColumn(.segmentStatus, header: "segment_status"),
            ],
            deduplicateBy: ["mail", "id"],
            file: FileLayout(
                name: "%SEGMENT_NAME%_%DATETIME(YYYYMMDD)%", format: .csv, compression: .zstd, level: .small,
                maxRows: 1000, csv: csv, orderBy: ["mail"]
            ),
            isEnabled: false
        )
    }

    private static let everything = #"""
        # A comment before the first document.
        kind: Profile
        key: id
        attributes:
          id: text
          mail: { type: text, personal: true }
        ---
        kind: Source
        name: crm
        from: ../data/*.tsv
        format: csv
        mode: replace
        columns: { mail: E-Mail, id: id }
        maxRejected: 5%
        csv: { delimiter: "\t", quote: none, null: NULL }
        ---
        kind: Segmentation
        at: 02:00
        timeZone: Europe/Stockholm
        guardrails: { adHocDelay: 1h30m, connectorProfiles: 5 }
        ---
        kind: Segment
        name: all
        description: "Everyone: all of them"
        where: mail is not null
        ...
        ---
        kind: Segment
        name: same
        where: |
          in_segment('all')
        ---
        kind: Destination
        name: drop
        type: directory
        path: ${env:DROP}/out
        ---
        kind: Dataflow
        name: all-weekly
        id: 9F4A3C1E-0000-4000-8000-000000000001
        destination: drop
        segments:
          - all
          - same
        export: incremental
        schedule:
          frequency: weekly
          trigger: scheduled
          at: "22:30"
          start: 2026-11-21
          end: "2027-11-21"
          timeZone: Asia/Tokyo
          gap: shift
          fold: both
          onMiss: run-all
          deadline: 90m
        mapping:
          - { attribute: id, as: person.id }
          - { attribute: mail, required: true }
          - attribute: segment_status
        deduplicateBy: [mail, id]
        file:
          name: "%SEGMENT_NAME%_%DATETIME(YYYYMMDD)%"
          format: csv
          compression: zstd
          level: small
          maxRows: 1000
          csv: { delimiter: ;, quote: "'", escape: backslash, null: "NULL", header: false, lineEnd: crlf }
          orderBy: [mail]
        enabled: false
        """#
}
