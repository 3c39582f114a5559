import Destinations
import Foundation
import Testing
import TidegateModel

extension DropOffContract {
    static let rejecting: [Clause] = [
        Clause(
            "a rejected file is moved to the same name below rejected",
            brokenBy: [.copiesWhatItRejects, .forgetsTheDay]
        ) { fixture in
            let bytes = FileDestinationContract.pattern(100_000)
            for name in ["bad", "date=2026-11-21/bad"] {
                let file = try await fixture.listed(bytes, name)
                let new = try await fixture.place.reject(file)
                #expect(new == "rejected/\(name)")
                let isWhole = try fixture.backDoor.read("rejected/\(name)") == bytes
                #expect(isWhole)
            }
            let (names, listed) = (try fixture.backDoor.names(), try await fixture.place.files())
            #expect(names == ["rejected/bad", "rejected/date=2026-11-21/bad"] && listed == [])
        },
        Clause("a file is rejected by the name it has, whatever is in it", brokenBy: [.cutsNames]) { fixture in
            for name in fixture.oddNames { try fixture.drop([1, 2], name) }
            for file in try await fixture.place.files() { _ = try await fixture.place.reject(file) }
            let names = try fixture.backDoor.names()
            #expect(names.map { Array($0.utf8) } == fixture.oddNames.map { Array("rejected/\($0)".utf8) })
        },
        Clause("a file that is rejected replaces what was rejected before", brokenBy: [.keepsWhatWasRejected]) {
            fixture in
            try fixture.drop([7, 7, 7, 7], "rejected/date=2026-11-21/again")
            let file = try await fixture.listed([1, 2, 3], "date=2026-11-21/again")
            _ = try await fixture.place.reject(file)
            let (names, held) = (
                try fixture.backDoor.names(), try fixture.backDoor.read("rejected/date=2026-11-21/again")
            )
            #expect(names == ["rejected/date=2026-11-21/again"] && held == [1, 2, 3])
        },
        Clause(
            "a file that is rejected under a name of its own leaves what was rejected before",
            brokenBy: [.rejectsUnderTheOldName]
        ) { fixture in
            for folder in ["", "date=2026-11-21/"] {
                try fixture.drop([7], "rejected/\(folder)again")
                let file = try await fixture.listed([1, 2, 3], "\(folder)again")
                try await fixture.place.reject(file, as: "rejected/\(folder)again.0a1b2c3d")
                try await fixture.place.reject(file, as: "rejected/\(folder)again.0a1b2c3d")
                let held = try ["again", "again.0a1b2c3d"].map { try fixture.backDoor.read("rejected/\(folder)\($0)") }
                #expect(held == [[7], [1, 2, 3]])
            }
        },
        Clause("rejecting what is rejected already is fine", brokenBy: [.missesWhatIsGone]) { fixture in
            let file = try await fixture.listed([1, 2, 3], "date=2026-11-21/twice")
            let first = try await fixture.place.reject(file)
            let second = try await fixture.place.reject(file)
            let names = try fixture.backDoor.names()
            #expect(first == second && names == [first])
        },
        Clause("rejecting what somebody took away is transient", brokenBy: [.inventsBytes]) { fixture in
            let file = try await fixture.listed([1, 2, 3], "taken")
            try fixture.backDoor.remove("taken")
            let error = await fixture.failure { _ = try await $0.reject(file) }
            let names = try fixture.backDoor.names()
            #expect(isTransient(error) && names == [])
        },
        Clause("a removed file is gone, and only that one", brokenBy: [.removesNothing, .removesWhatIsBeside]) {
            fixture in
            for name in fixture.oddNames + ["date=2026-11-21/a"] { try fixture.drop([1], name) }
            try fixture.drop([1], "stays")
            try fixture.drop([1], "date=2026-11-21/stays")
            for file in try await fixture.place.files() where !file.name.hasSuffix("stays") {
                try await fixture.place.remove(file)
            }
            let names = try fixture.backDoor.names()
            #expect(names == ["date=2026-11-21/stays", "stays"])
        },
        Clause("removing what is gone is fine", brokenBy: [.missesWhatIsGone]) { fixture in
            for name in ["gone", "date=2026-11-21/gone"] {
                let file = try await fixture.listed([1], name)
                try await fixture.place.remove(file)
                try await fixture.place.remove(file)
            }
            // Its folder, too, may be gone.
            try await fixture.place.remove(fixture.dropped("date=2026-11-22/gone", 1))
            let names = try fixture.backDoor.names()
            #expect(names == [])
        },
        Clause(
            "what came in place of a listed file is neither rejected nor removed", brokenBy: [.takesNewcomers]
        ) { fixture in
            let later = DropOffFixture.written + .seconds(5)
            for (name, bytes) in [("other", [1, 2, 3, 4]), ("anew", [9, 9, 9])] {
                let file = try await fixture.listed([1, 2, 3], name)
                try fixture.drop(bytes.map { UInt8($0) }, name, at: later)
                let error = await fixture.failure { _ = try await $0.reject(file) }
                #expect(isTransient(error), "\(String(describing: error))")
                try await fixture.place.remove(file)
            }
            let names = try fixture.backDoor.names()
            #expect(names == ["anew", "other"])
        },
    ]
}
