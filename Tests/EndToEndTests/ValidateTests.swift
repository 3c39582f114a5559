import Foundation
import Testing

@Suite struct ValidateTests {
    @Test func `good job files are counted on one line`() throws {
        let finished = try Site().tidegate("validate")
        #expect(finished.status == 0)
        #expect(finished.output.hasPrefix("job files are valid: "))
        #expect(finished.output.hasSuffix("2 dataflows\n"))
        #expect(finished.complaints == "")
    }

    @Test func `each problem is told with path, line, column, the line and a caret, and ends with 65`() throws {
        let site = try Site()
        try site.write("kind: Segment\nname: late\nwhere: ordres > 1", to: "late.yaml")
        let finished = try site.tidegate("validate")
        #expect(finished.status == 65)
        #expect(finished.output == "")
        #expect(finished.complaints.hasPrefix("jobs/late.yaml:3:8: error: unknown attribute 'ordres'"))
        #expect(finished.complaints.contains("\nwhere: ordres > 1\n       ^"))
    }

    @Test func `all problems of all files come in one go`() throws {
        let site = try Site()
        try site.write("kind: Segment\nname: late\nwhere: ordres > 1", to: "late.yaml")
        try site.write("kind: Segmnt\nname: x", to: "deep/er/kind.yml")
        try site.write(Site.dataflow("weird", segments: "nobody", schedule: ", shedule: 1"), to: "weird.yaml")
        let finished = try site.tidegate("validate", "--json")
        let findings = try finished.objects()
        #expect(finished.status == 65)
        #expect(findings.allSatisfy { Set($0.keys) == ["path", "line", "column", "severity", "message"] })
        #expect(
            Set(findings.compactMap { $0.text("path") }) == [
                "jobs/late.yaml", "jobs/deep/er/kind.yml", "jobs/weird.yaml",
            ]
        )
        #expect(findings.filter { $0.text("path") == "jobs/weird.yaml" }.count == 2)
    }

    @Test func `good job files are an empty array`() throws {
        #expect(try Site().tidegate("validate", "--json").objects().isEmpty)
    }

    @Test(arguments: [
        ["run"], ["run", "--once"], ["run", "--ad-hoc", "nightly"], ["plan"], ["apply"], ["next", "nightly"],
    ])
    func `no command works with bad job files`(arguments: [String]) throws {
        let site = try Site()
        try site.write("kind: Segment\nname: late\nwhere: ordres > 1", to: "late.yaml")
        let finished = try TidegateProcess(arguments, in: site.folder.path).finish()
        #expect(finished.status == 65)
        #expect(finished.output == "")
        #expect(finished.complaints.contains("jobs/late.yaml:3:8: error: "))
        #expect(finished.complaints.hasSuffix("error: job files in 'jobs' have 1 problem\n"))
        #expect(site.outbox == [])
    }

    @Test func `hidden files and other names are no job files`() throws {
        let site = try Site()
        try site.write("nonsense: [", to: ".hidden.yaml")
        try site.write("nonsense: [", to: "notes.txt")
        #expect(try site.tidegate("validate").status == 0)
    }

    @Test func `a jobs folder that is missing, empty or a file is told so`() throws {
        let site = try Site()
        #expect(
            try site.tidegate("validate", "--jobs", "nowhere").sentences == [
                "error: jobs folder 'nowhere' is not there"
            ]
        )
        _ = try site.folder.makeFolder("bare")
        let bare = try site.tidegate("run", "--once", "--jobs", "bare")
        #expect((bare.status, bare.sentences) == (65, ["error: jobs folder 'bare' has no *.yaml file"]))
        #expect(try site.tidegate("validate", "--jobs", "customers.csv").status == 65)
    }

    @Test func `ten thousand aliases are refused in a moment`() throws {
        let site = try Site()
        let aliases = String(repeating: "  - *k\n", count: 10_000)
        try site.write("kind: &k Segment\nname: x\nwhere: orders > 1\ntags:\n" + aliases, to: "bomb.yaml")
        let finished = try site.tidegate("validate")
        #expect(finished.status == 65)
        #expect(finished.complaints.contains("a document may use at most 20 aliases, not 10000"))
    }

    @Test func `a file name that would leave its folder is refused`() throws {
        let site = try Site()
        let flow = Site.dataflow("escape").replacing("\"escape_", with: "\"../../escape_")
        try site.write(flow, to: "escape.yaml")
        let finished = try site.tidegate("run", "--once")
        #expect(finished.status == 65)
        #expect(finished.complaints.contains("contains a slash or a backslash"))
        #expect(try site.folder.names() == ["customers.csv", "jobs"])
    }

    @Test func `an attribute that vanished from the job files is found where it is used`() throws {
        let site = try Site()
        try site.cycle()
        try site.write(Site.base(guardrails: "{}").replacing(", orders: integer", with: ""), to: "base.yaml")
        let finished = try site.tidegate("run", "--once")
        #expect(finished.status == 65)
        #expect(finished.complaints.contains("error: unknown attribute 'orders'\nwhere: orders > 1\n       ^"))
    }

    @Test func `the schema is one JSON document`() throws {
        let schema = try Site().tidegate("schema")
        #expect(schema.status == 0)
        #expect(try schema.object().text("$schema") != nil)
    }
}
