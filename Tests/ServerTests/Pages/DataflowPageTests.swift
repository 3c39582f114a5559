import Foundation
import Store
import Testing
import TidegateModel
import TidegateTesting

@testable import Server

@Suite struct DataflowPageTests {
    private let spec = Sample.spec()

    @Test func `a dataflow is told in one sentence`() {
        func sentence(_ change: (inout Dataflow) -> Void, _ number: Int = 0) -> String {
            var dataflow = spec.dataflows[number]
            change(&dataflow)
            return DataflowWords(dataflow: dataflow, spec: spec).sentence
        }
        #expect(
            sentence { _ in }
                == "Every day at 06:00 Europe/Stockholm from 2026-11-01, full files of vip and lapsed go to S3 bucket exports/in (bucket)."
        )
        #expect(
            sentence(
                {
                    $0.schedule.frequency = .weekly
                    $0.export = .incremental
                }, 1)
                == "Every Sunday at 21:30 Europe/Stockholm from 2026-11-01, an incremental file of news goes to folder /outbox/daily (drop)."
        )
        #expect(
            sentence(
                {
                    $0.schedule.trigger = .afterSegmentation
                    $0.schedule.at = nil
                    $0.schedule.start = nil
                    $0.schedule.end = LocalDate(year: 2027, month: 1, day: 1)
                }, 2)
                == "After each segmentation until the day before 2027-01-01, everybody in vip and news goes to SendGrid (mail), list list-1."
        )
        #expect(
            sentence {
                $0.export = .incremental
                $0.file.audienceManager = AudienceManagerLayout(dataSource: "gaid", fullEvery: .week)
            }
                == "Every day at 06:00 Europe/Stockholm from 2026-11-01, an incremental file of gaid ids in vip and lapsed, a full one every 7 days, goes to S3 bucket exports/in (bucket)."
        )
        #expect(sentence { $0.destination = "gone" }.hasSuffix("go to destination 'gone', which is not declared."))
    }

    @Test(arguments: Frequency.allCases, ScheduleTrigger.allCases)
    func `every rhythm has words`(_ frequency: Frequency, _ trigger: ScheduleTrigger) {
        var dataflow = spec.dataflows[0]
        dataflow.schedule.frequency = frequency
        dataflow.schedule.trigger = trigger
        let when = DataflowWords(dataflow: dataflow, spec: spec).when
        #expect(when.hasPrefix("Every") || when.hasPrefix("Once") || when.hasPrefix("After"))
        #expect(!when.contains("  "))
    }

    @Test func `the next occurrences stand in local time and UTC, and a clock change is flagged`() async throws {
        var spec = spec
        spec.dataflows[0].schedule.at = LocalTime(iso: "02:30")
        spec.dataflows[0].schedule.start = LocalDate(iso: "2027-03-27")
        let server = try await ServerFixture.sample(spec)
        let text = try await server.call("/dataflows/vip-nightly").text
        #expect(text.contains("2027-03-27 02:30 +01:00 Europe/Stockholm"))
        #expect(text.contains("2027-03-27T01:30:00Z"))
        #expect(text.contains("02:30 does not exist on this date, clocks jump from 02:00 to 03:00"))
        #expect(text.matches(of: /<th scope="row" class="tight">2027-/).count == 10)
    }

    @Test func `a dataflow that is switched off, detached or spent says so instead of the next occurrences`()
        async throws
    {
        var spec = spec
        spec.dataflows[0].isEnabled = false
        spec.dataflows[1].isDetached = true
        let server = try await ServerFixture.sample(spec)
        #expect(try await server.call("/dataflows/vip-nightly").text.contains("None: the dataflow is switched off."))
        #expect(try await server.call("/dataflows/weekly-news").text.contains("None: the dataflow is detached."))
    }

    @Test func `runs, sizes, the calendar and the ledger are read from what happened`() async throws {
        let server = try await ServerFixture.sample()
        let dataflow = spec.dataflows[0]
        for day in 1...3 {
            let at = Sample.noon - .hours(7) - .days(Int64(day))
            try server.make.complete(server.make.run(day, of: dataflow, ["vip"], at: at), rows: 100 * day)
            try server.make.complete(server.make.run(10 + day, of: dataflow, ["lapsed"], at: at), rows: 1_000)
        }
        let missed = server.make.run(
            20, of: dataflow, ["vip"], at: Sample.noon - .days(9), state: .missed, reason: "past-deadline"
        )
        try server.make.record(missed, .missed, .pastDeadline)
        let text = try await server.call("/dataflows/vip-nightly").text
        #expect(text.contains("1,300 profiles"))
        #expect(text.contains("<g class=\"missed hollow-day\">"))
        #expect(text.contains("<code>past-deadline</code>"))
        #expect(text.contains("3 days Completed"))
        #expect(text.contains("href=\"/runs/\(Sample.id(20).text)\""))
    }

    @Test func `the job file stands as applied, with what changed, and secrets as references`() async throws {
        let server = try await ServerFixture.sample(Sample.spec(at: "05:00"))
        try server.store.apply(
            Sample.spec(), from: ScheduleCursor(instant: Sample.noon, snapshot: nil), actor: "test"
        )
        let text = try await server.call("/dataflows/vip-nightly").text
        #expect(text.contains("Revision 2"))
        #expect(text.contains("<del>-   at: &quot;05:00&quot;</del>"))
        #expect(text.contains("<ins>+   at: &quot;06:00&quot;</ins>"))
        #expect(text.contains("deadline: 6h"))
    }

    @Test func `a stored specification reads like a job file`() {
        let text = SpecText(
            #"{"csv":{"delimiter":44,"header":true},"empty":[],"mapping":[{"as":"a","origin":{"attribute":{"_0":"x"}}}],"name":"n","text":"a: b\n"}"#
        )
        #expect(
            text.lines == [
                "name: n", "mapping:", "  - as: a", "    attribute: x", "csv:", "  delimiter: ','", "  header: true",
                "empty: []", "text: \"a: b\\n\"",
            ]
        )
        #expect(SpecText("not JSON").lines == ["not JSON"])
    }

    @Test func `a comparison shows what changed and two lines around it`() {
        let old = SpecText(#"{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6}"#)
        let new = SpecText(#"{"a":1,"b":2,"c":3,"d":9,"e":5,"f":6,"g":7}"#)
        #expect(
            new.changes(since: old) == [
                .same("b: 2"), .same("c: 3"), .removed("d: 4"), .added("d: 9"), .same("e: 5"), .same("f: 6"),
                .added("g: 7"),
            ]
        )
        #expect(old.changes(since: old).isEmpty)
    }
}
