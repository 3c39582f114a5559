import TidegateModel

/// Writes profiles as objects with the mapped fields, in the mapping's order, typed as JSON can.
struct WebhookFields: Sendable {
    /// What stands before each value.
    private let prefixes: [[UInt8]]

    init(_ columns: [PushColumn]) {
        prefixes = columns.enumerated().map { index, column in
            var prefix: [UInt8] = [index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ",")]
            prefix.appendJSON(text: column.field)
            prefix.append(UInt8(ascii: ":"))
            return prefix
        }
    }

    func write(_ row: PushRow, into json: inout [UInt8]) {
        if prefixes.isEmpty { json.append(UInt8(ascii: "{")) }
        for (index, prefix) in prefixes.enumerated() {
            json.append(contentsOf: prefix)
            switch row.cells[index].type {
            case nil: json.appendJSONNull()
            case .integer, .real:
                // JSON has no infinity.
                if !json.appendJSON(number: row[index]) { json.appendJSONNull() }
            case .boolean: json.append(contentsOf: row[index])
            case .text, .date, .timestamp: json.appendJSON(text: row[index])
            }
        }
        json.append(UInt8(ascii: "}"))
    }
}
