import Destinations
import Foundation
import Testing
import TidegateModel
import TidegateTesting

@Suite struct DropOffContractTests {
    static let kinds: [DropOffKind] = [
        .folder, .imagined, .s3("s3, as AWS", many: 1001),
        .s3("s3, as other stores", isPlain: true, page: 7, many: 250),
        .sftpByKey, .sftpByPassword, FTPFixture.dropOffKind("ftp, plain", .none),
        FTPFixture.dropOffKind("ftp, explicit TLS", .explicit), FTPFixture.dropOffKind("ftp, implicit TLS", .implicit),
        FTPFixture.olderKind("no-mlsd"), FTPFixture.olderKind("hides"), FTPFixture.olderKind("keeps-taken"),
    ]

    @Test(arguments: DropOffContract.cases(kinds))
    func contract(_ promise: DropOffContract.Case) async throws {
        try await promise.verify()
    }

    @Test(arguments: kinds)
    func `a kind of drop-off shows every trouble or says why it cannot`(_ kind: DropOffKind) {
        let (shown, excused) = (Set(kind.troubles.keys), Set(kind.exceptions.keys))
        #expect(shown.union(excused) == Set(DropOffTrouble.allCases))
        #expect(shown.isDisjoint(with: excused))
    }

    static let proofs = DropOffContract.clauses.flatMap { clause in clause.brokenBy.map { (clause, $0) } }

    @Test(arguments: proofs)
    func `a broken drop-off breaks the promise`(
        _ clause: DropOffContract.Clause, _ flaw: BrokenDropOff.Flaw
    ) async throws {
        await withKnownIssue("\(flaw)") {
            for promise in DropOffContract.cases(.broken(flaw), clause) { try await promise.verify() }
        }
    }

    @Test func `every flaw of a drop-off breaks a promise, and every promise is broken by a flaw`() {
        #expect(Set(Self.proofs.map(\.1)) == Set(BrokenDropOff.Flaw.allCases))
        #expect(DropOffContract.clauses.filter(\.brokenBy.isEmpty).map(\.promise) == [])
    }

    @Test func `promises of drop-offs are told apart by their words`() {
        let promises = DropOffContract.clauses.map(\.promise)
        #expect(Set(promises).count == promises.count)
    }
}
