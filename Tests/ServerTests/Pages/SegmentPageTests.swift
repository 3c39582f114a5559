import Foundation
import Store
import Testing
import TidegateModel
import TidegateTesting

@testable import Server

@Suite struct SegmentPageTests {
    @Test func `segments stand with their size, who joined and left, and their rule`() async throws {
        let server = try await ServerFixture.sample(cycles: 5)
        let text = try await server.call("/segments").text
        #expect(text.contains("12,000"))
        #expect(text.contains("+40") && text.contains("−12"))
        #expect(text.contains("orders &gt;= 5 AND country IN (&#39;SE&#39;, &#39;NO&#39;)"))
        #expect(text.matches(of: /<polyline/).count == 3)
    }

    @Test func `without any snapshot the pages say so`() async throws {
        let server = try await ServerFixture.sample(cycles: 0)
        #expect(try await server.call("/segments").text.contains("There is no snapshot yet."))
        #expect(try await server.call("/segments/vip").text.contains("It is in no snapshot yet."))
        #expect(try await server.call("/segments/vip?with=news").status == 200)
    }

    @Test func `a segment names the dataflows that export it and its history`() async throws {
        let server = try await ServerFixture.sample(cycles: 5)
        let text = try await server.call("/segments/vip").text
        #expect(text.contains("href=\"/dataflows/vip-nightly\""))
        #expect(text.contains("href=\"/dataflows/mail-push\""))
        #expect(!text.contains("href=\"/dataflows/weekly-news\""))
        #expect(text.contains("5 cycles as a table"))
    }

    @Test func `an overlap is told by both shares`() async throws {
        let server = try await ServerFixture.sample()
        let text = try await server.call("/segments/vip?with=news").text
        #expect(text.contains("1,500 profiles are in both: 37.5 % of vip, 12.5 % of news."))
        #expect(text.contains("14,500"))
        #expect(text.contains("<option selected>news</option>"))
        let unknown = try await server.call("/segments/vip?with=%3Cx%3E").text
        #expect(unknown.contains("does not have both vip and &lt;x&gt;"))
    }

    @Test func `a cycle that goes on, waits or failed is told of`() async throws {
        let server = try await ServerFixture.sample()
        let cycle = try #require(try server.store.beginCycle(nominal: Sample.noon, trigger: .onDemand, at: Sample.noon))
        #expect(try await server.call("/segments").text.contains("a cycle goes on since"))
        try server.store.failCycle(cycle.sequence, reason: "source 'crm' is <gone>", at: Sample.noon)
        #expect(try await server.call("/segments").text.contains("source &#39;crm&#39; is &lt;gone&gt;"))
    }

    @Test func `the audit is paged, the newest first, with links to what was acted upon`() async throws {
        let server = try await ServerFixture.sample()
        for number in 1...60 {
            let subject = number == 60 ? Sample.id(1).text : "vip-nightly"
            try server.store.note(
                AuditEntry(
                    at: Sample.noon - .hours(1) + .seconds(Int64(number)), actor: "cli:\(number)",
                    action: number == 60 ? .cancel : .pause, subject: subject, refusal: number == 2 ? "<no>" : nil
                )
            )
        }
        let first = try await server.call("/audit").text
        #expect(first.contains("cli:60<") && first.contains("cli:11<") && !first.contains("cli:10<"))
        #expect(first.contains("href=\"/runs/\(Sample.id(1).text)\""))
        let next = try #require(first.firstMatch(of: /href="(\/audit\?before=\d+)"/)?.1)
        let second = try await server.call(String(next)).text
        #expect(second.contains("cli:10<") && second.contains("cli:1<") && !second.contains("cli:11<"))
        #expect(second.contains("&lt;no&gt;"))
        #expect(!second.contains("Older"))
        #expect(try await server.call("/audit?before=x").status == 200)
    }
}
