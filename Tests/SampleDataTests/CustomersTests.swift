import Digests
import Foundation
import Testing

@testable import SampleData

struct CustomersTests {
    private static let digest = "64b1393bf3799dbd651d37a985a6b24de3cbfb4fbf3d5f18f7b69552afed3c29"
    private static let committed = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "jobs/data/customers.csv")

    @Test func `the committed customers are those that the generator writes by itself`() throws {
        let request = try Request([])
        let generated = bytes(Customers(rows: request.rows, seed: request.seed))
        #expect(sha256(of: generated) == Self.digest)
        #expect(try sha256(of: Data(contentsOf: Self.committed)) == Self.digest)
    }

    @Test func `a row depends on the seed and its number alone`() {
        let few = lines(bytes(Customers(rows: 50, seed: 7)))
        let many = lines(bytes(Customers(rows: 500, seed: 7)))
        #expect(many.starts(with: few.dropLast()))
        #expect(lines(bytes(Customers(rows: 50, seed: 8)))[1] != few[1])
    }

    @Test(arguments: [1, 2, 10, 97, 1000])
    func `shuffled rows are the same ones in another order`(rows: Int) {
        let ascending = records(bytes(Customers(rows: rows, seed: 7)))
        let shuffled = records(bytes(Customers(rows: rows, seed: 7, isShuffled: true)))
        #expect(ascending.sorted() == shuffled.sorted())
        #expect((ascending == shuffled) == (rows <= 2))
    }

    @Test func `keys ascend and every row has fifteen fields`() {
        let records = records(bytes(Customers(rows: 2000, seed: 7))).dropFirst()
        #expect(records.map { $0.prefix(9) } == records.map { $0.prefix(9) }.sorted())
        #expect(records.allSatisfy { fieldCount($0) == 15 })
    }

    @Test func `missing values, empty ones, quotes, commas, line breaks and many scripts are among them`() {
        let text = String(decoding: bytes(Customers(rows: 5000, seed: 7)), as: UTF8.self)
        for sign in [",,", ",\"\",", "\"\"bob\"\"", "\"Washington, D.C.\"", "twice,\nthen", "moved,\r\nnew", "Łódź"] {
            #expect(text.lowercased().contains(sign.lowercased()), "\(sign)")
        }
        for word in ["Київ", "Αθήνα", "القاهرة", "ירושלים", "東京", "上海", "서울", "เชียงใหม่", "🌙"] {
            #expect(text.contains(word), "\(word)")
        }
    }

    @Test func `wrong arguments are told`() {
        #expect(throws: Request.Problem.self) { try Request(["--rows", "many"]) }
        #expect(throws: Request.Problem.self) { try Request(["--rows", "-1"]) }
        #expect(throws: Request.Problem.self) { try Request(["--output"]) }
        #expect(throws: Request.Problem.self) { try Request(["--colums", "3"]) }
    }

    private func bytes(_ customers: Customers) -> [UInt8] {
        var bytes: [UInt8] = []
        customers.write { bytes += $0 }
        return bytes
    }

    private func lines(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Rows of the file, where line breaks inside quotes end none.
    private func records(_ bytes: [UInt8]) -> [String] {
        var isQuoted = false
        return bytes.split { byte in
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            return byte == UInt8(ascii: "\n") && !isQuoted
        }
        .map { String(decoding: $0, as: UTF8.self) }
    }

    private func fieldCount(_ record: String) -> Int {
        var isQuoted = false
        return record.utf8.reduce(1) { count, byte in
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            return byte == UInt8(ascii: ",") && !isQuoted ? count + 1 : count
        }
    }
}
