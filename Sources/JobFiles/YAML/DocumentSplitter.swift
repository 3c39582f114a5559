/// Cuts a file into its YAML documents before any of them is parsed, so that a syntax error costs one document.
///
/// YAML forbids `---` and `...` at the start of a line inside any scalar, so the cut needs no parsing.
enum DocumentSplitter {
    /// Ranges of lines, counted from 0, that hold one document each; some hold comments only.
    static func documents(of source: SourceText) -> [Range<Int>] {
        var documents: [Range<Int>] = []
        var first = 0
        var isPreamble = true
        for index in 0..<source.lineCount {
            let line = source.line(index)
            if isMarker(line, "...") {
                // A second end in a row ends nothing, and the parser would say so.
                if !isPreamble { documents.append(first..<index + 1) }
                first = index + 1
                isPreamble = true
            } else if isMarker(line, "---") {
                if !isPreamble { documents.append(first..<index) }
                first = isPreamble ? first : index
                isPreamble = false
            } else if !isBlank(line) {
                isPreamble = false
            }
        }
        documents.append(first..<source.lineCount)
        return documents.filter { !$0.isEmpty }
    }

    private static func isMarker(_ line: ArraySlice<UInt8>, _ marker: StaticString) -> Bool {
        guard line.count >= 3, line.prefix(3).elementsEqual(marker.withUTF8Buffer { Array($0) }) else { return false }
        guard let next = line.dropFirst(3).first else { return true }
        return next == UInt8(ascii: " ") || next == UInt8(ascii: "\t")
    }

    /// Comments and directives belong to the document that follows them.
    private static func isBlank(_ line: ArraySlice<UInt8>) -> Bool {
        if line.first == UInt8(ascii: "%") { return true }
        let first = line.first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        return first == nil || first == UInt8(ascii: "#")
    }
}
