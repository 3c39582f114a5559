import TidegateTesting

/// Makes rows up, and spoils them: most of what it writes is syntax.
struct RowGenerator {
    private var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    private static let elements = [
        "d_sid=24", "d_sid = 24", "D_SID=7", "d_sid=\"24\"", "\"d_sid\"=24", "-d_sid=9", "d_unsid=28", "d_unsid=x",
        "28:0",
        "28:-1", "28:1", "28:", "d_sid=9223372036854775807", "d_sid=9223372036854775808", "9223372036854775808:0",
        "123",
        "007", "ic=52", "ic=a b", "IC=52", "city = Paris", "\"city\" = Paris", "city = \"New York\"",
        "\"city\" = \"New York\"", "-product = camera", "- product=x", "a=\"1,2=3|4:5  6\"",
        "at=\"2018-05-17 10:00:00\"",
        "k=", "k=\"\"", "=v", "\"\"=v", "k=v=w", "k=\"v\"\"w\"", "k=\"v\" w", "k\"=v", "k=“New York”", "ключ=значение",
        "é=🙂", "", "", " ", "word", "\"123\"", "-5", "-", "k=\"open",
    ]

    private static let syntax: [[UInt8]] =
        [
            ",", "=", "\"", " ", "-", ":", "0", "1", "-1", "d_sid", "d_unsid", "ic", "a", "B", "_", "%3A", "é", "“",
            "\u{301}",
        ]
        .map { Array($0.utf8) } + [
            [9], [13], [10], [0], [0x7F], [0x1F], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x80], [0xF4, 0x90],
            [0xF0, 0x9F, 0x99, 0x82], [0xF0, 0x80, 0x80, 0x80], [0xC3], [0x80], [0xEF, 0xBB, 0xBF],
        ]

    private static let ids = [
        "59767559181262060060278870901087098252", "6D92078A-8246-4BA4-AE5B-76104861E7DC", "User123", "a b", "", " ",
        "é",
        "a:b", "97987bca-ae59-4c7d-94ba-ee4f19ab8c21", "x",
    ]

    mutating func dataRow() -> [UInt8] {
        var list: [String] = []
        for _ in 0..<below(below(40) == 0 ? 300 : 8) { list.append(Self.elements[below(Self.elements.count)]) }
        return ended(spoiled(Array("\(id())\t\(list.joined(separator: below(3) == 0 ? " , " : ","))".utf8)))
    }

    /// Of elements that are all well-formed, so that whole rows are read.
    mutating func goodDataRow() -> [UInt8] {
        let good = [
            "d_sid=24", "28:-1", "123", "k = \"a, b\"", "\"k\"=v", "d_unsid = \"3\"", "", " ", "é=“x”", "-a=b c",
        ]
        let list = (0...below(below(50) == 0 ? 200 : 8)).map { _ in good[below(good.count)] }
        return ended(Array("User\(below(99))\t\(list.joined(separator: ","))".utf8))
    }

    mutating func idRow() -> [UInt8] {
        let columns = (0...below(below(4) == 0 ? 14 : 4)).map { _ in id() }
        return ended(spoiled(Array(columns.joined(separator: "\t").utf8)))
    }

    mutating func soup() -> [UInt8] {
        (0..<below(below(30) == 0 ? 400 : 24)).flatMap { _ in Self.syntax[below(Self.syntax.count)] }
    }

    mutating func name(_ names: [String]) -> String {
        let pieces = [
            "_", ".", "0", "9", "478", "20914", ".gz", ".pgp", ".sync", ".overwrite", "ftp_dpm_", "c2c_id_", "odc_",
            "٣", "é",
            "\0", "/", "G", "-", " ",
        ]
        var name = Array(names[below(names.count)].unicodeScalars)
        for _ in 0..<below(3) {
            let at = below(name.count + 1)
            let end = at + below(min(3, name.count - at + 1))
            name.replaceSubrange(at..<end, with: below(2) == 0 ? [] : Array(pieces[below(pieces.count)].unicodeScalars))
        }
        return String(String.UnicodeScalarView(name))
    }

    /// Flips a bit, cuts something out or off, doubles something, or puts syntax or a piece of another in.
    mutating func mutation(of bytes: [UInt8], _ others: [[UInt8]]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...below(4) {
            let at = below(bytes.count + 1)
            let range = at..<at + below(bytes.count - at + 1)
            switch below(6) {
            case 0 where at < bytes.count: bytes[at] ^= 1 << UInt8(below(8))
            case 1: bytes.removeSubrange(range)
            case 2: bytes.removeLast(range.count)
            case 3 where bytes.count < 4000: bytes.insert(contentsOf: bytes[range], at: at)
            case 4 where bytes.count < 4000:
                let other = others[below(others.count)]
                bytes.insert(contentsOf: other.prefix(below(other.count + 1)), at: at)
            default: bytes.insert(contentsOf: Self.syntax[below(Self.syntax.count)], at: at)
            }
        }
        return bytes
    }

    private mutating func spoiled(_ row: [UInt8]) -> [UInt8] {
        var row = row
        guard below(2) == 0 else { return row }
        for _ in 0...below(2) {
            let at = below(row.count + 1)
            row.insert(contentsOf: Self.syntax[below(Self.syntax.count)], at: at)
        }
        return row
    }

    private mutating func ended(_ row: [UInt8]) -> [UInt8] { below(4) == 0 ? row + [13] : row }

    private mutating func id() -> String { Self.ids[below(Self.ids.count)] }

    private mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
}
