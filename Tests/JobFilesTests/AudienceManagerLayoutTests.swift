import JobFiles
import Testing
import TidegateModel

/// Files in Audience Manager's layout as they are read; `Broken/audience-manager-layout.yaml` has what is refused.
struct AudienceManagerLayoutTests {
    @Test func `the data source is enough, and the rest is what the reference says`() throws {
        let dataflow = try dataflow(to: "nightly-drop", "dataSource: gaid")
        #expect(dataflow.mapping.isEmpty)
        #expect(dataflow.file.name == AudienceManagerLayout.defaultName)
        #expect(dataflow.file.fileExtension == "")
        #expect(dataflow.file.audienceManager == AudienceManagerLayout(dataSource: "gaid"))
    }

    @Test func `every setting is read`() throws {
        let dataflow = try dataflow(
            to: "nightly-drop", export: "incremental",
            """
            dataSource: crm-ids, name: "a_<TIMESTAMP>.csv", compression: gzip, maxRows: 7, syncType: http, orderId: 12,
              pid: 1131, pidAlias: acme, fullEvery: 24 hours, header: "A<NEW_LINE>", row: "<PID> <UUID>", controlFile: false
            """
        )
        #expect(
            dataflow.file.audienceManager
                == AudienceManagerLayout(
                    dataSource: "crm-ids", syncType: .http, orderID: 12, pid: 1131, pidAlias: "acme",
                    fullEvery: .day, header: "A<NEW_LINE>", row: "<PID> <UUID>", hasControlFile: false
                )
        )
        #expect(dataflow.file.name == "a_<TIMESTAMP>.csv")
        #expect(dataflow.file.maxRows == 7)
        #expect(dataflow.file.fileExtension == ".gz")
    }

    @Test func `the sync type follows the destination's unless it is written`() throws {
        let bucket = "type: s3, bucket: exports, region: eu-north-1"
        #expect(try layout(to: bucket, "dataSource: gaid").syncType == .s3)
        #expect(try layout(to: bucket, "dataSource: gaid, syncType: ftp").syncType == .ftp)
        let login = "type: ftp, host: h, user: u, password: '${env:P}', path: in"
        #expect(try layout(to: login, "dataSource: gaid").syncType == .ftp)
    }

    @Test func `a global data source goes by the name that a document gives it`() throws {
        let reading = try read(
            """
            { kind: DataSource, name: android, dpid: 20914, type: device, attribute: customer_id }
            ---
            \(Self.text(to: "nightly-drop", export: "full", "dataSource: gaid"))
            """
        )
        #expect(reading.spec?.dataflows.first?.file.audienceManager?.dataSource == "android")
    }

    @Test func `what a detached dataflow cannot know is left open, and its mapping is refused all the same`() throws {
        let text = Self.text(to: "gone", export: "full", "dataSource: gaid") + "detached: true\n"
        #expect(try read(text).spec?.dataflows.first?.file.audienceManager?.syncType == .ftp)
        #expect(try read(text + "mapping: [{ attribute: email }]\n").errors.count == 1)
    }

    @Test func `thousands of them in one place are told apart by their order's number`() throws {
        let flows = (1...1_000).map { number in
            Self.text(
                to: "nightly-drop", export: "full", named: "flow-\(number)", "dataSource: gaid, orderId: \(number)")
        }
        #expect(try read(flows.joined(separator: "---\n")).findings.isEmpty)
        let same = Self.text(to: "nightly-drop", export: "full", named: "same", "dataSource: gaid, orderId: 77")
        let findings = try read((flows + [same]).joined(separator: "---\n")).findings
        #expect(findings.count == 1)
        #expect(findings.first?.diagnostic.message.contains("Dataflow 'flow-77'") == true)
    }

    @Test(arguments: [
        ("every-3-hours", "YYYYMMDD", "UTC", true), ("every-3-hours", "YYYYMMDDhh", "UTC", false),
        ("every-12-hours", "YYYYMMDD", "UTC", true), ("daily", "YYYYMMDD", "Europe/Stockholm", false),
        ("daily", "YYYYMM", "UTC", true), ("daily", "MMDD", "UTC", true), ("weekly", "YYYYMM", "UTC", true),
        ("monthly", "YYYYMM", "UTC", false),
        // On the day before summer time 00:30 is 00:30 in UTC, on the day after it is 23:30 of the day before.
        ("daily", "YYYYMMDD", "Europe/London", true),
    ])
    func `a time that is coarser than the schedule loses what incremental files tell, and is warned of`(
        _ frequency: String, _ pattern: String, _ zone: String, _ isRepeated: Bool
    ) throws {
        func warnings(_ export: String, to place: String = "nightly-drop", _ stamp: String) throws -> [String] {
            let text = """
                { kind: Destination, name: dated, type: directory, path: ./out/%DATETIME(yyyyMMddHHmmss)% }
                ---
                kind: Dataflow
                name: out
                destination: \(place)
                segments: [loyal]
                export: \(export)
                schedule:
                  { frequency: \(frequency), trigger: scheduled, at: "00:30", start: 2026-11-01, timeZone: \(zone) }
                file: { layout: audience-manager, dataSource: gaid, name: 'a_<SYNC_MODE>_<TIMESTAMP\(stamp)>.sync' }

                """
            let reading = try read(text)
            #expect(reading.errors == [])
            return reading.findings.map(\.diagnostic.message)
        }
        let stamp = "; format=\"\(pattern)\""
        let found = try warnings("incremental", stamp)
        #expect(found.count == (isRepeated ? 1 : 0), "\(found)")
        #expect(found.allSatisfy { $0.contains("comes more than once by this schedule") })
        #expect(try warnings("incremental", "") == [])
        #expect(try warnings("incremental", to: "dated", stamp) == [])
        if ["daily", "weekly", "monthly"].contains(frequency) { #expect(try warnings("full", stamp) == []) }
    }

    @Test func `full and incremental files under one name are warned of`() throws {
        func warnings(_ name: String, _ fullEvery: String) throws -> [String] {
            let text = Self.text(
                to: "nightly-drop", export: "incremental", "dataSource: gaid, name: \(name), fullEvery: \(fullEvery)")
            return try read(text).findings.map(\.diagnostic.message)
        }
        let replaced = "file name has no '<TIMESTAMP>', so that each export replaces the one before"
        let one =
            "file name has no '<SYNC_MODE>' either, so that incremental files replace the full ones of 'fullEvery'"
        #expect(try Set(warnings("a.sync", "7 days")) == [replaced, one])
        #expect(try warnings("a.sync", "never") == [replaced])
        #expect(try warnings("a_<SYNC_MODE>.sync", "7 days") == [replaced])
    }

    private func layout(to place: String, _ file: String) throws -> AudienceManagerLayout {
        let text = "{ kind: Destination, name: far, \(place) }\n---\n" + Self.text(to: "far", export: "full", file)
        let reading = try read(text)
        #expect(reading.findings.map(\.description) == [])
        return try #require(reading.spec?.dataflows.first?.file.audienceManager)
    }

    private func dataflow(to destination: String, export: String = "full", _ file: String) throws -> Dataflow {
        let reading = try read(Self.text(to: destination, export: export, file))
        #expect(reading.findings.map(\.description) == [])
        return try #require(reading.spec?.dataflows.first)
    }

    private func read(_ text: String) throws -> JobFileReading {
        let base = """
            { kind: DataSource, name: crm-ids, dpid: 478, type: cross-device, attribute: customer_id }
            ---
            { kind: Segment, name: loyal, where: orders > 3, sid: 7 }
            ---

            """
        return try ValidFixture(name: "text", text: base + text).reading()
    }

    private static func text(
        to destination: String, export: String, named name: String = "out", _ file: String
    ) -> String {
        """
        kind: Dataflow
        name: \(name)
        destination: \(destination)
        segments: [loyal]
        export: \(export)
        schedule: { frequency: daily, trigger: scheduled, at: "14:00" }
        file: { layout: audience-manager, \(file) }

        """
    }
}
