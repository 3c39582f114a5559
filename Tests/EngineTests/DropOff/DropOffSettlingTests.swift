import AudienceManager
import Destinations
import Testing
import TidegateModel
import TidegateTesting

@testable import Engine

@Suite struct DropOffSettlingTests {
    private let name = DropOffBench.name

    @Test func `a truncated gzip file waits for an hour and is rejected then`() async throws {
        let bench = try DropOffBench()
        bench.drop(DropOffBench.packed.dropLast(9), as: name + ".gz", age: .minutes(59))
        let receipts = try await bench.look()
        #expect(receipts.map(\.outcome) == [.waiting])
        #expect(receipts.map(\.reason) == ["file ends in the middle of its gzip data, more may come"])
        #expect(bench.place.names == [name + ".gz"])
        bench.clock.advance(by: .minutes(1))
        #expect(try await bench.look().map(\.outcome) == [.rejected])
    }

    @Test func `a truncated gzip file that goes on is taken`() async throws {
        let bench = try DropOffBench()
        bench.drop(DropOffBench.packed.dropLast(9), as: name + ".gz", age: .minutes(5))
        #expect(try await bench.look().map(\.outcome) == [.waiting])
        bench.drop(DropOffBench.packed, as: name + ".gz", age: .minutes(1))
        #expect(try await bench.look().map(\.outcome) == [.taken])
    }

    @Test func `a truncated ID file waits too, and changes nothing`() async throws {
        let bench = try DropOffBench()
        let ids = "adobe_id_567_478_1454442149.sync.gz"
        bench.drop(DropOffBench.packed.dropLast(9), as: ids, age: .minutes(5))
        #expect(try await bench.look().map(\.outcome) == [.waiting])
        bench.drop(DropOffBench.packed, as: ids, age: .minutes(1))
        #expect(try await bench.look().map { $0.ids?.newIDs } == [2])
    }

    @Test func `an empty file waits for an hour and is rejected then`() async throws {
        let bench = try DropOffBench()
        bench.drop([], age: .minutes(59))
        #expect(try await bench.look().map(\.outcome) == [.waiting])
        bench.clock.advance(by: .minutes(1))
        #expect(try await bench.look().map(\.outcome) == [.rejected])
    }

    @Test(arguments: [true, false])
    func `where files need not settle, one that is cut short is rejected at once`(_ isWhole: Bool) async throws {
        var bench = try DropOffBench()
        if isWhole { bench.place.showWhole() } else { bench.dropOff.settle = .seconds(0) }
        bench.drop(DropOffBench.packed.dropLast(9), as: name + ".gz", age: .minutes(1))
        bench.drop([], as: name, age: .minutes(1))
        #expect(try await bench.look().map(\.outcome) == [.rejected, .rejected])
    }

    @Test func `on a server whose clock is behind, a file that grows is not taken`() async throws {
        var bench = try DropOffBench()
        bench.dropOff.place = DropOffBench.server
        bench.drop("c1\td_s".utf8, age: .minutes(30))
        let receipts = try await bench.look(moving: .seconds(10)) { bench.drop(age: .minutes(29)) }
        #expect(receipts.map(\.reason) == ["file changed while it was looked at"])
        #expect(try await bench.look(moving: .seconds(10)).map(\.outcome) == [.taken])
        #expect(bench.place.deeds.first == "fetch \(name)")
    }

    @Test func `ready files are taken before anybody waits for those that have not settled`() async throws {
        let bench = try DropOffBench()
        bench.drop(as: "ftp_dpm_478_1366545718.sync")
        bench.drop("c2\td_sid=25\n".utf8, as: name, age: .seconds(4))
        let receipts = try await bench.look(moving: .seconds(6)) {
            #expect(bench.place.names.contains("ftp_dpm_478_1366545718.sync.receipt.json"))
            #expect(!bench.place.names.contains(name + ".receipt.json"))
        }
        #expect(receipts.map(\.outcome) == [.taken, .taken])
        #expect(receipts.map(\.file) == [name, "ftp_dpm_478_1366545718.sync"])
    }

    @Test func `a file that has long to settle waits for a later look, and nobody sleeps`() async throws {
        var bench = try DropOffBench()
        bench.dropOff.settle = .hours(1)
        bench.drop(age: .minutes(58))
        let receipts = try await bench.look()
        #expect(receipts.map(\.outcome) == [.waiting])
        #expect(receipts.map(\.reason) == ["file changed less than 3600 seconds ago"])
        bench.clock.advance(by: .minutes(1))
        #expect(try await bench.look(moving: .minutes(1)).map(\.outcome) == [.taken])
    }

    @Test func `a file without a time is looked at again after a minute, however long files settle`() async throws {
        var bench = try DropOffBench()
        bench.dropOff.settle = .hours(1)
        bench.drop(age: nil)
        #expect(try await bench.look(moving: .minutes(1)).map(\.outcome) == [.taken])
    }
}
