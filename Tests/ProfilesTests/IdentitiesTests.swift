import Testing
import TidegateModel
import TidegateTesting

@testable import Profiles

@Suite struct IdentitiesTests {
    /// Numbers of `ids`, in a transaction of their own.
    private func numbers(
        _ ids: [String], of source: Int64 = 100, adding: Bool, in fixture: DataFixture,
        environment: DropOff.Environment = .production
    ) throws -> [UInt32] {
        try fixture.store.withWriter { connection throws(ProfileError) in
            try connection.write { () throws(ProfileError) in
                let identities = try Identities(in: environment, on: connection)
                let batch = IdentityBatch(capacity: 16)
                for id in ids { Array(id.utf8).withUnsafeBytes { batch.append($0) } }
                let numbers = try identities.numbers(of: batch, source: source, adding: adding)
                try identities.finish()
                return numbers
            }
        }
    }

    @Test func `new ids get the numbers that follow, in the order of their bytes`() throws {
        let fixture = try DataFixture()
        #expect(try numbers(["b", "a", "c", "a", "B"], adding: true, in: fixture) == [3, 2, 4, 2, 1])
        #expect(try numbers(["d", "b", "", "b"], adding: false, in: fixture) == [0, 3, 0, 3])
        #expect(try numbers(["bb", "c"], adding: true, in: fixture) == [5, 4])
    }

    @Test func `an id has another number in another data source and another environment`() throws {
        let fixture = try DataFixture()
        #expect(try numbers(["a"], adding: true, in: fixture) == [1])
        #expect(try numbers(["a"], of: 200, adding: true, in: fixture) == [2])
        #expect(try numbers(["a"], adding: true, in: fixture, environment: .beta) == [3])
        #expect(try numbers(["a"], of: 300, adding: false, in: fixture) == [0])
    }

    @Test(arguments: 0..<20)
    func `numbers are those of a dictionary, whatever is asked together`(seed: UInt64) throws {
        let fixture = try DataFixture()
        var random = SeededGenerator(seed: seed)
        var known: [String: UInt32] = [:]
        for round in 0..<30 {
            let range = [5, 100, 5000].randomElement(using: &random) ?? 5
            let ids = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                "k" + String(Int.random(in: 0..<range, using: &random), radix: 36)
            }
            let adding = round % 3 != 0
            let found = try numbers(ids, adding: adding, in: fixture)
            for (id, number) in zip(ids, found) {
                if adding, known[id] == nil {
                    #expect(!known.values.contains(number) && number > 0)
                    known[id] = number
                }
                #expect(number == known[id] ?? 0)
            }
        }
        #expect(try fixture.rows("SELECT value FROM counter WHERE name = 'next_identity'") == ["\(known.count + 1)"])
    }

    @Test func `a store that has given its last number says so`() throws {
        let fixture = try DataFixture()
        try fixture.store.withWriter { connection throws(ProfileError) in
            try connection.execute("UPDATE counter SET value = 4294967295 WHERE name = 'next_identity'")
        }
        #expect(try numbers(["a"], adding: true, in: fixture) == [.max])
        #expect(throws: ProfileError.rejected("profile store has no number left for another id")) {
            try numbers(["b"], adding: true, in: fixture)
        }
    }
}
