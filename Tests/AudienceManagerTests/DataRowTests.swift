import AudienceManager
import Testing
import TidegateModel

@Suite struct DataRowTests {
    /// What a list says, of a row that is otherwise right.
    private static func list(_ list: String) -> ReadRow? { ReadRow.byDataLineParser(Array("User123\t\(list)".utf8)) }

    private static func row(_ elements: ReadRow.Element...) -> ReadRow { .data("User123", elements) }

    // MARK: Four kinds of ids by four kinds of lists

    static let ids: [(String, DataSource)] = [
        ("59767559181262060060278870901087098252", source(0, .device, .aamUUID)),
        ("97987bca-ae59-4c7d-94ba-ee4f19ab8c21", source(20914, .device, .lowercaseUUID)),
        ("6D92078A-8246-4BA4-AE5B-76104861E7DC", source(20915, .device, .uppercaseUUID)),
        ("abc123", source(478, .crossDevice, .any)),
    ]

    static let lists: [(String, [ReadRow.Element])] = [
        ("d_sid=24,d_sid=26,d_sid=27", [.add(24), .add(26), .add(27)]),
        ("d_unsid=24,26:0,27:-1", [.remove(24), .remove(26), .remove(27)]),
        (
            "gender = \"male\", \"city\" = Paris,product=\"camera\"",
            [.signal("gender", "male"), .signal("city", "Paris"), .signal("product", "camera")]
        ),
        ("ic=52,ic = 53,54", [.signal("ic", "52"), .signal("ic", "53"), .bare("54")]),
    ]

    private static func source(_ dpid: Int64, _ kind: DataSource.Kind, _ form: DataSource.IDForm) -> DataSource {
        DataSource(id: .init(), name: "ids", dpid: dpid, kind: kind, form: form)
    }

    @Test(arguments: ids.indices, lists.indices)
    func `every kind of id may stand before every kind of list`(_ idIndex: Int, _ listIndex: Int) {
        let (id, source) = Self.ids[idIndex]
        let (list, elements) = Self.lists[listIndex]
        #expect(ReadRow.byDataLineParser(Array("\(id)\t\(list)".utf8)) == .data(id, elements))
        #expect(Array(id.utf8).withUnsafeBytes { source.fault(of: $0) } == nil)
    }

    // MARK: Elements

    @Test(arguments: [
        "d_sid=24", "d_sid = 24", "d_sid=\"24\"", "\"d_sid\"=24", "\"d_sid\" = \"24\"", "D_SID=24", "D_sId = 24",
        "-d_sid=24",
        "  d_sid   =   24  ", "d_sid=0024",
    ]) func `a trait is given by its number in each spelling`(_ element: String) {
        #expect(Self.list(element) == Self.row(.add(24)))
    }

    @Test(arguments: ["d_unsid=28", "d_unsid = \"28\"", "D_UNSID=28", "28:0", "28:-1", " 28:0 ", "0028:-1"])
    func `a trait is taken by its number in each spelling`(_ element: String) {
        #expect(Self.list(element) == Self.row(.remove(28)))
    }

    @Test(arguments: [
        "city = New York", "\"city\" = New York", "city = \"New York\"", "\"city\" = \"New York\"", "city=New York",
        "\"city\"=\"New York\"", "  city  =  New York  ", "-city = New York", "\"-city\" = New York", "- city=New York",
    ]) func `key and value mean the same in each quoting`(_ element: String) {
        #expect(Self.list(element) == Self.row(.signal("city", "New York")))
    }

    @Test func `a number without a key says what ic says`() {
        #expect(Self.list("123,456,789") == Self.row(.bare("123"), .bare("456"), .bare("789")))
        #expect(Self.list("ic=52, IC = \"53\" ") == Self.row(.signal("ic", "52"), .signal("IC", "53")))
        let long = String(repeating: "9", count: 40)
        #expect(Self.list(long) == Self.row(.bare(long)))
    }

    @Test func `a repeated key is as many signals`() {
        #expect(
            Self.list("d_city = \"New York\", d_city = \"San Francisco\"")
                == Self.row(.signal("d_city", "New York"), .signal("d_city", "San Francisco")))
    }

    @Test func `separators in quotes are part of the value`() {
        #expect(
            Self.list("a=\"1,2\",b=\"x=y\",c=\"p|q\",d=\"2018-05-17 10:00:00\",e=\"two  blanks \",f=p|q:r")
                == Self.row(
                    .signal("a", "1,2"), .signal("b", "x=y"), .signal("c", "p|q"), .signal("d", "2018-05-17 10:00:00"),
                    .signal("e", "two  blanks "), .signal("f", "p|q:r")))
        #expect(Self.list("\"a,b=c\" = 1") == Self.row(.signal("a,b=c", "1")))
    }

    @Test(arguments: [",d_sid=24", "d_sid=24,", ",,d_sid=24,,", " , d_sid=24, ,"])
    func `empty elements are passed over`(_ list: String) {
        #expect(Self.list(list) == Self.row(.add(24)))
    }

    @Test func `an empty value is a value`() {
        #expect(Self.list("a=,b=\"\",c= ") == Self.row(.signal("a", ""), .signal("b", ""), .signal("c", "")))
    }

    @Test func `only one leading dash is ignored`() {
        #expect(Self.list("--a=1,b-c=2") == Self.row(.signal("-a", "1"), .signal("b-c", "2")))
    }

    @Test func `typographic quotes are text`() {
        #expect(Self.list("city = “New York”") == Self.row(.signal("city", "“New York”")))
        #expect(Self.list("city = “New York, NY”") == .fault(.malformedSignal))
    }

    @Test(arguments: [
        "a=\"open", "\"open", "a=\"v\"\"w\"", "a=\"v\" w", "a=v\"w", "a\"b=v", "-\"a\"=v", "\"a\" b=v", "a==v", "a= =v",
        "a=\"v\"=w",
        "=v", "\"\"=v", "-=v", "\"-\"=v", "word", "two words", "\"123\"", "-5", "+5", "1.5", "28:1", "28:", ":0",
        "28: 0",
        "28 :0", "28:-2", "28:00", "\"28:0\"", "d_sid=", "d_sid=abc", "d_sid=\" 24\"", "d_sid=-24", "d_sid=24:0",
        "d_sid=9223372036854775808", "d_unsid=x", "9223372036854775808:0", "d_sid=٢٤", "٢٤", "d_sid=24,word",
        "a=1,b=\"\r\"",
        "a=1\r",
    ]) func `what could be read in two ways makes the row malformed`(_ list: String) {
        // Behind it something readable, so that nothing depends on the end of the row.
        #expect(Self.list("\(list),d_sid=1") == .fault(.malformedSignal))
        if !list.hasSuffix("\r") { #expect(Self.list(list) == .fault(.malformedSignal)) }
    }

    @Test func `an equals sign further on in a value is part of it, as in addresses of pages`() {
        #expect(
            Self.list("page=https://shop.example/?a=1&b=2 , x = \"y=z\"")
                == Self.row(.signal("page", "https://shop.example/?a=1&b=2"), .signal("x", "y=z")))
    }

    @Test func `the largest number of a trait is read`() {
        #expect(Self.list("d_sid=9223372036854775807") == Self.row(.add(.max)))
    }

    // MARK: Rows

    @Test func `a carriage return at the end is no part of the row`() {
        #expect(Self.list("d_sid=24\r") == Self.row(.add(24)))
        #expect(Self.list("a=b\r") == Self.row(.signal("a", "b")))
        #expect(Self.list("a=b\r\r") == .fault(.malformedSignal))
    }

    @Test func `an id is exactly what stands before the TAB`() {
        #expect(ReadRow.byDataLineParser(Array(" Üser 1 \t5".utf8)) == .data(" Üser 1 ", [.bare("5")]))
    }

    static let faults: [([UInt8], RowFault)] = [
        ([], .blankLine), ([13], .blankLine), (Array("  \t ".utf8), .blankLine), (Array("\t\t".utf8), .blankLine),
        (Array("id d_sid=24".utf8), .noTab), (Array("id".utf8), .noTab), (Array("\td_sid=24".utf8), .emptyID),
        (Array("  \td_sid=24".utf8), .emptyID), (Array("id\t\td_sid=24".utf8), .secondTab),
        (Array("id\ta=1\tb=2".utf8), .secondTab), (Array("id\ta=\"x\ty\"".utf8), .secondTab),
        (Array("id\td_sid=24\t".utf8), .secondTab), (Array("id\t".utf8), .emptyList),
        (Array("id\t,, ,\r".utf8), .emptyList),
        (Array("id\ta=\0".utf8), .nulByte), (Array("i\0d\ta=1".utf8), .nulByte),
        (Array("id\ta=".utf8) + [0xFF], .invalidUTF8), ([0xC0, 0x80] + Array("\ta=1".utf8), .invalidUTF8),
        (Array("id\ta=".utf8) + [0xED, 0xA0, 0x80], .invalidUTF8), (Array("id\ta=".utf8) + [0xE2, 0x82], .invalidUTF8),
        (Array("id\ta=".utf8) + [0xF4, 0x90, 0x80, 0x80], .invalidUTF8), (Array("id\ta=".utf8) + [0x80], .invalidUTF8),
        // The first fault of the order counts.
        ([0xFF, 0], .invalidUTF8), (Array("\0 \t\t".utf8), .nulByte), (Array("\t\tword".utf8), .emptyID),
        (Array("id\tword\t".utf8), .secondTab),
    ]

    @Test(arguments: faults.indices) func `a row that is wrong has the first reason that holds`(_ index: Int) {
        let (line, fault) = Self.faults[index]
        #expect(ReadRow.byDataLineParser(line) == .fault(fault))
    }

    @Test func `a row with a fault leaves nothing of the row before it`() {
        let parser = DataLineParser()
        #expect(
            ReadRow.byDataLineParser(Array("id\t1,2,3".utf8), parser)
                == .data("id", [.bare("1"), .bare("2"), .bare("3")]))
        #expect(ReadRow.byDataLineParser(Array("id\t1,2,word".utf8), parser) == .fault(.malformedSignal))
        #expect(parser.tokens.isEmpty)
        #expect(ReadRow.byDataLineParser(Array("id\t4".utf8), parser) == .data("id", [.bare("4")]))
    }

    @Test func `a row may have more elements than any before it`() {
        let list = (0..<20_000).map { "d_sid=\($0)" }.joined(separator: ",")
        #expect(Self.list(list) == .data("User123", (0..<20_000).map { .add($0) }))
    }
}
