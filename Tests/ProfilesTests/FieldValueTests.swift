import Testing
import TidegateModel
import TidegateTesting

@testable import Profiles

@Suite struct FieldValueTests {
    private func field<Value>(_ text: String, _ read: (FieldText) -> Value?) -> Value? {
        let bytes = Array(text.utf8) + [UInt8](repeating: 0, count: 64)
        return bytes.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.flatMap { read(FieldText(start: $0, count: text.utf8.count)) }
        }
    }

    private func fault(_ bytes: [UInt8]) -> RejectionCode? {
        (bytes + [UInt8](repeating: 0xFF, count: 64)).withUnsafeBufferPointer { padded in
            padded.baseAddress.flatMap { FieldText(start: $0, count: bytes.count).fault }
        }
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("+7", 7), ("007", 7), ("9223372036854775807", .max), ("-9223372036854775808", .min),
        ] as [(String, Int64)]
    )
    func `integers of 64 bits are read exactly`(text: String, value: Int64) {
        #expect(field(text, FieldValue.integer) == value)
    }

    @Test(arguments: [
        "", "-", "+", "9223372036854775808", "-9223372036854775809", "1.0", "1e3", "0x1", "1 2", "१", "--1",
    ])
    func `what is no 64-bit integer is none`(text: String) {
        #expect(field(text, FieldValue.integer) == nil)
    }

    @Test(arguments: [
        "0", "-0.0", "1", "11.77", ".5", "5.", "1e3", "1E+3", "-1.5e-3", "0.1", "0.30000000000000004", "1e22", "1e23",
        "9007199254740993", "123456789012345678901234567890", "2.2250738585072014e-308", "4.9e-324",
        "1.7976931348623157e308", "0.000000000000000000000000000001", "1e-400", "100000000000000000000.5",
    ])
    func `reals are the nearest double`(text: String) {
        let spelled = text == "5." ? "5.0" : text
        #expect(field(text, FieldValue.real)?.bitPattern == Double(spelled)?.bitPattern)
        #expect(field(text, FieldValue.real) != nil)
    }

    @Test func `random reals come back from their shortest spelling`() {
        var numbers = SeededGenerator(seed: 64)
        for _ in 0..<5000 {
            let value = Double(bitPattern: numbers.next())
            guard value.isFinite else { continue }
            let short = (Double.random(in: -1e7...1e7, using: &numbers) * 100).rounded() / 100
            #expect(field("\(value)", FieldValue.real) == value)
            #expect(field("\(short)", FieldValue.real) == short)
        }
    }

    @Test(arguments: [
        "", ".", "-", "e3", "1e", "1e+", "nan", "NaN", "inf", "-Infinity", "0x1p3", "1,5", "1_000", "1e999", "1.2.3",
    ])
    func `what is no finite decimal number is no real`(text: String) {
        #expect(field(text, FieldValue.real) == nil)
    }

    @Test(arguments: [
        ("true", true), ("True", true), ("TRUE", true), ("t", true), ("yes", true), ("Y", true), ("1", true),
        ("false", false), ("False", false), ("f", false), ("NO", false), ("n", false), ("0", false),
    ])
    func `booleans are spelled in the usual ways and any case`(text: String, value: Bool) {
        #expect(field(text, FieldValue.boolean) == value)
    }

    @Test(arguments: ["", "2", "tru", "truee", "ja", "on", "01", "null"])
    func `other words are no booleans`(text: String) {
        #expect(field(text, FieldValue.boolean) == nil)
    }

    @Test(arguments: [
        ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11016), ("0000-01-01", -719_528),
        ("9999-12-31", 2_932_896),
        ("2026-11-21T00:00:00Z", 20778), ("2026-11-21 00:00:00", 20778),
    ])
    func `dates are days, with a midnight behind them or not`(text: String, day: Int) {
        #expect(field(text, FieldValue.date) == day)
    }

    @Test(arguments: [
        "", "2026-11-31", "1900-02-29", "2026-13-01", "2026-00-10", "26-11-21", "2026/11/21", "20261121", "2026-11-21 ",
        "2026-11-21T00:00:01Z", "2026-11-21T00:00:00+02:00", "2026-1-1", "+2026-11-21", "2026-11-2x",
    ])
    func `what is no date, or more than one, is no date`(text: String) {
        #expect(field(text, FieldValue.date) == nil)
    }

    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01 00:00:00", 0), ("1970-01-01", 0), ("1970-01-01t00:00:00z", 0),
            ("1970-01-01T00:00:00.5Z", 500), ("1970-01-01T00:00:00.123456789Z", 123), ("1969-12-31T23:59:59.999Z", -1),
            ("1970-01-01T02:00:00+02:00", 0), ("1970-01-01T02:00:00+0200", 0), ("1970-01-01 02:00:00+02", 0),
            ("1969-12-31T19:00:00-05:00", 0), ("2026-11-21T23:59:59Z", 1_795_305_599_000),
        ] as [(String, Int64)]
    )
    func `timestamps are milliseconds since 1970 in UTC`(text: String, milliseconds: Int64) {
        #expect(field(text, FieldValue.timestamp) == milliseconds)
    }

    @Test(arguments: [
        "", "1970-01-01T", "1970-01-01T00:00", "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z", "1970-01-01T00:00:60Z",
        "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00+24:00", "1970-01-01T00:00:00+02:0", "1970-01-01T00:00:00ZZ",
        "1970-01-01_00:00:00", "1970-01-01T00:00:00 UTC", "0",
    ])
    func `what names no moment is no timestamp`(text: String) {
        #expect(field(text, FieldValue.timestamp) == nil)
    }

    @Test func `blanks around numbers, booleans and dates do not matter`() {
        #expect(field("  12\t", { FieldValue.integer($0.trimmed) }) == 12)
        #expect(field(" \t ", { FieldValue.integer($0.trimmed) }) == nil)
    }

    @Test func `text with a zero byte or broken UTF-8 is not taken`() {
        #expect(fault(Array("plain".utf8)) == nil)
        #expect(fault(Array("Ελένη 裕美子 😀 and a tail that is longer than sixteen".utf8)) == nil)
        #expect(fault([]) == nil)
        #expect(fault([0x61, 0]) == .nulByte)
        #expect(fault(Array(repeating: 0x61, count: 16) + [0]) == .nulByte)
        let broken: [[UInt8]] = [
            [0x80], [0xC3], [0xC0, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF],
            Array(repeating: 0x61, count: 31) + [0xC3],
        ]
        for bytes in broken { #expect(fault(bytes) == .invalidUTF8, "\(bytes)") }
    }
}
