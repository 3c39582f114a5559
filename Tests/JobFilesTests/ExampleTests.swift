import Foundation
import JobFiles
import Testing

/// The example in `jobs/`, read as it lies there.
struct ExampleTests {
    private static let jobs = Fixture.tests.deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "jobs")

    @Test func `the example has nothing to complain about`() throws {
        let reading = JobFileReader.read(try Self.files())
        #expect(reading.findings.map(\.description) == [])
        let spec = try #require(reading.spec)
        #expect(spec.profile.attributes.count == 15)
        #expect(
            spec.segments.map(\.name) == [
                "vip", "newsletter-ready", "new-customers", "lapsed", "nordic-gold", "high-value-at-risk",
            ]
        )
        #expect(
            spec.dataflows.map(\.name) == ["changes-daily", "loyalty-monthly", "vip-nightly", "win-back-weekly"]
        )
    }

    @Test func `each file of the example says in two lines what it shows`() throws {
        for file in try Self.files() {
            let lines = file.text.split(separator: "\n").prefix(3)
            #expect(lines.prefix(2).allSatisfy { $0.hasPrefix("# ") }, "\(file.path)")
            #expect(lines.last?.hasPrefix("kind: ") == true, "\(file.path)")
        }
    }

    @Test func `the source's columns are the attributes`() throws {
        let spec = try #require(JobFileReader.read(try Self.files()).spec)
        let text = try String(contentsOf: Self.jobs.appending(path: "data/customers.csv"), encoding: .utf8)
        let header = text.prefix { $0 != "\n" }.split(separator: ",").map(String.init)
        #expect(header == spec.profile.attributes.map(\.name))
    }

    private static func files() throws -> [JobFile] {
        try FileManager.default.contentsOfDirectory(atPath: jobs.path).filter { $0.hasSuffix(".yaml") }.map { name in
            let text = try String(contentsOf: jobs.appending(path: name), encoding: .utf8)
            return JobFile(path: "jobs/\(name)", folder: jobs.path, text: text)
        }
    }
}
