import Destinations
import Foundation
import Testing
import TidegateModel
import TidegateTesting

@Suite struct FileDestinationContractTests {
    static let kinds: [DestinationKind] = [
        .directory(), .directory("directory, copying", placing: .copy), .imagined,
        .s3("s3, as AWS", partSize: 1 << 20), .s3("s3, as other stores", isPlain: true, partSize: 1 << 20),
        .s3("s3, by one request"), .sftpByKey, .sftpByPassword,
        FTPFixture.kind("ftp, plain", .none), FTPFixture.kind("ftp, explicit TLS", .explicit),
        FTPFixture.kind("ftp, implicit TLS", .implicit),
    ]

    @Test(arguments: FileDestinationContract.cases(kinds))
    func contract(_ promise: FileDestinationContract.Case) async throws {
        try await promise.verify()
    }

    @Test(arguments: kinds)
    func `a kind shows every trouble or says why it cannot`(_ kind: DestinationKind) {
        let (shown, excused) = (Set(kind.troubles.keys), Set(kind.exceptions.keys))
        #expect(shown.union(excused) == Set(Trouble.allCases))
        #expect(shown.isDisjoint(with: excused))
    }

    static let proofs = FileDestinationContract.clauses.flatMap { clause in clause.brokenBy.map { (clause, $0) } }

    @Test(arguments: proofs)
    func `a broken destination breaks the promise`(
        _ clause: FileDestinationContract.Clause,
        _ flaw: BrokenDestination.Flaw
    ) async throws {
        await withKnownIssue("\(flaw)") {
            for promise in FileDestinationContract.cases(.broken(flaw), clause) { try await promise.verify() }
        }
    }

    @Test func `every flaw breaks a promise, and every promise is broken by a flaw`() {
        #expect(Set(Self.proofs.map(\.1)) == Set(BrokenDestination.Flaw.allCases))
        #expect(FileDestinationContract.clauses.filter(\.brokenBy.isEmpty).map(\.promise) == [])
    }

    @Test func `the guide for writing a destination lists every promise and no other`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let guide = try String(contentsOf: root.appending(path: "docs/writing-a-destination.md"), encoding: .utf8)
        let listed = guide.split(separator: "\n").filter { $0.hasPrefix("- *") && $0.hasSuffix("*") }
            .map { String($0.dropFirst(3).dropLast()) }
        #expect(listed == FileDestinationContract.clauses.map(\.promise))
    }

    @Test func `promises are told apart by their words`() {
        let promises = FileDestinationContract.clauses.map(\.promise)
        #expect(Set(promises).count == promises.count)
    }
}
