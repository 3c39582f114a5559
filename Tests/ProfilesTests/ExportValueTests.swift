import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Profiles

@Suite struct ExportValueTests {
    private func text(_ body: (inout ByteBuffer) -> Void) -> String {
        var buffer = ByteBuffer(capacity: 1)
        body(&buffer)
        return String(decoding: buffer.bytes, as: UTF8.self)
    }

    @Test func `integers of every width are their digits`() {
        var values: [Int64] = [0, .max, .min, .min + 1]
        var power: Int64 = 1
        for _ in 0..<18 {
            power *= 10
            values += [power - 1, power, power + 1, -power, 1 - power]
        }
        var random = SeededGenerator(seed: 1)
        for _ in 0..<10_000 {
            values.append(Int64(truncatingIfNeeded: random.next()) >> Int64.random(in: 0..<64, using: &random))
        }
        #expect(values.filter { value in text { $0.append(integer: value) } != String(value) } == [])
    }

    @Test func `reals are the shortest decimal that reads back`() {
        let written: [(Double, String)] = [
            (0, "0.0"), (-0.0, "-0.0"), (1, "1.0"), (1234.5, "1234.5"), (1234, "1234.0"), (0.05, "0.05"),
            (-0.05, "-0.05"),
            (0.1 + 0.2, "0.30000000000000004"), (19.99, "19.99"), (100.10, "100.1"), (0.001, "0.001"),
            (1e15, "1000000000000000.0"),
            (9_999_999_999_999.99, "9999999999999.99"), (1e-5, "1e-05"), (1e300, "1e+300"),
            (.leastNonzeroMagnitude, "5e-324"),
            (.greatestFiniteMagnitude, "1.7976931348623157e+308"), (.infinity, "inf"), (-.infinity, "-inf"),
        ]
        for (value, expected) in written { #expect(text { $0.append(real: value) } == expected) }
    }

    @Test func `the short way to write amounts gives what the long way gives`() {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<20_000 {
            let cents = Int64(truncatingIfNeeded: random.next()) >> Int64.random(in: 10..<64, using: &random)
            let values = [
                Double(cents) / 100, (Double(cents) / 100).nextUp, Double(cents) / 1000,
                Double(bitPattern: random.next()),
            ]
            let wrong = values.filter { value in
                let written = text { $0.append(real: value) }
                return !value.isNaN && (written != value.description || Double(written) != value)
            }
            if !wrong.isEmpty { Issue.record("\(wrong)") }
        }
    }

    @Test func `dates are written as the calendar says`() {
        var random = SeededGenerator(seed: 3)
        var days = Array(-1000...1000) + [-719_528, -719_529, 2_932_896, 2_932_897, 1 << 32]
        for _ in 0..<10_000 { days.append(Int.random(in: -1_000_000...4_000_000, using: &random)) }
        let wrong = days.filter { day in
            text { $0.append(daysSinceEpoch: Int64(day)) } != LocalDate(daysSinceEpoch: day).description
        }
        #expect(wrong == [])
        #expect(text { $0.append(daysSinceEpoch: -719_528) } == "0000-01-01")
        #expect(text { $0.append(daysSinceEpoch: -719_529) } == "-0001-12-31")
        #expect(text { $0.append(daysSinceEpoch: 2_932_896) } == "9999-12-31")
        #expect(text { $0.append(daysSinceEpoch: 2_932_897) } == "10000-01-01")
    }

    @Test func `instants are written as the model writes them, and read back`() {
        var random = SeededGenerator(seed: 4)
        var values: [Int64] = [
            0, 1, -1, 999, 1000, 86_399_999, 86_400_000, -86_400_000, -62_167_219_200_000, 253_402_300_799_999,
        ]
        for _ in 0..<10_000 {
            values.append(Int64.random(in: -62_167_219_200_000...253_402_300_799_999, using: &random))
        }
        let wrong = values.filter { value in
            let written = text { $0.append(millisecondsSinceEpoch: value) }
            let instant = Instant(milliseconds: value)
            return written != instant.description || Instant(iso: written) != instant
        }
        #expect(wrong == [])
        let beyond = Int64(253_402_300_800_000)
        #expect(text { $0.append(millisecondsSinceEpoch: beyond) } == "10000-01-01T00:00:00Z")
        #expect(text { $0.append(millisecondsSinceEpoch: -62_167_219_200_001) } == "-0001-12-31T23:59:59.999Z")
    }

    @Test func `a number that is no day of any calendar stays a number`() {
        for value in [Int64.max, .min, .max - 1] {
            #expect(text { $0.append(daysSinceEpoch: value) } == String(value))
        }
        #expect(text { $0.append(millisecondsSinceEpoch: .min) }.hasPrefix("-29"))
    }

    @Test func `a buffer that grows keeps what it has`() {
        var buffer = ByteBuffer(capacity: 1)
        var expected: [UInt8] = []
        for value in 0..<5000 {
            buffer.append(integer: Int64(value))
            expected += Array(String(value).utf8)
        }
        #expect(Array(buffer.bytes) == expected)
        buffer.removeAll()
        #expect(buffer.bytes.isEmpty)
    }

    @Test func `each special byte is found wherever it is`() {
        let special: [UInt8] = [44, 34, 10, 13, 92]
        let search = ByteSearch(anyOf: special)
        var random = SeededGenerator(seed: 5)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...24, using: &random)
            // Neighbours of the special bytes, and bytes with the high bit, are what a careless search mistakes.
            let bytes = (0..<count + 8).map { index -> UInt8 in
                let isSpecial = Int.random(in: 0..<30, using: &random) == 0 || index >= count
                return isSpecial
                    ? special.randomElement(using: &random) ?? 44
                    : [43, 45, 33, 35, 9, 11, 12, 14, 91, 93, 0xAC, 0x8A, 0, 255].randomElement(using: &random) ?? 0
            }
            let found = bytes.withUnsafeBufferPointer { buffer in
                buffer.baseAddress.map { search.finds(in: $0, count: count) }
            }
            let expected = bytes.prefix(count).contains { special.contains($0) }
            if found != expected { Issue.record("\(bytes) up to \(count)") }
        }
    }
}
