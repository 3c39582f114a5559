import Foundation
import Testing
import TidegateModel

@testable import AudienceManager

/// Holds `docs/audience-manager.md` against the code.
@Suite struct OutboundDocumentTests {
    let document: String

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        document = try String(contentsOf: root.appending(path: "docs/audience-manager.md"), encoding: .utf8)
    }

    @Test func `the table of macros has each macro, where it stands and what it writes`() {
        let table = OutboundMacro.allCases.map { macro in
            "| `\(macro.rawValue)` | \(macro.slots.map(\.rawValue).joined(separator: ", ")) | \(macro.help) |\n"
        }
        #expect(
            document.contains("| macro | in | writes |\n|---|---|---|\n" + table.joined() + "\n"), "\(table.joined())")
    }

    @Test func `the default templates are printed as they are`() {
        for template in [AudienceManagerLayout.defaultName, AudienceManagerLayout.defaultRow] {
            #expect(document.contains("`\(template.replacing("|", with: "\\|"))`"))
        }
    }

    @Test func `each row template that is shown is accepted, and writes what is printed beside it`() throws {
        let shown = document.matches(of: /(?m)^\| `(?<template><.*)` \| `(?<line>[^`]*)` \|$/)
        #expect(shown.count >= 6)
        var row = Outbound.row("a1", in: [24, 26], left: [25], Outbound.constants(dpid: 7))
        row.traits = [.init(sid: 9, isOnboarded: true, lastRealized: 1_486_140_844_000)]
        for (id, dpid) in [("b1", 1111), ("c1", 2222), ("b0", 1111)] as [(String, Int64)] {
            id.withBytes { row.addLinkedID($0, dpid: dpid) }
        }
        for match in shown {
            let template = String(match.template).replacing("\\|", with: "|")
            let line = try Outbound.line(template, row).replacing("\t", with: "→")
            #expect(line == match.line.replacing("\\|", with: "|"), "\(template)")
        }
    }

    @Test func `the control file that is shown is one`() throws {
        let name = try OutboundFileName(
            template: OutboundTemplate(AudienceManagerLayout.defaultName, for: .name),
            values: Outbound.constants(dpid: 20915, at: 1_486_140_843_000), fileExtension: ".gz")
        let sizes: [(Int64, Int64)] = [(293_029_329, 36_893_908), (218_425_764, 27_498_226)]
        let control = ControlFile(
            name,
            files: sizes.enumerated().map { number, size in
                ControlFile.File(
                    name: name.part(number + 1), byteSize: size.0, lineCount: size.1,
                    md5: number == 0 ? "d41d8cd98f00b204e9800998ecf8427e" : "900150983cd24fb0d6963f7d28e17f72")
            })
        #expect(document.contains("```json\n" + String(decoding: control.encoded(), as: UTF8.self) + "```"))
        #expect(document.contains("`\(control.name)`"))
    }
}
