import Destinations
import Foundation
import Testing
import TidegateModel

extension DropOffContract {
    static let fetching: [Clause] = [
        Clause(
            "a fetched file has the dropped bytes, whatever their number",
            brokenBy: [.dropsTheLastByte, .changesLineEnds]
        ) { fixture in
            // None and one, and around the sizes in which files are read.
            for count in [0, 1, (1 << 14) - 1, 1 << 14, (1 << 19) + 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1] {
                let bytes = FileDestinationContract.pattern(count) + (count == 1 ? [0x0D, 0x0A, 0x0A, 0x0D] : [])
                let file = try await fixture.listed(bytes, "date=2026-11-21/sizes")
                let target = fixture.target()
                try await fixture.place.fetch(file, to: target)
                // Compared outside of the expectation, which would work out how megabytes differ.
                let isWhole = fixture.bytes(at: target) == bytes
                #expect(isWhole, "\(count) bytes")
            }
        },
        Clause("a file is fetched by the name it has, whatever is in it", brokenBy: [.cutsNames]) { fixture in
            for (number, name) in fixture.oddNames.enumerated() {
                try fixture.drop([UInt8(number)], "date=2026-11-21/\(name)")
            }
            for (number, file) in try await fixture.place.files().enumerated() {
                let target = fixture.target()
                try await fixture.place.fetch(file, to: target)
                #expect(fixture.bytes(at: target) == [UInt8(number)], "\(file.name)")
            }
        },
        Clause("a fetched file is for this user's eyes only", brokenBy: [.showsEverybody]) { fixture in
            let file = try await fixture.listed([1, 2], "private")
            let target = fixture.target()
            try await fixture.place.fetch(file, to: target)
            let attributes = try FileManager.default.attributesOfItem(atPath: target)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        },
        Clause("what is at the target already stays as it is", brokenBy: [.overwritesTargets]) { fixture in
            let file = try await fixture.listed([1, 2], "second")
            let target = try fixture.staging.write([7], to: "taken")
            let error = await fixture.failure { try await $0.fetch(file, to: target) }
            #expect(isRejected(error) && fixture.bytes(at: target) == [7])
        },
        Clause(
            "a file that is not as it was listed is transient, and nothing of it stays",
            brokenBy: [.ignoresChanges, .leavesParts]
        ) { fixture in
            let later = DropOffFixture.written + .seconds(5)
            for (name, bytes) in [("grown", [1, 2, 3, 4, 5]), ("cut", [1]), ("emptied", []), ("anew", [9, 9, 9])] {
                let file = try await fixture.listed([1, 2, 3], name)
                try fixture.drop(bytes.map { UInt8($0) }, name, at: later)
                let target = fixture.target()
                let error = await fixture.failure { try await $0.fetch(file, to: target) }
                #expect(isTransient(error), "\(name): \(String(describing: error))")
                #expect(fixture.bytes(at: target) == nil, "\(name)")
            }
        },
        Clause("a file that is gone is transient, and nothing stays", brokenBy: [.inventsBytes]) { fixture in
            for name in ["gone", "date=2026-11-21/gone"] {
                let file = try await fixture.listed([1, 2, 3], name)
                try fixture.backDoor.remove(name)
                let target = fixture.target()
                let error = await fixture.failure { try await $0.fetch(file, to: target) }
                #expect(isTransient(error), "\(String(describing: error))")
                #expect(fixture.bytes(at: target) == nil)
            }
        },
        Clause(
            "fetching leaves the place as it is, and what was fetched has nothing to do with it any more",
            brokenBy: [.linksFiles, .takesAway]
        ) { fixture in
            let file = try await fixture.listed([1, 2, 3], "apart")
            let target = fixture.target()
            try await fixture.place.fetch(file, to: target)
            let (names, held) = (try fixture.backDoor.names(), try fixture.backDoor.read("apart"))
            #expect(names == ["apart"] && held == [1, 2, 3])
            try fixture.drop([9, 9, 9, 9], "apart")
            #expect(fixture.bytes(at: target) == [1, 2, 3])
        },
    ]
}
