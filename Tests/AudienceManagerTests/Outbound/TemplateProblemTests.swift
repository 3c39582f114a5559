import Testing
import TidegateModel

@testable import AudienceManager

/// A wrong template is refused with what is wrong and where, and never renders to nothing.
@Suite struct TemplateProblemTests {
    @Test(arguments: [
        ("<SEGMENT_LSIT>", "unknown macro '<SEGMENT_LSIT>', did you mean '<SEGMENT_LIST>'?", 0),
        ("é<dpuuids>", "unknown macro '<dpuuids>', did you mean '<DPUUIDS>'?", 1),
        ("<UUID> <admin>", "unknown macro '<admin>'", 7),
        ("<UUID> <seg.sid>", "unknown macro '<seg.sid>', a field stands within a list, as in ':{seg|<seg.sid>}'", 7),
        ("a<>", "'<' opens no macro; the character itself is written '\\<'", 1),
        ("<UUID", "'<' opens a macro that no '>' closes", 0),
        ("<UUID> <SEGMENT_LIST:{s|<s.sid>}", "'<' opens a macro that no '>' closes", 7),
        ("<UUID;>", "unexpected ';' in a macro", 5),
        ("<SEGMENT_LIST, separator=\",\">", "unexpected ',' in a macro", 13),
        ("<SEGMENT_LIST:{s|<s.sid>;\"}; seperator=\",\">", "option 'seperator' is not known here, 'separator' is", 29),
        (
            "<SEGMENT_LIST; separator=“,”>",
            "separator stands in straight quotes, or is 'TAB', 'COMMA' or 'ASCII_SOH'", 25
        ),
        ("<SEGMENT_LIST; separator=\",>", "a quote is not closed", 25),
        ("<SEGMENT_LIST; separator=\"<TAB>\">", "'<' within quotes is no macro; write 'separator=TAB' or '\\<'", 26),
        ("<SEGMENT_LIST; separator=\"\\n\">", "in quotes '\\' stands only before 't', '\"', '<', '>' and itself", 26),
        (
            "<UUID> <SEGMENT_LIST:{s|<s.sid>}>",
            "numbers of '<SEGMENT_LIST>' would stand without anything between them, write '; separator=\",\"'", 7
        ),
        ("<SEGMENT_LIST:{s|<s.id>,}>", "unknown field 'id', did you mean 'sid'?", 17),
        (
            "<SEGMENT_LIST:{s|<s.value>,}>",
            "unknown field 'value', there are lastRealizationTime, lastUpdateTime, sid, type", 17
        ),
        ("<DP_UUID_LIST:{s|<s.sid>,}>", "unknown field 'sid', an id has none", 17),
        ("<SEGMENT_LIST:{<seg.sid>,}>", "'{' needs a name for an element and '|', as in '{seg|<seg.sid>}'", 15),
        ("<SEGMENT_LIST:{s|<s.sid>,>", "'{' is not closed by '}'", 14),
        ("<SEGMENT_LIST:{s|}>", "'{s|}' writes nothing", 15),
        ("<SEGMENT_LIST:{TAB|<TAB.sid>,}>", "'TAB' cannot name an element", 15),
        ("<SEGMENT_LIST:{s|{<s.sid>}}>", "'{' within '{…}' is written '<OPEN_CURLY_BRACKET>'", 17),
        ("<SEGMENT_LIST:{s|<TRAIT_LIST>}>", "'<TRAIT_LIST>' stands within a list, which holds no other", 17),
        ("<if(SEGMENT_LIST)>x", "'<if(…)>' has no '<endif>'", 0),
        ("<SEGMENT_LIST:{s|<if(MCID)>,}>", "'<if(…)>' has no '<endif>'", 17),
        ("x<endif>", "'<endif>' stands without '<if(…)>' before it", 1),
        ("<if(MCID)>x<else>y<else>z<endif>", "'<else>' stands behind '<else>'", 17),
        ("<if(SEGMENTS)>x<endif>", "unknown macro '<SEGMENTS>'", 4),
        ("<if(MCID & PID)>x<endif>", "unexpected ' ' in a macro", 10),
        ("<if(TAB)>x<endif>", "'TAB' cannot be asked for in a condition", 4),
        ("<if()>x<endif>", "unexpected ')' in a macro", 4),
        ("<DPUUIDS>", "'<DPUUIDS>' needs a format, as in '; format=\"dpids=1111|maxMappings=1|format=json\"'", 0),
        ("<DPUUIDS; format=\"dpids=1|maxMappings=1|format=csv\">", "format of '<DPUUIDS>' can only be json", 18),
        ("<DPUUIDS; format=\"dpids=1|format=json\">", "format of '<DPUUIDS>' has no 'maxMappings'", 18),
        (
            "<DPUUIDS; format=\"dpids=1,x|maxMappings=1|format=json\">",
            "dpids of '<DPUUIDS>' are numbers with commas between them", 18
        ),
        ("<UUID> <NEW_LINE>", "'<NEW_LINE>' is for headers, not for a row", 7),
        ("<UUID> SPLITNUM", "'SPLITNUM' is for names of files, not for a row", 7),
        ("<UUID>\n", "a row is one line, and a line end stands in it", 6),
        ("<UUID>\u{0}", "a row cannot hold the control character U+0000", 6),
        ("a\\t<UUID>", "'\\' stands only before '<', '>', '{', '}' and itself; a tab is written '<TAB>'", 1),
        ("", "row template is empty", 0),
    ])
    func `a row template is refused where it is wrong`(template: String, message: String, offset: Int) {
        #expect(Outbound.problem(template) == TemplateProblem(message, at: offset))
    }

    @Test(arguments: [
        ("<SEGMENT_LIST>", OutboundTemplate.Slot.header, "'<SEGMENT_LIST>' is for rows, not for a header", 0),
        ("<UUID>", .name, "'<UUID>' is for rows, not for a name", 0),
        ("a<TAB>", .name, "'<TAB>' is for headers and rows, not for a name", 1),
        ("a/b", .name, "'/' cannot be in a file's name, folders are the destination's", 1),
        ("a\tb", .name, "a name cannot hold the control character U+0009", 1),
        (".a<TIMESTAMP>", .name, "file name '.a1486140844000' starts with a dot", 0),
        ("<TIMESTAMP>.sync.gz", .name, "'.gz' is not part of the template, compression adds its own", 16),
        ("<TIMESTAMP>.info", .name, "file name '1486140844000.info' is that of its control file", 0),
        ("<TIMESTAMP>SPLITNUM<SPLITNUM>", .name, "'SPLITNUM' stands there already", 19),
        ("<if(PID_ALIAS)>SPLITNUM<endif>", .name, "'SPLITNUM' must not depend on a condition", 15),
        (
            "a<TIMESTAMP; format=\"YYYY-QQ\">", .name,
            "date pattern 'YYYY-QQ' has 'QQ', and knows yyyy MM dd HH mm ss", 26
        ),
        ("x\r", .header, "a header cannot hold the control character U+000D", 1),
    ])
    func `a macro stands where it has a meaning`(
        template: String, slot: OutboundTemplate.Slot, message: String, offset: Int
    ) {
        #expect(Outbound.problem(template, slot) == TemplateProblem(message, at: offset))
    }

    @Test func `every macro is refused in every slot that is not its own`() {
        for macro in OutboundMacro.allCases {
            for slot in OutboundTemplate.Slot.allCases where !macro.slots.contains(slot) {
                let problem = Outbound.problem("<\(macro.rawValue)>", slot)
                #expect(problem?.message.contains("is for ") == true, "\(macro) in \(slot): \(problem?.message ?? "")")
            }
        }
    }

    @Test func `nothing is nested without bounds`() {
        func nested(_ depth: Int) -> String {
            String(repeating: "<if(MCID)>", count: depth) + "x" + String(repeating: "<endif>", count: depth)
        }
        #expect(Outbound.problem(nested(32)) == nil)
        #expect(Outbound.problem(nested(33))?.message == "conditions are nested too deep")
        let opening = String(repeating: "(", count: 5000)
        #expect(Outbound.problem("<if(\(opening)MCID")?.message == "a condition is nested too deep")
        #expect(Outbound.problem("<if(\(String(repeating: "!", count: 5000))MCID)>x<endif>") != nil)
        let long = Array(repeating: "MCID", count: 5000).joined(separator: "||")
        #expect(Outbound.problem("<if(\(long))>x<endif>") == nil)
        #expect(Outbound.problem(String(repeating: "a", count: 65_537))?.offset == 65_536)
    }
}
