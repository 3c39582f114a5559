import Foundation
import Testing
import TidegateModel

@testable import Store

@Suite struct DataflowTextTests {
    private static let plain = Dataflow(
        id: UUID(kind: "Dataflow", name: "plain"),
        name: "plain",
        destination: "drop",
        segments: ["vip"],
        schedule: Schedule(frequency: .daily, trigger: .afterSegmentation),
        mapping: []
    )

    /// One dataflow per spelling of every part.
    private static let dataflows: [Dataflow] = {
        var full = plain
        full.segments = ["vip", "åäö", ""]
        full.export = .incremental
        full.schedule = Schedule(
            frequency: .every6Hours,
            trigger: .scheduled,
            at: LocalTime(iso: "23:59"),
            start: LocalDate(iso: "2026-11-21"),
            end: LocalDate(iso: "2027-01-01"),
            timeZone: "Europe/Stockholm",
            gap: .shift,
            fold: .both,
            onMiss: .runAll,
            deadline: .days(2)
        )
        full.mapping = [
            MappedColumn(.attribute("email"), header: "e post", required: true),
            MappedColumn(.segmentStatus, header: "status"),
        ]
        full.deduplicateBy = ["email", "city"]
        full.file = FileLayout(
            name: "%SEGMENT_NAME%",
            format: .jsonl,
            compression: .zstd,
            level: .small,
            maxRows: 1,
            csv: CSVWriting(
                delimiter: 9,
                quote: 39,
                escape: .backslash,
                null: "NULL",
                hasHeader: false,
                lineEnd: .crlf
            ),
            orderBy: ["city"]
        )
        full.isEnabled = false
        return [plain, full]
    }()

    private func text(_ dataflow: Dataflow) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(dataflow), as: UTF8.self)
    }

    @Test(arguments: dataflows)
    func `a stored dataflow reads as the general decoder reads it`(_ dataflow: Dataflow) throws {
        let text = try text(dataflow)
        #expect(DataflowText.read(text) == dataflow)
        #expect(try DeclaredObject.decode(Dataflow.self, from: text) == dataflow)
    }

    @Test func `a dataflow with escapes is left to the general decoder`() throws {
        var dataflow = Self.plain
        dataflow.mapping = [MappedColumn(.attribute("a"), header: "say \"hi\"\\")]
        let text = try text(dataflow)
        #expect(DataflowText.read(text) == nil)
        #expect(try DeclaredObject.dataflow(from: text) == dataflow)
    }

    @Test func `a text that was cut anywhere, or has a key too many, is not read`() throws {
        let text = try text(Self.dataflows[1])
        for end in text.indices { #expect(DataflowText.read(String(text[..<end])) == nil) }
        #expect(DataflowText.read(text + "}") == nil)
        #expect(DataflowText.read(text.replacing("\"enabled\"", with: "\"isHidden\"")) == nil)
        #expect(DataflowText.read(text.replacing("\"gap\":\"shift\",", with: "")) == nil)
    }

    @Test func `an id reads in either case, and only whole`() throws {
        let id = UUID(kind: "Dataflow", name: "any")
        #expect(UUID(stored: id.uuidString) == id)
        #expect(UUID(stored: id.text) == id)
        #expect(UUID(stored: String(id.text.dropLast())) == nil)
        #expect(UUID(stored: id.text.replacing("-", with: "0")) == nil)
        #expect(UUID(stored: "g" + id.text.dropFirst()) == nil)
    }
}
