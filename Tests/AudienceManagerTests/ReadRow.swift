import AudienceManager

/// What a row says, as values that two parsers can be compared by.
enum ReadRow: Hashable {
    case data(id: [UInt8], [Element])
    case ids([[UInt8]])
    case fault(RowFault)

    enum Element: Hashable {
        case add(Int64)
        case remove(Int64)
        /// Without a key for a bare number.
        case signal(key: [UInt8]?, value: [UInt8])

        static func signal(_ key: String, _ value: String) -> Self {
            .signal(key: Array(key.utf8), value: Array(value.utf8))
        }

        static func bare(_ digits: String) -> Self { .signal(key: nil, value: Array(digits.utf8)) }
    }

    static func data(_ id: String, _ elements: [Element]) -> Self { .data(id: Array(id.utf8), elements) }
}

extension ReadRow {
    /// Nil where the parser speaks of bytes that are not the line's.
    static func byDataLineParser(_ line: [UInt8], _ parser: DataLineParser = DataLineParser()) -> ReadRow? {
        withExactBytes(line) { bytes in
            if let fault = parser.parse(bytes) {
                return parser.tokens.isEmpty && parser.id.isEmpty ? .fault(fault) : nil
            }
            var elements: [Element] = []
            for token in parser.tokens {
                switch token.kind {
                case .addTrait: elements.append(.add(token.sid))
                case .removeTrait: elements.append(.remove(token.sid))
                case .signal:
                    guard let value = slice(line, token.valueStart, token.valueCount) else { return nil }
                    if token.keyStart == -1, token.keyCount == 0 {
                        elements.append(.signal(key: nil, value: value))
                    } else {
                        guard let key = slice(line, token.keyStart, token.keyCount) else { return nil }
                        elements.append(.signal(key: key, value: value))
                    }
                }
            }
            guard parser.id.count <= line.count, parser.id.baseAddress == bytes.baseAddress else { return nil }
            return .data(id: Array(parser.id), elements)
        }
    }

    static func byIDLineParser(_ line: [UInt8], _ parser: IDLineParser) -> ReadRow? {
        withExactBytes(line) { bytes in
            if let fault = parser.parse(bytes) { return parser.columns.isEmpty ? .fault(fault) : nil }
            var ids: [[UInt8]] = []
            for column in parser.columns {
                guard column.lowerBound >= 0, column.upperBound <= line.count else { return nil }
                ids.append(Array(line[column]))
            }
            return .ids(ids)
        }
    }

    /// In memory of their own and of their very length, so that a sanitizer sees reads beyond.
    private static func withExactBytes<Result>(
        _ line: [UInt8], _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: line.count, alignment: 1)
        defer { memory.deallocate() }
        memory.copyBytes(from: line)
        return body(UnsafeRawBufferPointer(memory))
    }

    private static func slice(_ line: [UInt8], _ start: Int32, _ count: Int32) -> [UInt8]? {
        guard start >= 0, count >= 0, Int(start) + Int(count) <= line.count else { return nil }
        return Array(line[Int(start)..<Int(start) + Int(count)])
    }
}
