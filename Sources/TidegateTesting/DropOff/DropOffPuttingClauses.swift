import Destinations
import Foundation
import Testing
import TidegateModel

extension DropOffContract {
    static let putting: [Clause] = [
        Clause(
            "what is put has its bytes and replaces what had the name, and its folders are made",
            brokenBy: [.keepsTheOldFile, .keepsItsTemporaryFile, .makesNoFolders]
        ) { fixture in
            let names = [
                "a.receipt.json", "date=2026-11-21/a.receipt.json", "rejected/a.receipt.json",
                "rejected/date=2026-11-21/a.receipt.json",
            ]
            try fixture.drop([1], "date=2026-11-21/a")
            for bytes: [UInt8] in [FileDestinationContract.pattern(100_000), [1, 2, 3]] {
                for name in names {
                    try await fixture.place.put(bytes, as: name)
                    let isWhole = try fixture.backDoor.read(name) == bytes
                    #expect(isWhole, "\(name)")
                }
            }
            let held = try fixture.backDoor.names()
            #expect(held == (names + ["date=2026-11-21/a"]).sorted())
        },
        Clause("no bytes are put as an empty file", brokenBy: [.dropsEmptyFiles]) { fixture in
            try await fixture.place.put([], as: "empty")
            let held = try fixture.backDoor.read("empty")
            #expect(held == [])
        },
        Clause("what is put is there under whatever name it was given", brokenBy: [.cutsNames]) { fixture in
            for name in fixture.oddNames { try await fixture.place.put([4], as: "rejected/\(name)") }
            let names = try fixture.backDoor.names()
            #expect(names.map { Array($0.utf8) } == fixture.oddNames.map { Array("rejected/\($0)".utf8) })
        },
        Clause("who reads what had the name reads on in it", brokenBy: [.writesInPlace]) { fixture in
            let old = FileDestinationContract.pattern(FileDestinationContract.largeSize)
            try fixture.drop(old, "a.receipt.json")
            let rest = try fixture.backDoor.open("a.receipt.json")
            try await fixture.place.put([1, 2, 3], as: "a.receipt.json")
            let isOld = try rest() == old
            #expect(isOld)
        },
        Clause("names that lead out of the place are refused, whatever is asked", brokenBy: [.takesAnyName]) {
            fixture in
            let there = try await fixture.listed([1, 2, 3], "date=2026-11-21/there")
            try fixture.drop([1, 2, 3], "stray")
            let before = try fixture.backDoor.names()
            for name in strayNames {
                let file = fixture.dropped(name, 3)
                let target = fixture.target()
                let errors = [
                    await fixture.failure { try await $0.fetch(file, to: target) },
                    await fixture.failure { try await $0.put([1], as: name) },
                    await fixture.failure { try await $0.reject(file, as: "rejected/there") },
                    await fixture.failure { try await $0.reject(there, as: name) },
                    await fixture.failure { try await $0.remove(file) },
                ]
                for error in errors { #expect(isRejected(error), "\(name): \(String(describing: error))") }
                #expect(fixture.bytes(at: target) == nil)
            }
            let after = try fixture.backDoor.names()
            #expect(after == before)
        },
    ]
}
