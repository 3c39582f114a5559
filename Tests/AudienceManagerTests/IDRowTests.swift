import AudienceManager
import Testing

@Suite struct IDRowTests {
    private static let three = IDFileName(relation: .device, dpids: [0, 123, 456], timestamp: 1_454_442_149)
    private static let addresses = IDFileName(relation: .customer, dpids: [123, 898], timestamp: 1_454_442_149)

    private static func read(_ line: String, _ name: IDFileName = three) -> ReadRow? {
        ReadRow.byIDLineParser(Array(line.utf8), IDLineParser(name))
    }

    private static func ids(_ ids: String...) -> ReadRow { .ids(ids.map { Array($0.utf8) }) }

    @Test(arguments: ["a\tb\tc", "a\tb\tc\r"]) func `a row has an id for each data source of the name`(_ line: String) {
        #expect(Self.read(line) == Self.ids("a", "b", "c"))
    }

    @Test func `ids are exactly what stands between the TABs`() {
        #expect(Self.read(" a\tB b \t%20é") == Self.ids(" a", "B b ", "%20é"))
    }

    @Test(arguments: [
        ("", RowFault.blankLine), ("\t \t", .blankLine), ("a", .wrongColumnCount), ("a\tb", .wrongColumnCount),
        ("a\tb\tc\td", .wrongColumnCount), ("a b c", .wrongColumnCount), ("a\t\tc", .emptyID), ("\tb\tc", .emptyID),
        ("a\t \tc", .emptyID), ("a\tb\tc\t", .trailingBlank), ("a\tb\tc ", .trailingBlank),
        ("a\tb\tc \r", .trailingBlank),
        ("a\tb\t", .trailingBlank), ("a\tb\tc\0", .nulByte), ("a\t\tc\td", .wrongColumnCount),
    ]) func `a row that is wrong has the first reason that holds`(_ line: String, _ fault: RowFault) {
        #expect(Self.read(line) == .fault(fault))
    }

    @Test func `a row that is not UTF-8 is refused`() {
        let line = Array("a\tb\tc".utf8) + [0xE9]
        #expect(ReadRow.byIDLineParser(line, IDLineParser(Self.three)) == .fault(.invalidUTF8))
    }

    @Test(arguments: 1...12) func `a customer has one to ten hashed addresses in a row`(_ count: Int) {
        let ids = (0..<count + 1).map { "id\($0)" }
        let expected: ReadRow = count <= 10 ? .ids(ids.map { Array($0.utf8) }) : .fault(.wrongColumnCount)
        #expect(Self.read(ids.joined(separator: "\t"), Self.addresses) == expected)
    }

    @Test func `a customer needs an address`() {
        #expect(Self.read("customer", Self.addresses) == .fault(.wrongColumnCount))
    }

    @Test func `addresses repeat only where the name has one data source for them`() {
        let name = IDFileName(relation: .customer, dpids: [123, 898, 899], timestamp: 1_454_442_149)
        #expect(Self.read("a\tb\tc", name) == Self.ids("a", "b", "c"))
        #expect(Self.read("a\tb\tc\td", name) == .fault(.wrongColumnCount))
        #expect(Self.read("a\tb", name) == .fault(.wrongColumnCount))
    }

    @Test func `a parser forgets the row before`() {
        let parser = IDLineParser(Self.three)
        #expect(ReadRow.byIDLineParser(Array("a\tb\tc".utf8), parser) == Self.ids("a", "b", "c"))
        #expect(ReadRow.byIDLineParser(Array("a\tb".utf8), parser) == .fault(.wrongColumnCount))
        #expect(parser.columns.isEmpty)
        #expect(ReadRow.byIDLineParser(Array("d\te\tf".utf8), parser) == Self.ids("d", "e", "f"))
    }
}
