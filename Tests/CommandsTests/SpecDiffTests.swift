import Foundation
import Store
import Testing
import TidegateModel

@testable import Commands

@Suite struct SpecDiffTests {
    private func diff(_ before: JobSpec, _ after: JobSpec) throws -> [String] {
        let kind = DeclaredObject.Kind.profile
        let texts = try [before, after].map { spec in
            try ObjectChange.additions(of: spec).first { $0.kind == kind }?.after
        }
        let change = ObjectChange(verb: .change, kind: kind, name: "profile", before: texts[0], after: texts[1])
        return SpecDiff(change).text.split(separator: "\n").map(String.init)
    }

    private func spec(_ attributes: [Attribute]) -> JobSpec {
        JobSpec(profile: ProfileSchema(key: "id", attributes: attributes))
    }

    @Test func `a change is told in the words of the job file`() throws {
        let before = spec([Attribute("id", .text), Attribute("email", .text)])
        let after = spec([Attribute("id", .text), Attribute("email", .text, personal: true)])
        #expect(
            try diff(before, after) == [
                "~ Profile profile", "    - attributes[email].personal: false",
                "    + attributes[email].personal: true",
            ]
        )
    }

    @Test func `a duration is told as job files have it`() throws {
        func spec(_ delay: Span) -> JobSpec {
            var spec = self.spec([])
            spec.segmentation.guardrails.adHocDelay = delay
            return spec
        }
        func delays(_ before: Span, _ after: Span) throws -> [Substring] {
            let texts = try [before, after].map { delay in
                try ObjectChange.additions(of: spec(delay)).first { $0.kind == .segmentation }?.after
            }
            let change = ObjectChange(
                verb: .change, kind: .segmentation, name: "segmentation", before: texts[0], after: texts[1]
            )
            return SpecDiff(change).text.split(separator: "\n").dropFirst().map { $0.drop { " -+".contains($0) } }
        }
        #expect(
            try delays(.minutes(20), .minutes(90)) == ["guardrails.adHocDelay: 20m", "guardrails.adHocDelay: 1h30m"])
        #expect(try delays(.minutes(0), .seconds(45)) == ["guardrails.adHocDelay: 0s", "guardrails.adHocDelay: 45s"])
    }

    @Test func `an item put in front of others is one change, not a change of all`() throws {
        let before = spec([Attribute("id", .text), Attribute("email", .text)])
        let after = spec([Attribute("id", .text), Attribute("age", .integer), Attribute("email", .text)])
        #expect(
            try diff(before, after) == [
                "~ Profile profile", "    + attributes[age].name: age", "    + attributes[age].personal: false",
                "    + attributes[age].type: integer",
            ]
        )
    }

    @Test func `a destination's field is told without the case that holds it`() throws {
        func spec(_ host: String) -> JobSpec {
            let place = Destination.Place.sftp(SFTPPlace(host: host, user: "u", path: "in"))
            return JobSpec(
                profile: ProfileSchema(key: "id", attributes: []),
                destinations: [Destination(id: UUID(kind: "Destination", name: "x"), name: "x", place: place)]
            )
        }
        let changes = try [spec("a"), spec("b")].map { spec in
            try ObjectChange.additions(of: spec).first { $0.kind == .destination }?.after
        }
        let change = ObjectChange(
            verb: .change, kind: .destination, name: "x", before: changes[0], after: changes[1]
        )
        #expect(
            SpecDiff(change).text.split(separator: "\n") == [
                "~ Destination x", "    - place.sftp.host: a", "    + place.sftp.host: b",
            ]
        )
    }
}
