import AudienceManager
import Destinations
import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Engine

@Suite struct DropOffRejectedTests {
    private let name = DropOffBench.name

    @Test func `a file that was rejected for its name is taken when it comes back and the setting allows it`()
        async throws
    {
        var bench = try DropOffBench()
        let short = "ftp_dpm_478_136654571.sync"
        bench.drop(as: short)
        #expect(try await bench.look().map(\.outcome) == [.rejected])
        bench.place.move("rejected/\(short)", to: short)
        bench.dropOff.timestamps = .lenient
        #expect(try await bench.look().map(\.outcome) == [.taken])
        #expect(bench.place.text("\(short).receipt.json")?.contains("\"taken\"") == true)
        #expect(try await bench.look().isEmpty)
    }

    @Test func `a file that was rejected for what it holds is taken when it comes back and the declaration is right`()
        async throws
    {
        var bench = try DropOffBench()
        let ids = "adobe_id_567_478_1454442149.sync"
        let declared = bench.spec.dataSources
        bench.spec.dataSources[1] = DataSource(id: UUID(), name: "browsers", dpid: 567, kind: .crossDevice)
        bench.drop("b1\tc1\n".utf8, as: ids)
        #expect(try await bench.look().map(\.outcome) == [.rejected])
        bench.place.move("rejected/\(ids)", to: ids)
        bench.spec.dataSources = declared
        #expect(try await bench.look().map(\.outcome) == [.taken])
    }

    @Test func `a rejected file that comes back unchanged is rejected again`() async throws {
        let bench = try DropOffBench()
        bench.drop(as: "customers.csv")
        try await bench.look()
        bench.place.move("rejected/customers.csv", to: "customers.csv")
        #expect(try await bench.look().map(\.outcome) == [.rejected])
        #expect(bench.place.names == ["rejected/customers.csv", "rejected/customers.csv.receipt.json"])
    }

    @Test func `a rejected file that could not be moved is moved by the next look, without being read again`()
        async throws
    {
        let bench = try DropOffBench()
        bench.drop("no gzip".utf8, as: name + ".gz")
        bench.place.fail(.reject, .transient("server is busy"))
        #expect(try await bench.look().map(\.outcome) == [.rejected])
        #expect(bench.place.names == [name + ".gz"])
        #expect(try await bench.look().isEmpty)
        #expect(bench.place.names == ["rejected/\(name).gz", "rejected/\(name).gz.receipt.json"])
        #expect(bench.place.deeds.filter { $0.hasPrefix("fetch") }.count == 1)
    }

    @Test func `a process that died between the move and the receipt leaves the receipt to the next look`() async throws
    {
        let bench = try DropOffBench()
        bench.drop(as: "customers.csv")
        bench.place.fail(.put, .cancelled)
        await #expect(throws: ProfileErrorWord.cancelled) { try await bench.looking() }
        #expect(bench.place.names == ["rejected/customers.csv"])
        #expect(try await bench.look().isEmpty)
        #expect(bench.place.names == ["rejected/customers.csv", "rejected/customers.csv.receipt.json"])
    }

    @Test(arguments: [true, false])
    func `a rejected file that is gone or another before it could be moved is told of once`(_ isGone: Bool) async throws
    {
        let bench = try DropOffBench()
        bench.drop(as: "customers.csv")
        bench.place.fail(.reject, .rejected("not allowed"))
        try await bench.look()
        #expect(bench.log.lines("cannot be written to").count == 1)
        bench.place.take("customers.csv")
        if !isGone { bench.drop("another".utf8, as: "customers.csv") }
        #expect(try await bench.look().count == (isGone ? 0 : 1))
        #expect(try await bench.look().isEmpty)
        #expect(bench.log.lines("cannot be written to").count == 1)
        #expect(bench.place.names.filter { $0.hasSuffix(".receipt.json") }.count == (isGone ? 0 : 1))
    }

    @Test func `two rejected deliveries of one name are both kept, each with its receipt`() async throws {
        let bench = try DropOffBench()
        for text in ["first delivery", "second delivery", "third delivery"] {
            bench.drop(text.utf8, as: name + ".gz")
            let moved = try #require(try await bench.look().first?.movedTo)
            #expect(bench.place.text(moved) == text)
            #expect(bench.place.text(moved + ".receipt.json")?.contains("\"\(moved)\"") == true)
        }
        #expect(bench.place.names.count == 6)
        #expect(bench.place.names.first == "rejected/\(name).gz")
    }

    @Test func `two badly named deliveries, which nobody reads, are both kept`() async throws {
        let bench = try DropOffBench()
        for text in ["first", "second", "another"] {
            bench.drop(text.utf8, as: "date=2026-11-20/customers.csv", age: .days(Int64(text.utf8.count)))
            let moved = try #require(try await bench.look().first?.movedTo)
            #expect(bench.place.text(moved) == text)
        }
        #expect(bench.place.names.count == 6)
    }

    @Test(arguments: [243, 255]) func `a name that leaves no room for its receipt's is rejected and done with`(
        _ length: Int
    ) async throws {
        let bench = try DropOffBench()
        let long = String(repeating: "ä", count: 2) + String(repeating: "x", count: length - 4)
        for text in ["first", "another"] {
            bench.drop(text.utf8, as: "date=2026-11-20/\(long)")
            #expect(try await bench.look().map(\.outcome) == [.rejected])
            #expect(try await bench.look().isEmpty)
        }
        #expect(bench.log.lines("cannot be written to").isEmpty)
        let (receipts, files) = (
            bench.place.names.filter { $0.hasSuffix(".receipt.json") },
            bench.place.names.filter { !$0.hasSuffix(".receipt.json") }
        )
        #expect(receipts.count == 2 && files.count == 2)
        #expect(files.contains("rejected/date=2026-11-20/\(long)"))
    }
}
