import Destinations
import Foundation
import Testing
import TidegateModel
import TidegateTesting

@Suite struct FileDestinationContractTests {
    static let kinds: [DestinationKind] = [
        .directory(), .directory("directory, copying", placing: .copy),
    ]

    @Test(arguments: FileDestinationContract.cases(kinds))
    func contract(_ kind: DestinationKind, _ clause: FileDestinationContract.Clause) async throws {
        try await clause.verify(try await kind.makeFixture())
    }

    @Test func `every flaw breaks a promise, and every promise is broken by a flaw`() async throws {
        let broken = Locked<Set<String>>([])
        for flaw in BrokenDestination.Flaw.allCases {
            let isCaught = Locked(false)
            let kind = DestinationKind.directory("\(flaw)") { BrokenDestination(path: $0, flaw: flaw) }
            for clause in FileDestinationContract.clauses {
                if isCaught.withLock({ $0 }), broken.withLock({ $0.contains(clause.promise) }) { continue }
                try await withKnownIssue("\(flaw)", isIntermittent: true) {
                    try await clause.verify(try await kind.makeFixture())
                } matching: { _ in
                    isCaught.withLock { $0 = true }
                    broken.withLock { _ = $0.insert(clause.promise) }
                    return true
                }
            }
            #expect(isCaught.withLock { $0 }, "nothing noticed that \(flaw)")
        }
        let kept = FileDestinationContract.clauses.map(\.promise).filter { !broken.withLock { $0 }.contains($0) }
        #expect(kept == [])
    }

    @Test func `the guide for writing a destination lists every promise and no other`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
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
