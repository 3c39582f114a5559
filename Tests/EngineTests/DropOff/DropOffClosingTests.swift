import AudienceManager
import Destinations
import Testing
import TidegateModel
import TidegateTesting

@testable import Engine

@Suite struct DropOffClosingTests {
    private let name = DropOffBench.name
    private var receipt: String { name + ".receipt.json" }

    @Test func `a process that died between commit and receipt leaves the receipt to the next look`() async throws {
        let bench = try DropOffBench()
        bench.drop()
        bench.place.fail(.put, .cancelled)
        await #expect(throws: ProfileErrorWord.cancelled) { try await bench.looking() }
        #expect(bench.place.names == [name])
        #expect(try await bench.look().isEmpty)
        #expect(bench.place.text(receipt)?.contains("\"taken\"") == true)
        #expect(bench.place.deeds.filter { $0.hasPrefix("fetch") }.count == 1)
    }

    @Test func `a receipt that the place did not take is put by the next look, and the file removed then`() async throws
    {
        var bench = try DropOffBench()
        bench.dropOff.afterwards = .remove
        bench.drop()
        bench.place.fail(.put, .transient("server is busy"))
        #expect(try await bench.look().map(\.outcome) == [.taken])
        #expect(bench.place.names == [name])
        #expect(try await bench.look().isEmpty)
        #expect(bench.place.names == [receipt])
        let deeds = bench.place.deeds.count
        #expect(try await bench.look().isEmpty)
        #expect(bench.place.deeds.count == deeds)
    }

    @Test func `an older receipt does not replace that of a later file of the name`() async throws {
        let bench = try DropOffBench()
        bench.drop()
        bench.place.fail(.put, .transient("server is busy"))
        try await bench.look()
        bench.drop("c2\td_sid=25\nc3\td_sid=25\n".utf8, age: .hours(2))
        bench.place.fail(.put, .transient("server is busy"))
        #expect(try await bench.look().map { $0.data?.storedRecords } == [2])
        bench.place.fail(.put)
        try await bench.look()
        #expect(bench.place.text(receipt)?.contains("\"storedRecords\" : 2") == true)
    }

    @Test(arguments: [Span.days(1), .hours(2)])
    func `what is to be removed goes away also when the same bytes are sent again`(_ age: Span) async throws {
        var bench = try DropOffBench()
        bench.dropOff.afterwards = .remove
        bench.drop()
        try await bench.look()
        #expect(bench.place.names == [receipt])
        bench.drop(age: age)
        #expect(try await bench.look().isEmpty)
        #expect(bench.place.names == [receipt])
    }

    @Test func `other bytes of the same size and time are taken, not removed unread`() async throws {
        var bench = try DropOffBench()
        bench.dropOff.afterwards = .remove
        bench.drop()
        try await bench.look()
        bench.drop("c2\td_sid=25\n".utf8)
        #expect(try await bench.look().map(\.outcome) == [.taken])
    }

    @Test func `a file that was sent again and cannot be removed is told of and waits`() async throws {
        var bench = try DropOffBench()
        bench.dropOff.afterwards = .remove
        bench.drop()
        try await bench.look()
        bench.drop(age: .hours(2))
        bench.place.fail(.remove, .rejected("not allowed"))
        let receipts = try await bench.look()
        #expect(receipts.map(\.reason) == ["file was taken before and cannot be removed: not allowed"])
        #expect(receipts.map(\.outcome) == [.waiting])
        #expect(try await bench.look().isEmpty)
        #expect(bench.place.names == [receipt])
    }

    @Test func `files that nobody can ask for are told of, once in each look`() async throws {
        let bench = try DropOffBench()
        bench.place.hide(2)
        bench.drop(age: .seconds(4))
        _ = try await bench.look(moving: .seconds(6))
        let lines = bench.log.lines("names cannot be read")
        #expect(lines == ["warning drop-off has files whose names cannot be read files=2 source=onboarding"])
    }

    @Test func `what was taken before a look fails is logged`() async throws {
        let bench = try DropOffBench()
        bench.drop(as: "ftp_dpm_478_1366545717.sync")
        bench.drop("c2\td_sid=25\n".utf8, as: "ftp_dpm_478_1366545718.sync")
        bench.drop(as: "customers.csv")
        bench.place.fail(.reject, .transient("busy"), .cancelled)
        bench.place.fail(.put, .transient("busy"), .cancelled)
        await #expect(throws: ProfileErrorWord.cancelled) { try await bench.looking() }
        let lines = bench.log.lines("drop-off file")
        #expect(lines.count == 3)
        #expect(lines.filter { $0.contains("outcome=taken") }.count == 2)
    }
}
