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

    private func read(_ text: String) -> JobFileReading {
        JobFileReader.read([
            JobFile(path: "jobs/a.yaml", folder: "/srv/jobs", text: Self.base),
            JobFile(path: "jobs/b.yaml", folder: "/srv/jobs", text: text),
        ])
    }

    private func dataflows(_ count: Int, named prefix: String = "flow", fileName: (Int) -> String) -> String {
        (0..<count).map { number in
            """
            kind: Dataflow
            name: \(prefix)-\(number)
            destination: drop
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
