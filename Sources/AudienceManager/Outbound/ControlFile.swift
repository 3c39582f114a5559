/// The `.info` file of one export, by which a receiver knows whether it has everything.
///
/// The vendor's shape as strict JSON. It is published behind the files that it names, and does not count itself.
package struct ControlFile: Hashable, Sendable {
    package struct File: Hashable, Sendable {
        package var name: String
        /// As delivered, compressed or not.
        package var byteSize: Int64
        /// Line ends before compression, those of the header and of blank lines included.
        package var lineCount: Int64
        /// Of the bytes as delivered, in hexadecimal.
        package var md5: String

        package init(name: String, byteSize: Int64, lineCount: Int64, md5: String) {
            self.name = name
            self.byteSize = byteSize
            self.lineCount = lineCount
            self.md5 = md5
        }
    }

    /// Its own name.
    package let name: String
    /// The name of all parts together.
    package let whole: String
    /// In the order of their numbers.
    package let files: [File]

    package init(_ names: OutboundFileName, files: [File]) {
        name = names.controlFile
        whole = names.whole
        self.files = files
    }

    package var totalByteSize: Int64 { files.reduce(0) { $0 + $1.byteSize } }
    package var totalLineCount: Int64 { files.reduce(0) { $0 + $1.lineCount } }

    package func encoded() -> [UInt8] {
        var output = Array("{\n  \"Files\": [".utf8)
        for (number, file) in files.enumerated() {
            output.append(contentsOf: (number == 0 ? "\n" : ",\n").utf8)
            append(
                [
                    ("FileByteSize", .number(file.byteSize)), ("FileLineCount", .number(file.lineCount)),
                    ("FileName", .text(file.name)), ("FileSequenceNumber", .number(Int64(number + 1))),
                    ("md5", .text(file.md5)),
                ], indentedBy: "    ", to: &output)
        }
        output.append(contentsOf: "\n  ],\n  \"Totals\": ".utf8)
        append(
            [
                ("FileName", .text(whole)), ("TotalByteSize", .number(totalByteSize)),
                ("TotalNumberFiles", .number(Int64(files.count))), ("TotalNumberLines", .number(totalLineCount)),
            ], indentedBy: "  ", to: &output)
        output.append(contentsOf: "\n}\n".utf8)
        return output
    }

    private enum Value {
        case number(Int64)
        case text(String)
    }

    private func append(_ fields: [(String, Value)], indentedBy indent: String, to output: inout [UInt8]) {
        if output.last == UInt8(ascii: "\n") { output.append(contentsOf: indent.utf8) }
        output.append(UInt8(ascii: "{"))
        for (number, (name, value)) in fields.enumerated() {
            output.append(contentsOf: "\(number == 0 ? "" : ",")\n\(indent)  \"\(name)\": ".utf8)
            switch value {
            case .number(let value): output.append(decimal: value)
            case .text(let text):
                output.append(UInt8(ascii: "\""))
                output.append(escapedForJSON: text.utf8)
                output.append(UInt8(ascii: "\""))
            }
        }
        output.append(contentsOf: "\n\(indent)}".utf8)
    }
}
