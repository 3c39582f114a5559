import Destinations
import Foundation
import Testing
import TidegateModel

/// What every place that takes files promises, as tests that take any of them.
package enum FileDestinationContract {
    package struct Clause: Sendable, CustomTestStringConvertible {
        package let promise: String
        package let requires: FileDestinationTraits
        /// What goes wrong at the place; the clause is tested with each that a kind can show.
        package let troubles: [Trouble?]
        /// Only for kinds that send files in parts.
        package let needsParts: Bool
        /// What proves that the clause notices anything.
        package let brokenBy: [BrokenDestination.Flaw]
        package let verify: @Sendable (DestinationFixture) async throws -> Void
        package var testDescription: String { promise }

        init(
            _ promise: String,
            requires: FileDestinationTraits = [],
            in troubles: [Trouble?] = [nil],
            needsParts: Bool = false,
            brokenBy: [BrokenDestination.Flaw],
            verify: @escaping @Sendable (DestinationFixture) async throws -> Void
        ) {
            self.promise = promise
            self.requires = requires
            self.troubles = troubles
            self.needsParts = needsParts
            self.brokenBy = brokenBy
            self.verify = verify
        }
    }

    /// A clause to be kept by a kind, in one trouble or in none.
    package struct Case: Sendable, CustomTestStringConvertible {
        package let kind: DestinationKind
        package let clause: Clause
        package let trouble: Trouble?

        package var testDescription: String {
            "\(kind.testDescription): \(clause.promise)" + (trouble.map { ", \($0.rawValue)" } ?? "")
        }

        package func verify() async throws {
            try await clause.verify(try await kind.fixture(trouble))
        }
    }

    package static let clauses = delivering + naming + failing + interrupted + refused + asking + cleaning

    /// What each kind must keep, given its traits and the troubles that it can show.
    package static func cases(_ kinds: [DestinationKind]) -> [Case] {
        kinds.flatMap { kind in clauses.flatMap { cases(kind, $0) } }
    }

    package static func cases(_ kind: DestinationKind, _ clause: Clause) -> [Case] {
        guard kind.traits.isSuperset(of: clause.requires), !clause.needsParts || kind.partSize != nil else { return [] }
        return clause.troubles.filter { trouble in trouble.map { kind.troubles[$0] != nil } ?? true }
            .map { Case(kind: kind, clause: clause, trouble: $0) }
    }

    /// In bytes.
    package static let largeSize = 2_200_000

    private static let block = (0..<largeSize).map { UInt8(truncatingIfNeeded: ($0 &* 31) ^ ($0 >> 8)) }

    /// Bytes of which no two thousand within a few megabytes are the same.
    static func pattern(_ count: Int) -> [UInt8] {
        guard count > block.count else { return Array(block[..<count]) }
        return block + pattern(count - block.count)
    }

    static let fence = Fence(run: UUID(), attempt: 3)

    static let delivering: [Clause] = [
        Clause("a delivered file has the staged bytes, whatever their number", brokenBy: [.dropsTheLastByte]) {
            fixture in
            // One byte, and around the sizes in which files are copied and uploaded.
            for count in [1, 4095, 1 << 16, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, largeSize] {
                let bytes = pattern(count)
                _ = try await fixture.destination.deliver(fixture.stage(bytes, as: "sizes.csv"), fence: fence)
                // Compared outside of the expectation, which would work out how megabytes differ.
                let isWhole = try fixture.backDoor.read("sizes.csv") == bytes
                #expect(isWhole, "\(count) bytes")
            }
        },
        Clause(
            "a file of one part, of whole parts or of a byte more arrives", needsParts: true,
            brokenBy: [.losesWholeParts]
        ) {
            fixture in
            let part = try #require(fixture.partSize)
            for count in [part, part + 1, 2 * part - 1, 2 * part] {
                let bytes = pattern(count)
                let receipt = try await fixture.destination.deliver(fixture.stage(bytes, as: "parts.csv"), fence: fence)
                let isWhole = try fixture.backDoor.read("parts.csv") == bytes
                #expect(isWhole && receipt.size == count, "\(count) bytes")
            }
        },
        Clause("an empty file is delivered, not skipped", brokenBy: [.dropsEmptyFiles]) { fixture in
            _ = try await fixture.destination.deliver(fixture.stage([], as: "empty.csv"), fence: fence)
            let held = try fixture.backDoor.read("empty.csv")
            #expect(held == [])
        },
        Clause("a delivery leaves the file and nothing else", brokenBy: [.keepsItsTemporaryFile]) { fixture in
            _ = try await fixture.destination.deliver(fixture.stage([1, 2], as: "one.csv"), fence: fence)
            _ = try await fixture.destination.deliver(fixture.stage([3], as: "two.csv"), fence: fence)
            let names = try fixture.backDoor.names()
            #expect(names == ["one.csv", "two.csv"])
        },
        Clause(
            "delivering a file again leaves it there once, as it was",
            brokenBy: [.appendsOnRepeat, .refusesRepeats]
        ) { fixture in
            let file = try fixture.stage([1, 2, 3], as: "again.csv")
            let later = Fence(run: fence.run, attempt: fence.attempt + 1)
            let first = try await fixture.destination.deliver(file, fence: fence)
            let second = try await fixture.destination.deliver(file, fence: fence)
            let third = try await fixture.reopened.deliver(file, fence: later)
            let (names, held) = (try fixture.backDoor.names(), try fixture.backDoor.read("again.csv"))
            #expect(names == ["again.csv"])
            #expect(held == [1, 2, 3])
            #expect(first.size == second.size && second.size == third.size)
        },
        Clause("a file of a name that is taken replaces what had it", brokenBy: [.keepsTheOldFile]) { fixture in
            try fixture.backDoor.write(Array(repeating: 7, count: 100), "taken.csv")
            _ = try await fixture.destination.deliver(fixture.stage([9], as: "taken.csv"), fence: fence)
            let (names, held) = (try fixture.backDoor.names(), try fixture.backDoor.read("taken.csv"))
            #expect(names == ["taken.csv"])
            #expect(held == [9])
        },
        Clause(
            "who was reading the old file reads it to its end",
            requires: .replacesAtomically,
            brokenBy: [.writesInPlace]
        ) { fixture in
            _ = try await fixture.destination.deliver(fixture.stage([1, 2, 3, 4], as: "read.csv"), fence: fence)
            let rest = try fixture.backDoor.open("read.csv")
            _ = try await fixture.destination.deliver(fixture.stage([9, 9], as: "read.csv"), fence: fence)
            let held = try rest()
            #expect(held == [1, 2, 3, 4])
        },
        Clause("the staged file stays as it was", brokenBy: [.movesTheStagedFile]) { fixture in
            let file = try fixture.stage([1, 2, 3], as: "staged.csv")
            _ = try await fixture.destination.deliver(file, fence: fence)
            let staged = try Array(Data(contentsOf: URL(filePath: file.path)))
            #expect(staged == [1, 2, 3])
        },
        Clause("many deliveries at once all arrive", brokenBy: [.deliversOneAtATime]) { fixture in
            let files = try (0..<16).map { try fixture.stage([UInt8($0), 1], as: "many-\($0).csv") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for file in files {
                    group.addTask { _ = try await fixture.destination.deliver(file, fence: fence) }
                }
                try await group.waitForAll()
            }
            let names = try fixture.backDoor.names()
            #expect(names == files.map(\.name).sorted())
            for (number, file) in files.enumerated() {
                let held = try fixture.backDoor.read(file.name)
                #expect(held == [UInt8(number), 1])
            }
        },
    ]
}
