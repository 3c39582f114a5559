import Destinations
import Foundation
import Testing
import TidegateModel

extension FileDestinationContract {
    static let asking: [Clause] = [
        Clause("a receipt names the file and the bytes that the place holds", brokenBy: [.inventsSizes]) { fixture in
            let given = try await fixture.destination.deliver(fixture.stage([1, 2, 3], as: "held.csv"), fence: fence)
            let empty = try await fixture.destination.deliver(fixture.stage([], as: "empty.csv"), fence: fence)
            #expect(given.name == "held.csv" && given.size == 3 && !given.path.isEmpty)
            #expect(empty.name == "empty.csv" && empty.size == 0 && empty.path == given.path)
        },
        Clause("a receipt is found again by another client", requires: .findsReceipts, brokenBy: [.forgetsReceipts]) {
            fixture in
            let given = try await fixture.destination.deliver(fixture.stage([1, 2, 3], as: "found.csv"), fence: fence)
            let found = try await fixture.reopened.receipt(for: "found.csv")
            #expect(found == given)
        },
        Clause(
            "a receipt tells what is there now, whoever wrote it",
            requires: .findsReceipts,
            brokenBy: [.remembersReceipts]
        ) { fixture in
            _ = try await fixture.destination.deliver(fixture.stage([1, 2, 3], as: "changed.csv"), fence: fence)
            _ = try await fixture.destination.deliver(fixture.stage([1], as: "changed.csv"), fence: fence)
            let found = try await fixture.destination.receipt(for: "changed.csv")
            #expect(found?.size == 1)
        },
        Clause("there is no receipt for what is not there", brokenBy: [.inventsReceipts]) { fixture in
            let before = try await fixture.destination.receipt(for: "never.csv")
            #expect(before == nil)
            _ = try await fixture.destination.deliver(fixture.stage([1], as: "other.csv"), fence: fence)
            let after = try await fixture.destination.receipt(for: "never.csv")
            #expect(after == nil)
        },
        Clause("a check leaves nothing behind and says what it found", brokenBy: [.leavesItsProbe]) { fixture in
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

    static let cleaning: [Clause] = [
        Clause(
            "sweeping removes what older attempts of the run left, and nothing else",
            requires: .writesHiddenFiles,
            brokenBy: [.sweepsNothing, .sweepsEverything]
        ) { fixture in
            let other = Fence(run: UUID(), attempt: 1)
            let older = (0..<fence.attempt).map {
                TemporaryName(Fence(run: fence.run, attempt: $0), for: "a-b.csv").text
            }
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
        Clause("sweeping a place that is not there yet finds nothing", brokenBy: [.cannotSweepNothing]) { fixture in
            let count = try await fixture.destination.sweep(before: fence)
            #expect(count == 0)
        },
        Clause(
            "a removed file is gone, others stay, and removing it again is no error",
            brokenBy: [.removesNothing, .missesWhatItRemoves]
        ) { fixture in
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
