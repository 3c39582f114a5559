import Destinations
import Foundation
import Testing
import TidegateTesting

@Suite struct JSONBytesTests {
    func json(_ bytes: [UInt8]) -> String {
        var json: [UInt8] = []
        json.appendJSON(text: bytes[...])
        return String(decoding: json, as: UTF8.self)
    }

    @Test func `every ASCII character comes back`() throws {
        for byte in UInt8(0)...0x7F {
            let written = Data(json([byte]).utf8)
            #expect(try JSONDecoder().decode(String.self, from: written) == String(UnicodeScalar(byte)), "\(byte)")
        }
    }

    @Test func `only what must be escaped is, the short way where there is one`() {
        #expect(json(Array("a/b\u{2028}é🌊".utf8)) == "\"a/b\u{2028}é🌊\"")
        #expect(json(Array("\"\\\u{8}\u{9}\n\u{C}\r\u{0}\u{1F}".utf8)) == #""\"\\\b\t\n\f\r\u0000\u001f""#)
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0x80], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF0, 0x9F, 0x8C],
            [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80], [0xFF, 0xFE], [0xE0, 0x9F, 0xBF], [0x61, 0xC3, 0x28, 0x62], [0xF0, 0x9F, 0x22, 0x5C],
        ] as [[UInt8]])
    func `what is no UTF-8 is replaced as Swift replaces it`(_ bytes: [UInt8]) throws {
        let written = Data(json(bytes).utf8)
        #expect(try JSONDecoder().decode(String.self, from: written) == String(decoding: bytes, as: UTF8.self))
    }

    @Test func `random bytes come back as Swift reads them`() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            var written: [UInt8] = []
            written.appendJSON(text: bytes[...])
            let read = try JSONDecoder().decode(String.self, from: Data(written))
            #expect(read.utf8.elementsEqual(String(decoding: bytes, as: UTF8.self).utf8), "\(bytes)")
        }
    }

    @Test func `a number is taken only as JSON writes it`() {
        for text in ["0", "-0", "42", "9223372036854775807", "1.5", "-0.25", "1e20", "1.0E-7", "2e+3"] {
            var json: [UInt8] = []
            let isTaken = json.appendJSON(number: Array(text.utf8)[...])
            #expect(isTaken)
            #expect(json == Array(text.utf8))
        }
        for text in ["", "-", "01", "+1", ".5", "1.", "1e", "inf", "nan", "0x10", "1 ", "1,5", "--1", "1e+"] {
            var json: [UInt8] = []
            let isTaken = json.appendJSON(number: Array(text.utf8)[...])
            #expect(!isTaken, "\(text)")
            #expect(json == [])
        }
    }
}
