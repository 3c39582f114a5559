import JobFiles
import Testing

struct ManyDataflowsTests {
    @Test func `thousands of dataflows in one file are all read`() throws {
        let reading = read(dataflows(2_000) { _ in "%DATAFLOW_NAME%_%SEGMENT_NAME%_%DATETIME(yyyyMMdd)%" })
        #expect(reading.findings.isEmpty)
        #expect(try #require(reading.spec).dataflows.count == 2_000)
    }

    @Test func `names that differ in digits alone are told apart from names with dates`() {
        let fixed = dataflows(300) { "export_\(20_260_000 + $0)" }
        #expect(read(fixed).findings.isEmpty)
        let dated = "---\n" + (dataflows(1, named: "dated") { _ in "export_%DATETIME(yyyyMMdd)%" })
        #expect(read(fixed + dated).findings.count == 1)
    }

    @Test func `as many mistakes as dataflows are all told`() {
        let text = dataflows(500) { _ in "%SEGMENT_NAM%" }
        #expect(read(text).findings.count == 500)
    }

    @Test func `of dataflows that all write one name, all but the first are told`() {
        let text = dataflows(500) { _ in "same" }
        #expect(read(text).findings.count == 499)
    }

    @Test func `thousands of folders with dates are told apart, and two that could be one are told`() {
        let destinations = (0..<1_000).map { number in
            "{ kind: Destination, name: drop-\(number), type: directory, "
                + "path: \"/srv/\(number % 100)/%DATETIME(yyyy/MM/dd)%/%DESTINATION_NAME%/%SEGMENT_NAME%\" }\n---\n"
        }
        let twin =
            "{ kind: Destination, name: twin, type: directory, path: /srv/7/2026/%DATETIME(MM/dd)%/drop-107/all }\n---\n"
        let flows = dataflows(1_000, to: { "drop-\($0)" }) { _ in "people" }
        #expect(read(destinations.joined() + flows).findings.isEmpty)
        let late = dataflows(1, named: "late", to: { _ in "twin" }) { _ in "people" }
        let findings = read(destinations.joined() + twin + flows + "---\n" + late).findings
        #expect(findings.count == 1)
        #expect(findings.first?.diagnostic.message.contains("Dataflow 'flow-107'") == true)
    }

    private func read(_ text: String) -> JobFileReading {
        JobFileReader.read([
            JobFile(path: "jobs/a.yaml", folder: "/srv/jobs", text: Self.base),
            JobFile(path: "jobs/b.yaml", folder: "/srv/jobs", text: text),
        ])
    }

    private func dataflows(
        _ count: Int, named prefix: String = "flow", to destination: (Int) -> String = { _ in "drop" },
        fileName: (Int) -> String
    ) -> String {
        (0..<count).map { number in
            """
            kind: Dataflow
            name: \(prefix)-\(number)
            destination: \(destination(number))
            segments: [all]
            schedule: { frequency: daily, trigger: scheduled, at: "02:00", timeZone: Europe/Stockholm }
            mapping:
              - { attribute: id, as: person.id, required: true }
            file: { name: "\(fileName(number))", compression: gzip }

            """
        }.joined(separator: "---\n")
    }

    private static let base = """
        { kind: Profile, key: id, attributes: { id: text } }
        ---
        { kind: Segment, name: all, where: id is not null }
        ---
        { kind: Destination, name: drop, type: directory, path: /srv/drop }
        """
}
