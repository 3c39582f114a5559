import Destinations
import Foundation
import Testing
import TidegateModel
import TidegateTesting

@Suite struct ConnectorContractTests {
    static let kinds: [ConnectorKind] = [
        PretendKind.kind(), .webhook, .autopilot, .sendgrid(),
        .sendgrid("sendgrid, silent about rows", refusing: .silently),
        .sendgrid("sendgrid, rows refused by jobs", refusing: .inTheJob),
    ]

    @Test(arguments: ConnectorContract.cases(kinds))
    func contract(_ kind: ConnectorKind, _ clause: ConnectorContract.Clause) async throws {
        try await clause.verify(try await kind.makeFixture())
    }

    static let proofs = ConnectorContract.clauses.flatMap { clause in clause.brokenBy.map { (clause, $0) } }

    @Test(arguments: proofs)
    func `a broken connector breaks the promise`(
        _ clause: ConnectorContract.Clause, _ flaw: BrokenConnector.Flaw
    ) async throws {
        await withKnownIssue("\(flaw)") {
            try await clause.verify(try await PretendKind.kind(flaw).makeFixture())
        }
    }

    @Test func `every flaw breaks a promise, and every promise is broken by a flaw`() {
        #expect(Set(Self.proofs.map(\.1)) == Set(BrokenConnector.Flaw.allCases))
        #expect(ConnectorContract.clauses.filter(\.brokenBy.isEmpty).map(\.promise) == [])
    }

    @Test func `the guide for writing a connector lists every promise and no other`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let guide = try String(contentsOf: root.appending(path: "docs/writing-a-connector.md"), encoding: .utf8)
        let listed = guide.split(separator: "\n").filter { $0.hasPrefix("- *") && $0.hasSuffix("*") }
            .map { String($0.dropFirst(3).dropLast()) }
        #expect(listed == ConnectorContract.clauses.map(\.promise))
    }

    @Test func `promises are told apart by their words`() {
        let promises = ConnectorContract.clauses.map(\.promise)
        #expect(Set(promises).count == promises.count)
    }

    @Test(arguments: kinds)
    func `whatever a kind lacks, it says why`(_ kind: ConnectorKind) {
        for (feature, reason) in kind.lacks {
            #expect(reason.contains(" "), "\(kind.testDescription) lacks \(feature) without a reason")
        }
    }
}
