import Destinations
import Foundation
import Testing
import TidegateModel

extension FileDestinationContract {
    static let naming: [Clause] = [
        Clause("a strange name arrives as it is", brokenBy: [.changesNames]) { fixture in
            let names = [
                "with space.csv", "quote\"s and 'these'.csv", "percent%20.csv", "emoji 🌊.csv", "客户名单.csv",
                "nfd e\u{301}.csv",
                "semi;colon&$(x)`y`.csv", "star*?[a].csv", "plus+hash#.csv", "trailing dot.", "a.part", "tilde~",
                "{braces}.csv",
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
        Clause("a name of 255 bytes arrives", brokenBy: [.cutsNames]) { fixture in
            let name = String(repeating: "é", count: 125) + ".csv" + "x"
            _ = try await fixture.destination.deliver(fixture.stage([1], as: name), fence: fence)
            let names = try fixture.backDoor.names()
            #expect(names == [name])
        },
        Clause(
            "a name that could leave the place or hide in it is rejected, and nothing is written",
            brokenBy: [.takesAnyName]
        ) { fixture in
            let names = [
                "", ".", "..", "../escape.csv", "/tmp/escape.csv", "a/b.csv", "a\\b.csv", "a..b.csv", ".hidden.csv",
                "-rf.csv",
                "nul\u{0}.csv", "line\nbreak.csv", "return\r.csv", "escape\u{1B}[2J.csv", "a/\u{301}.csv",
                ".\u{301}.csv",
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

    static let failing: [Clause] = [
        Clause(
            "a delivery of a cancelled task publishes nothing, leaves nothing and says cancelled",
            brokenBy: [.ignoresCancellation]
        ) { fixture in
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
        Clause(
            "a staged file that is not what it says is not delivered, and the old file stays",
            brokenBy: [.believesTheStagedFile]
        ) { fixture in
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
}
