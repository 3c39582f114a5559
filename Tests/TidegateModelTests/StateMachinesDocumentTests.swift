import Foundation
import Testing
import TidegateModel

/// Holds `docs/state-machines.md` against the code it draws.
@Suite struct StateMachinesDocumentTests {
    private func document() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "docs/state-machines.md"), encoding: .utf8)
    }

    @Test func `the table in the document is the table in the code`() throws {
        let head = ["| state | " + RunEvent.allCases.map(\.rawValue).joined(separator: " | ") + " |"]
        let rule = ["|" + String(repeating: "---|", count: RunEvent.allCases.count + 1)]
        let rows = RunState.allCases.map { state in
            "| **\(state)** | " + RunEvent.allCases.map { state.after($0)?.rawValue ?? "·" }.joined(separator: " | ")
                + " |"
        }
        let table = (head + rule + rows).joined(separator: "\n")
        #expect(try document().contains("\n\n" + table + "\n\n"), "expected:\n\(table)")
    }

    @Test func `the picture in the document has every step of the code`() throws {
        var lines = ["stateDiagram-v2", "    [*] --> queued", "    [*] --> skipped", "    [*] --> missed"]
        for state in RunState.allCases {
            for target in RunState.allCases {
                let events = RunEvent.allCases.filter { state.after($0) == target }.map(\.rawValue)
                if !events.isEmpty { lines.append("    \(state) --> \(target): " + events.joined(separator: ", ")) }
            }
        }
        lines += RunState.allCases.filter(\.isTerminal).map { "    \($0) --> [*]" }
        let picture = "```mermaid\n" + lines.joined(separator: "\n") + "\n```"
        #expect(try document().contains(picture), "expected:\n\(picture)")
    }

    @Test func `every state has its list of what is true in it`() throws {
        let document = try document()
        for state in RunState.allCases {
            #expect(document.contains("\n### \(state)\n\n- "), "\(state)")
        }
    }

    @Test func `every event, outcome and reason is named`() throws {
        let document = try document()
        let names =
            RunEvent.allCases.map(\.rawValue) + OccurrenceOutcome.allCases.map(\.rawValue)
            + ReasonCode.allCases.map(\.rawValue)
        for name in names {
            #expect(document.contains("`\(name)`"), "\(name)")
        }
        for outcome in OccurrenceOutcome.allCases {
            #expect(document.contains("\n    due --> \(outcome)"), "\(outcome)")
            #expect(document.contains("\n    \(outcome) --> [*]"), "\(outcome)")
        }
    }

    @Test func `the picture of a batch has every step of the code`() throws {
        var lines = ["stateDiagram-v2", "    [*] --> planned"]
        for state in BatchState.allCases {
            for target in BatchState.allCases {
                let events = BatchEvent.allCases.filter { state.after($0) == target }.map(\.rawValue)
                if !events.isEmpty {
                    lines.append("    \(state.rawValue) --> \(target.rawValue): " + events.joined(separator: ", "))
                }
            }
        }
        lines += BatchState.allCases.filter { state in BatchEvent.allCases.allSatisfy { state.after($0) == nil } }
            .map { "    \($0.rawValue) --> [*]" }
        let picture = "```mermaid\n" + lines.joined(separator: "\n") + "\n```"
        let document = try document()
        #expect(document.contains(picture), "expected:\n\(picture)")
        for state in BatchState.allCases { #expect(document.contains("\n| `\(state.rawValue)` | "), "\(state)") }
    }
}
