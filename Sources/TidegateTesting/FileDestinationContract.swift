import Destinations
import Foundation
import Testing
import TidegateModel

/// What every place that takes files promises, as tests that take any of them.
package enum FileDestinationContract {
    package struct Clause: Sendable, CustomTestStringConvertible {
        package let promise: String
        package let requires: FileDestinationTraits
        package let verify: @Sendable (DestinationFixture) async throws -> Void
        package var testDescription: String { promise }

        init(
            _ promise: String, requires: FileDestinationTraits = [],
            verify: @escaping @Sendable (DestinationFixture) async throws -> Void
        ) {
            self.promise = promise
            self.requires = requires
            self.verify = verify
        }
    }

    package static let clauses = delivering + naming + failing + asking + cleaning

    /// The clauses that a place with these traits must keep, each with a kind.
    package static func cases(_ kinds: [DestinationKind]) -> [(DestinationKind, Clause)] {
        kinds.flatMap { kind in clauses.filter { kind.traits.isSuperset(of: $0.requires) }.map { (kind, $0) } }
    }

    private static let fence = Fence(run: UUID(), attempt: 3)

    private static let delivering: [Clause] = [
        Clause("a delivered file has the staged bytes, whatever their number") { fixture in
            // One byte, and around the sizes in which files are copied and uploaded.
            for count in [1, 4095, 1 << 16, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3_000_000] {
                let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
                _ = try await fixture.destination.deliver(fixture.stage(bytes, as: "sizes.csv"), fence: fence)
                // Compared outside of the expectation, which would work out how megabytes differ.
                let isWhole = try fixture.backDoor.read("sizes.csv") == bytes
                #expect(isWhole, "\(count) bytes")
            }
        },
        Clause("an empty file is delivered, not skipped") { fixture in
            _ = try await fixture.destination.deliver(fixture.stage([], as: "empty.csv"), fence: fence)
            let held = try fixture.backDoor.read("empty.csv")
            #expect(held == [])
        },
        Clause("a delivery leaves the file and nothing else") { fixture in
            _ = try await fixture.destination.deliver(fixture.stage([1, 2], as: "one.csv"), fence: fence)
            _ = try await fixture.destination.deliver(fixture.stage([3], as: "two.csv"), fence: fence)
            let names = try fixture.backDoor.names()
            #expect(names == ["one.csv", "two.csv"])
        },
        Clause("delivering a file again leaves it there once, as it was") { fixture in
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
        Clause("a file of a name that is taken replaces what had it") { fixture in
            try fixture.backDoor.write(Array(repeating: 7, count: 100), "taken.csv")
            _ = try await fixture.destination.deliver(fixture.stage([9], as: "taken.csv"), fence: fence)
            let (names, held) = (try fixture.backDoor.names(), try fixture.backDoor.read("taken.csv"))
            #expect(names == ["taken.csv"])
            #expect(held == [9])
        },
        Clause("who was reading the old file reads it to its end", requires: .replacesAtomically) { fixture in
            _ = try await fixture.destination.deliver(fixture.stage([1, 2, 3, 4], as: "read.csv"), fence: fence)
            let rest = try fixture.backDoor.open("read.csv")
            _ = try await fixture.destination.deliver(fixture.stage([9, 9], as: "read.csv"), fence: fence)
            let held = try rest()
            #expect(held == [1, 2, 3, 4])
        },
        Clause("the staged file stays as it was") { fixture in
            let file = try fixture.stage([1, 2, 3], as: "staged.csv")
            _ = try await fixture.destination.deliver(file, fence: fence)
            let staged = try Array(Data(contentsOf: URL(filePath: file.path)))
            #expect(staged == [1, 2, 3])
        },
        Clause("many deliveries at once all arrive") { fixture in
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

    private static let naming: [Clause] = [
        Clause("a strange name arrives as it is") { fixture in
            let names = [
                "with space.csv", "quote\"s and 'these'.csv", "percent%20.csv", "emoji 🌊.csv", "客户名单.csv", "nfd e\u{301}.csv",
                "semi;colon&$(x)`y`.csv", "star*?[a].csv", "plus+hash#.csv", "trailing dot.", "a.part", "tilde~", "{braces}.csv",
            ]
            for name in names {
                _ = try await fixture.destination.deliver(fixture.stage(Array(name.utf8), as: name), fence: fence)
            }
            let held = try fixture.backDoor.names().map { Array($0.utf8) }
            #expect(Set(held) == Set(names.map { Array($0.utf8) }))
            for name in names {
                let bytes = try fixture.backDoor.read(name)
                #expect(bytes == Array(name.utf8), "\(name)")
            }
        },
        Clause("a name of 255 bytes arrives") { fixture in
            let name = String(repeating: "é", count: 125) + ".csv" + "x"
            _ = try await fixture.destination.deliver(fixture.stage([1], as: name), fence: fence)
            let names = try fixture.backDoor.names()
            #expect(names == [name])
        },
        Clause("a name that could leave the place or hide in it is rejected, and nothing is written") { fixture in
            let names = [
                "", ".", "..", "../escape.csv", "/tmp/escape.csv", "a/b.csv", "a\\b.csv", "a..b.csv", ".hidden.csv", "-rf.csv",
                "nul\u{0}.csv", "line\nbreak.csv", "return\r.csv", "escape\u{1B}[2J.csv", "a/\u{301}.csv", ".\u{301}.csv",
                String(repeating: "n", count: 256),
            ]
            let before = try fixture.staging.names()
            for name in names {
                let path = try fixture.staging.write([1], to: "hostile")
                let file = StagedFile(path: path, name: name, rows: 1, size: 1, sha256: "")
                let error = await #expect(throws: DeliveryError.self, "\(name)") {
                    try await fixture.destination.deliver(file, fence: fence)
                }
                guard case .rejected = error else {
                    Issue.record("'\(name)' gives \(String(describing: error))")
                    continue
                }
            }
            let (held, after) = (try fixture.backDoor.names(), try fixture.staging.names())
            #expect(held == [])
            #expect(Set(after).subtracting(["hostile", "place"]) == Set(before).subtracting(["place"]))
        },
    ]

    private static let failing: [Clause] = [
        Clause("a delivery of a cancelled task publishes nothing, leaves nothing and says cancelled") { fixture in
            let file = try fixture.stage(Array(repeating: 1, count: 2_000_000), as: "cancelled.csv")
            let (began, begin) = AsyncStream.makeStream(of: Void.self)
            let delivery = Task {
                for await _ in began {}
                return try await fixture.destination.deliver(file, fence: fence)
            }
            delivery.cancel()
            begin.finish()
            await #expect(throws: DeliveryError.cancelled) { try await delivery.value }
            let names = try fixture.backDoor.names()
            #expect(names == [])
        },
        Clause("a staged file that is not what it says is not delivered, and the old file stays") { fixture in
            try fixture.backDoor.write([7, 7], "old.csv")
            var short = try fixture.stage([1, 2, 3], as: "old.csv")
            short.size = 4
            var long = short
            long.size = 2
            var gone = short
            gone.path += "-gone"
            for file in [short, long, gone] {
                let error = await #expect(throws: DeliveryError.self) {
                    try await fixture.destination.deliver(file, fence: fence)
                }
                guard case .transient = error else {
                    Issue.record("\(String(describing: error)) instead of a transient error")
                    continue
                }
            }
            let (names, held) = (try fixture.backDoor.names(), try fixture.backDoor.read("old.csv"))
            #expect(names == ["old.csv"])
            #expect(held == [7, 7])
        },
    ]

    private static let asking: [Clause] = [
        Clause("a receipt names the file and the bytes that the place holds") { fixture in
            let given = try await fixture.destination.deliver(fixture.stage([1, 2, 3], as: "held.csv"), fence: fence)
            let empty = try await fixture.destination.deliver(fixture.stage([], as: "empty.csv"), fence: fence)
            #expect(given.name == "held.csv" && given.size == 3 && !given.path.isEmpty)
            #expect(empty.name == "empty.csv" && empty.size == 0 && empty.path == given.path)
        },
        Clause("a receipt is found again by another client", requires: .findsReceipts) { fixture in
            let given = try await fixture.destination.deliver(fixture.stage([1, 2, 3], as: "found.csv"), fence: fence)
            let found = try await fixture.reopened.receipt(for: "found.csv")
            #expect(found == given)
        },
        Clause("a receipt tells what is there now, whoever wrote it", requires: .findsReceipts) { fixture in
            _ = try await fixture.destination.deliver(fixture.stage([1, 2, 3], as: "changed.csv"), fence: fence)
            _ = try await fixture.destination.deliver(fixture.stage([1], as: "changed.csv"), fence: fence)
            let found = try await fixture.destination.receipt(for: "changed.csv")
            #expect(found?.size == 1)
        },
        Clause("there is no receipt for what is not there") { fixture in
            let before = try await fixture.destination.receipt(for: "never.csv")
            #expect(before == nil)
            _ = try await fixture.destination.deliver(fixture.stage([1], as: "other.csv"), fence: fence)
            let after = try await fixture.destination.receipt(for: "never.csv")
            #expect(after == nil)
        },
        Clause("a check leaves nothing behind and says what it found") { fixture in
            let found = try await fixture.destination.check()
            #expect(!found.isEmpty)
            let none = try fixture.backDoor.names()
            #expect(none == [])
            try fixture.backDoor.write([1], "there.csv")
            _ = try await fixture.destination.check()
            let names = try fixture.backDoor.names()
            #expect(names == ["there.csv"])
        },
    ]

    private static let cleaning: [Clause] = [
        Clause("sweeping removes what older attempts of the run left, and nothing else") { fixture in
            let other = Fence(run: UUID(), attempt: 1)
            let older = (0..<fence.attempt).map { TemporaryName(Fence(run: fence.run, attempt: $0), for: "a-b.csv").text }
            let long = TemporaryName(Fence(run: fence.run, attempt: 1), for: String(repeating: "n", count: 255)).text
            let kept = [
                TemporaryName(fence, for: "a-b.csv").text,
                TemporaryName(Fence(run: fence.run, attempt: fence.attempt + 10), for: "a-b.csv").text,
                TemporaryName(other, for: "a-b.csv").text, "published.csv", ".somebody-elses.part",
            ]
            for name in older + [long] + kept { try fixture.backDoor.write([1], name) }
            let count = try await fixture.destination.sweep(before: fence)
            let names = try fixture.backDoor.names()
            #expect(count == older.count + 1)
            #expect(names == kept.sorted())
        },
        Clause("sweeping a place that is not there yet finds nothing") { fixture in
            let count = try await fixture.destination.sweep(before: fence)
            #expect(count == 0)
        },
        Clause("a removed file is gone, others stay, and removing it again is no error") { fixture in
            try await fixture.destination.remove("early.csv")
            for name in ["gone.csv", "kept.csv"] {
                _ = try await fixture.destination.deliver(fixture.stage([1], as: name), fence: fence)
            }
            try await fixture.destination.remove("gone.csv")
            try await fixture.reopened.remove("gone.csv")
            let names = try fixture.backDoor.names()
            #expect(names == ["kept.csv"])
        },
    ]
}
