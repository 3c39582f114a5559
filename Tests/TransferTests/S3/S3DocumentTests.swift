import Testing

@testable import Transfer

@Suite struct S3DocumentTests {
    @Test(arguments: [
        ("a&amp;b", "a&b"), ("&lt;tag&gt;", "<tag>"), ("&quot;&apos;", "\"'"), ("&#x26;&#38;", "&&"),
        ("&#13;&#xA;", "\r\n"), ("&unknown;", "\u{FFFD}"), ("&#xD800;", "\u{FFFD}"), ("a & b", "a & b"), ("", ""),
    ])
    func `references in a key stand for characters`(_ written: String, _ key: String) {
        #expect(S3Document(Array("<Key>\(written)</Key>".utf8)).text("Key") == key)
    }

    /// As a character, a mark with an accent behind it is another one than the mark.
    @Test(arguments: ["\u{308}", "\u{301}a", "\u{FE0F}", "\u{200D}"])
    func `a key may begin and go on with what joins the mark before it`(_ joining: String) throws {
        let xml = "<A><Contents><Key>\(joining)&amp;\(joining)</Key><Size>1</Size></Contents></A>"
        let element = try #require(S3Document(Array(xml.utf8)).elements("Contents").first)
        let key = try #require(S3Document(element).text("Key"))
        #expect(Array(key.utf8) == Array("\(joining)&\(joining)".utf8))
        #expect(S3Document(element).text("Size") == "1")
    }

    @Test func `an element is told from one whose name only begins alike`() {
        let document = S3Document(Array("<PartNumber>1</PartNumber><Part/><Part x=\"y\">2</Part><Part>".utf8))
        #expect(document.elements("Part").map { Array($0) } == [[], Array("2".utf8)])
    }

    @Test(arguments: [
        ("2026-11-21T15:59:30.000Z", 1_795_276_770), ("2026-11-21T15:59:30Z", 1_795_276_770),
        ("1970-01-01T00:00:00.999Z", 0),
    ])
    func `a time in a listing is counted in whole seconds`(_ text: String, _ seconds: Int) {
        #expect(isoSeconds(text) == seconds)
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-11-21 15:59:30Z", "2026-11-21T15:59:30+01:00", "Sat, 21 Nov 2026 15:59:30 GMT",
    ])
    func `what is no such time is none`(_ text: String) {
        #expect(isoSeconds(text) == nil)
    }
}
