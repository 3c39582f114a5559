import Testing
import TidegateModel

@testable import AudienceManager

@Suite struct WritableIDTests {
    static func held(_ template: String, _ id: String) throws -> Bool {
        let template = try OutboundTemplate(template, for: .row)
        return id.withBytes(template.canHold)
    }

    @Test(arguments: ["a b", "a,b", "a\tb", "a\nb", "a\rb", " a", "a\u{1}", "a\u{0}", "a\u{7F}", ""])
    func `an id that would break the default row cannot be written`(id: String) throws {
        #expect(try !Self.held(AudienceManagerLayout.defaultRow, id))
    }

    @Test(arguments: [
        "59767559181262060060278870901087098252", "97987bca-ae59-4c7d-94ba-ee4f19ab8c21", "käthe", "a|b", "a_b.c",
        "dj0xOA==", "a\"b", "a\\b",
    ])
    func `an id without the default row's separators can be written`(id: String) throws {
        #expect(try Self.held(AudienceManagerLayout.defaultRow, id))
    }

    @Test func `what an id may not hold is what the template writes between values`() throws {
        #expect(try Self.held("<UUID><TAB><SEGMENT_LIST; separator=\"|\">", "a b,c"))
        #expect(try !Self.held("<UUID><TAB><SEGMENT_LIST; separator=\"|\">", "a|b"))
        #expect(try !Self.held("<UUID><TAB><SEGMENT_LIST>", "a\tb"))
        #expect(try !Self.held("<UUID><COMMA><DPID>", "a,b"))
        #expect(try !Self.held("<DP_UUID_LIST; separator=\";\">", "a;b"))
        #expect(try !Self.held("<DP_UUID_LIST:{i|<i>;}>", "a;b"))
    }

    @Test func `an id in quotes may hold anything but what ends them`() throws {
        let template = #"{"id":"<UUID>","list":[<SEGMENT_LIST>]}"#
        #expect(try Self.held(template, "a b,c:d"))
        #expect(try !Self.held(template, "a\"b"))
        #expect(try !Self.held(template, "a\\b"))
        #expect(try !Self.held(template, "a\nb"))
        #expect(try Self.held(#"[<DP_UUID_LIST:{i|"<i>"}; separator=",">]"#, "a,b"))
        #expect(try !Self.held(#""<DP_UUID_LIST>""#, "a,b"))
    }

    @Test func `a template that writes ids as JSON only, or none, holds every id`() throws {
        #expect(try Self.held(#"<DPUUIDS; format="dpids=1|maxMappings=0|format=json">"#, "a \"\n,b"))
        #expect(try Self.held("<SEGMENT_LIST>,<TRAIT_LIST>", "a,b"))
    }
}
