import Testing
import TidegateModel

@testable import AudienceManager

/// What rows look like; the templates are those of the vendor's documents where they have one.
@Suite struct OutboundTemplateTests {
    @Test func `the default row has one blank between its parts, and commas`() throws {
        let row = Outbound.row("59767559181262060060278870901087098252", in: [24, 26, 27], left: [25, 28])
        #expect(
            try Outbound.line(AudienceManagerLayout.defaultRow, row)
                == "59767559181262060060278870901087098252 24,26,27 25,28")
        #expect(try Outbound.line(AudienceManagerLayout.defaultRow, Outbound.row("a")) == "a  ")
    }

    @Test(arguments: [
        (#"<DP_UUID> <SEGMENT_LIST;separator=" ">"#, "123456 24 26"),
        (#"<DP_UUID> <REMOVED_SEGMENT_LIST; separator=" ">"#, "123456 25"),
        ("<DP_UUID><TAB><UUID>", "123456\t123456"),
        ("<DP_UUID><TAB><DP_UUID_LIST;separator=TAB>", "123456\tid2\tid1"),
        (#"<PID><TAB><DP_UUID><TAB><SET_ATTRIBUTES><TAB><TRAIT_LIST;separator="|">"#, "1131\t123456\t1\t123|456"),
        (#"<TRAIT_LIST:{trait|<trait.Id>,<trait.lastRealized>};separator=";">"#, "123,5;456,6"),
        (#"<TRAIT_LIST:{t|<t.type>:<t.traitId>}; separator=COMMA>"#, "10:123,3:456"),
        (#"<SEGMENT_LIST:{seg|<seg.type>,<seg.sid>}; separator="|">"#, "5,24|5,26"),
        (
            "<PID><TAB><UUID><TAB><SET_ATTRIBUTES><TAB><OPT_OUT><TAB>"
                + "<SEGMENT_LIST:{seg|<seg.type>,<seg.alias>,<OUTPUT_ATTRIBUTE_VALUE>,<seg.lastUpdateTime>&}>",
            "1131\t123456\t1\t0\t5,24,1,1344114661000&5,26,1,1344114661000&"
        ),
        (#"<REMOVED_SEGMENT_LIST:{s|<s.sid>@<s.lastRealizationTime>}; separator="\t">"#, "25@1343250661000"),
        ("<MCID>|<PIDALIAS>|<PID_ALIAS>|<DPID>|<ORDER_ID>|<SYNC_MODE>|<SYNC_TYPE>", "|pal|pal|7|1234|full|ftp"),
        ("<SEGMENT_LIST> <TRAIT_LIST> <DP_UUID_LIST>", "24,26 123,456 id2,id1"),
        (#"<DP_UUID_LIST:{id|'<id>'}; separator="\"\\\<\>">"#, #"'id2'"\<>'id1'"#),
        (#"\<b\>\\\{<UUID>\} > ; {x}"#, #"<b>\{123456} > ; {x}"#),
        ("< UUID >\t<SEGMENT_LIST : { s | <s>;} >", "123456\t 24; 26;"),
        ("<SEGMENT_LIST:{s|<s>}\u{A0};\u{A0}separator=\",\">", "24,26"),
    ])
    func `a row is written as the template says`(template: String, expected: String) throws {
        var row = Outbound.row(
            "123456", in: [24, 26], left: [25], Outbound.constants(dpid: 7, pid: 1131, alias: "pal"))
        row.traits = [
            .init(sid: 123, isOnboarded: true, lastRealized: 5), .init(sid: 456, isOnboarded: false, lastRealized: 6),
        ]
        for (id, dpid) in [("id2", 7), ("other", 8), ("id1", 7)] as [(String, Int64)] {
            id.withBytes { row.addLinkedID($0, dpid: dpid) }
        }
        #expect(try Outbound.line(template, row) == expected)
    }

    /// Of the row that the vendor shows for a condition, whose blanks are those of the page it is shown on.
    static let conditionExample =
        #"{"AdvertiserId":"<PIDALIAS>", "DataCenterId": 2, "TDID":"<DP_UUID>", "Data":[<SEGMENT_LIST:{seg|"#
        + #"<OPEN_CURLY_BRACKET>"Name":"<seg.alias>"<CLOSE_CURLY_BRACKET>}; separator=",">"#
        + #"<if(SEGMENT_LIST && REMOVED_SEGMENT_LIST)><COMMA><endif><REMOVED_SEGMENT_LIST:{seg|<OPEN_CURLY_BRACKET>"#
        + #""Name":"<seg.alias>", "TtlInMinutes":0<CLOSE_CURLY_BRACKET>}; separator=",">]}"#

    @Test func `a comma stands between two lists only where both are there`() throws {
        let values = Outbound.constants(alias: "12345")
        let start = #"{"AdvertiserId":"12345", "DataCenterId": 2, "TDID":"dfd215e4", "Data":["#
        func line(_ joined: [Int64], _ left: [Int64]) throws -> String {
            try Outbound.line(Self.conditionExample, Outbound.row("dfd215e4", in: joined, left: left, values))
        }
        #expect(try line([4321], []) == start + #"{"Name":"4321"}]}"#)
        #expect(
            try line([4321], [987, 654]) == start
                + #"{"Name":"4321"},{"Name":"987", "TtlInMinutes":0},{"Name":"654", "TtlInMinutes":0}]}"#)
        #expect(try line([], [987]) == start + #"{"Name":"987", "TtlInMinutes":0}]}"#)
        #expect(try line([], []) == start + "]}")
    }

    @Test(arguments: [
        ("<if(SEGMENT_LIST)>in<else>not<endif>", "in", "in", "not", "not"),
        ("<if(!SEGMENT_LIST)>not<endif>", "", "", "not", "not"),
        ("<if(SEGMENT_LIST || REMOVED_SEGMENT_LIST)>some<else>none<endif>", "some", "some", "some", "none"),
        ("<if(!(SEGMENT_LIST||REMOVED_SEGMENT_LIST))>none<endif>", "", "", "", "none"),
        ("<if(SEGMENT_LIST&&REMOVED_SEGMENT_LIST)>b<elseif(SEGMENT_LIST)>s<elseif(UUID)>u<endif>", "b", "s", "u", "u"),
        ("<if(SEGMENT_LIST)><if(REMOVED_SEGMENT_LIST)>both<else>one<endif>!<endif>.", "both!.", "one!.", ".", "."),
        ("<if(PID || MCID || PID_ALIAS || TRAIT_LIST || DP_UUID_LIST)>x<else>-<endif>", "-", "-", "-", "-"),
        ("<SEGMENT_LIST:{s|<if(REMOVED_SEGMENT_LIST)>+<else>=<endif><s>}>-", "+1-", "=1-", "-", "-"),
    ])
    func `a branch is written where its condition holds`(
        template: String, both: String, joined: String, left: String, none: String
    ) throws {
        #expect(try Outbound.line(template, Outbound.row("a", in: [1], left: [2])) == both)
        #expect(try Outbound.line(template, Outbound.row("a", in: [1])) == joined)
        #expect(try Outbound.line(template, Outbound.row("a", left: [2])) == left)
        #expect(try Outbound.line(template, Outbound.row("a")) == none)
    }

    @Test(arguments: [
        ("dpids=1111|maxMappings=0|format=json", #"[["1111","BBBB"],["1111","AAAA"]]"#),
        ("dpids=1111,2222|maxMappings=1|format=json", #"[["1111","BBBB"],["2222","C\"C"]]"#),
        ("dpids=2222|maxMappings=2|format=json", #"[["2222","C\"C"]]"#),
        ("format=json|maxMappings=9|dpids=3333", "[]"),
    ])
    func `ids of other data sources come as JSON, the newest first`(format: String, expected: String) throws {
        var row = Outbound.row("a")
        for (id, dpid) in [("BBBB", 1111), ("C\"C", 2222), ("AAAA", 1111)] as [(String, Int64)] {
            id.withBytes { row.addLinkedID($0, dpid: dpid) }
        }
        #expect(try Outbound.line("<DPUUIDS; format=\"\(format)\">", row) == expected)
    }

    @Test func `a row that is emptied keeps nothing of the one before`() throws {
        var row = Outbound.row("first", in: [1], left: [2])
        row.traits = [.init(sid: 3, isOnboarded: true, lastRealized: 4)]
        "other".withBytes { row.addLinkedID($0, dpid: 20914) }
        row.reset()
        #expect(
            try Outbound.line(
                "<UUID>|<SEGMENT_LIST>|<REMOVED_SEGMENT_LIST>|<TRAIT_LIST>|<DP_UUID_LIST>|<SYNC_MODE>", row)
                == "|||||full")
    }

    @Test func `a header has lines, tabs and the control character, and knows no row`() throws {
        let header = try OutboundTemplate("<ASCII_SOH>id<TAB>order <ORDER_ID><NEW_LINE>\n<TIMESTAMP>", for: .header)
        let text = String(decoding: header.render(Outbound.constants()), as: UTF8.self)
        #expect(text == "\u{1}id\torder 1234\n\n1486140844000")
        #expect(header.needs == [])
    }

    @Test func `a template names what its rows must bring, and nothing else`() throws {
        func needs(_ text: String) throws -> Set<OutboundNeed> { try OutboundTemplate(text, for: .row).needs }
        #expect(try needs(AudienceManagerLayout.defaultRow) == [.segments, .removedSegments])
        #expect(try needs("<UUID><TAB><DPID><COMMA><SYNC_MODE>") == [])
        #expect(try needs("<if(TRAIT_LIST)>x<endif><MCID><PID>") == [.traits, .mcid, .pid])
        #expect(
            try needs(#"<DP_UUID_LIST> <DPUUIDS; format="dpids=2,3|maxMappings=1|format=json">"#)
                == [.ownIDs, .linkedIDs(dpid: 2), .linkedIDs(dpid: 3)])
    }

    @Test func `each macro that nobody brings anything for is told once, with its place`() throws {
        let template = try OutboundTemplate(
            "<SEGMENT_LIST> <if(MCID)><TRAIT_LIST><endif> <DPUUIDS; format=\"dpids=2,3|maxMappings=1|format=json\"><MCID>",
            for: .row)
        let linked: Set<OutboundNeed> = [.linkedIDs(dpid: 2), .linkedIDs(dpid: 3)]
        #expect(template.problems(bringing: linked.union([.segments, .mcid, .traits])) == [])
        #expect(
            template.problems(bringing: [.segments]) == [
                TemplateProblem("'<MCID>' would be empty in every row", at: 19),
                TemplateProblem("'<TRAIT_LIST>' would be empty in every row", at: 25),
                TemplateProblem("'<DPUUIDS>' would be empty in every row", at: 45),
            ])
    }

    @Test func `what is deprecated is accepted with a warning and its place`() throws {
        let template = try OutboundTemplate("<UUID> <OPT_OUT> <SEGMENT_LIST:{s|<s.csegid>,}>", for: .row)
        #expect(
            template.warnings == [
                TemplateProblem("'<OPT_OUT>' is deprecated and writes 0", at: 7),
                TemplateProblem("'csegid' is deprecated, write 'sid'", at: 34),
            ])
        #expect(try OutboundTemplate(AudienceManagerLayout.defaultRow, for: .row).warnings == [])
    }
}
