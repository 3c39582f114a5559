import Digests
import Foundation
import Testing

/// The receiver's example of `docs/destinations.md` does what it says.
@Suite struct WebhookDocumentTests {
    /// Runs the example over a page and says what it found.
    func isGenuine(_ body: String, signed: String, timestamp: Int, key: String = "key") throws -> String {
        let example = try #require(
            try String(contentsOf: Self.root.appending(path: "docs/destinations.md"), encoding: .utf8)
                .split(separator: "```python\n").last?.split(separator: "```").first)
        let code = hexadecimal(hmacSHA256(of: Array("\(timestamp).\(signed)".utf8), key: Array("key".utf8)))
        let headers = ["Tidegate-Timestamp": "\(timestamp)", "Tidegate-Signature": "v1=\(code)"]
        let call = """
            import json, sys
            print(is_genuine(sys.argv[1].encode(), json.loads(sys.argv[2]), sys.argv[3].encode()))
            """
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let text = String(decoding: try JSONEncoder().encode(headers), as: UTF8.self)
        process.arguments = ["python3", "-c", "\(example)\n\(call)", key, text, body]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: said, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func `the example takes a genuine page, and neither a changed nor an old nor a stranger's one`() throws {
        let now = Int(Date().timeIntervalSince1970)
        let page = #"{"runId":"é","profiles":[]}"#
        #expect(try isGenuine(page, signed: page, timestamp: now) == "True")
        #expect(try isGenuine(page + " ", signed: page, timestamp: now) == "False")
        #expect(try isGenuine(page, signed: page, timestamp: now - 3600) == "False")
        #expect(try isGenuine(page, signed: page, timestamp: now, key: "other") == "False")
    }
}
