import Testing
import TidegateModel
import TidegateTesting

@testable import AudienceManager

@Suite struct TemplatePropertyTests {
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `a random template writes what a slow and obvious renderer writes`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let tree = TemplateTree.random(&random)
            let source = tree.map(\.source).joined()
            let template = try OutboundTemplate(source, for: .row)
            for _ in 0..<4 {
                let values = TemplateValues.random(&random)
                var output: [UInt8] = []
                template.render(values.row, into: &output)
                let expected = tree.map { $0.written(values) }.joined()
                try #require(String(decoding: output, as: UTF8.self) == expected, "\(source)")
            }
        }
    }

    static let morsels =
        TemplateTree.macros.map { "<\($0)>" } + TemplateTree.fields.keys.sorted().map { "<\($0)" }
        + TemplateTree.testable.map { "<if(\($0)" }
        + [
            "<", ">", "{", "}", "|", ";", ":", "\"", "\\", "(", ")", "&&", "||", "!", "=", ",", ".", " ", "\t", "\n",
            "\0",
            "<else>", "<elseif(", "<endif>", ")>", ":{x|", "<x>", "<x.sid>", "}>", "; separator=\",\">",
            "separator=TAB",
            "SPLITNUM", "<TIMESTAMP; format=\"yyyyMMdd\">", "; format=\"seconds\"",
            "<DPUUIDS; format=\"dpids=7|maxMappings=1|format=json\">", "dpids=", "maxMappings=", "é", "e\u{301}",
            "\u{2028}",
            "👩‍👩‍👧", "/", "..", "-",
        ]

    /// Every template that is accepted renders, and a row stays one line.
    @Test(arguments: 0..<12 as Range<UInt64>)
    func `no text makes the reader or a renderer fail, and problems point into the text`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var accepted = 0
        for round in 0..<400 {
            let text = round % 2 == 0 ? Self.soup(&random) : Self.mutated(&random)
            for slot in OutboundTemplate.Slot.allCases {
                do {
                    let template = try OutboundTemplate(text, for: slot)
                    accepted += 1
                    Self.exercise(template, TemplateValues.random(&random))
                } catch {
                    let length = text.unicodeScalars.count
                    #expect(0...length ~= error.offset && !error.message.isEmpty, "\(text): \(error)")
                }
            }
        }
        #expect(accepted > 0)
    }

    private static func exercise(_ template: OutboundTemplate, _ values: TemplateValues) {
        var output: [UInt8] = []
        template.render(values.row, into: &output)
        #expect(String(validating: output, as: UTF8.self) != nil, "\(template.text)")
        switch template.slot {
        case .row:
            #expect(!output.contains { $0 == 0x0A || $0 == 0x0D }, "\(template.text)")
        case .header: break
        case .name:
            guard let name = try? OutboundFileName(template: template, values: values.row.constants) else { return }
            let names = (1...3).map(name.part) + [name.controlFile]
            #expect(Set(names).count == 4 && names.allSatisfy { FileName.problem(with: $0) == nil }, "\(names)")
        }
    }

    private static func soup(_ random: inout SeededGenerator) -> String {
        (0..<Int.random(in: 0...8, using: &random)).map { _ in morsels.randomElement(using: &random) ?? "" }.joined()
    }

    /// A good template with a piece cut out, put in or written twice.
    private static func mutated(_ random: inout SeededGenerator) -> String {
        var scalars = Array(TemplateTree.random(&random).map(\.source).joined().unicodeScalars)
        for _ in 0..<Int.random(in: 1...3, using: &random) where !scalars.isEmpty {
            let start = Int.random(in: 0..<scalars.count, using: &random)
            let end = min(scalars.count, start + Int.random(in: 0...6, using: &random))
            switch Int.random(in: 0...2, using: &random) {
            case 0: scalars.removeSubrange(start..<end)
            case 1: scalars.insert(contentsOf: scalars[start..<end], at: start)
            default: scalars.insert(contentsOf: (morsels.randomElement(using: &random) ?? "").unicodeScalars, at: start)
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `a default row reads back, whatever an id that it can hold is`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let template = try OutboundTemplate(AudienceManagerLayout.defaultRow, for: .row)
        for _ in 0..<200 {
            let letters = (0..<Int.random(in: 0...5, using: &random)).map { _ in
                UInt8.random(in: 0...0x7F, using: &random)
            }
            let id = String(decoding: letters, as: UTF8.self)
            guard id.withBytes(template.canHold) else { continue }
            let line = try Outbound.line(template.text, Outbound.row(id, in: [1, 2], left: [3]))
            let parts = line.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            try #require(parts.map { String(decoding: $0, as: UTF8.self) } == [id, "1,2", "3"])
        }
    }
}
