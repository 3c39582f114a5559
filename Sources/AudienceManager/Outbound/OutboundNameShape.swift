import TidegateModel

/// Every name that the files of one export in one sync mode could have: its parts and its control file.
///
/// Times stand for any digits in their places. Up to 999 numbered parts are thought of.
package struct OutboundNameShape: Hashable, Sendable {
    package typealias Place = FileNameShape.Place

    package let names: [[Place]]

    /// - Parameter fileExtension: of the compression, such as `.gz`, or nothing.
    package init(
        _ template: OutboundTemplate, _ values: OutboundConstants, fileExtension: String, hasControlFile: Bool
    ) {
        let program = template.program
        let (head, tail, separator) = program.nameParts(values)
        let whole = (head + tail).utf8.map { Place.byte($0) }
        let base = Self.withTimes(whole, in: program, values)
        let packed = fileExtension.utf8.map { Place.byte($0) }
        let number = separator.utf8.map { Place.byte($0) } + [.digit, .digit, .digit]
        let numbered = base.prefix(head.utf8.count) + number + base.dropFirst(head.utf8.count)
        var names = [base + packed, numbered + packed]
        if hasControlFile {
            let root = base.dropLast(OutboundFileName.extensionLength(of: head + tail))
            names.append(root + ".info".utf8.map { .byte($0) })
        }
        self.names = names
    }

    /// The digits of times, which are others in each run, are any digits.
    private static func withTimes(_ name: [Place], in program: TemplateProgram, _ values: OutboundConstants) -> [Place]
    {
        let row = OutboundRow(values)
        let split = program.pieces.firstIndex(of: .splitNumber) ?? program.pieces.count
        func length(before piece: Int) -> Int {
            var output: [UInt8] = []
            program.render(0..<min(piece, split), row, nil, into: &output)
            if piece > split { program.render(split + 1..<piece, row, nil, into: &output) }
            return output.count
        }
        var name = name
        for (piece, kind) in program.pieces.enumerated() {
            // A time that a condition leaves out adds nothing.
            guard case .timestamp = kind else { continue }
            for index in length(before: piece)..<length(before: piece + 1) where name[index].meets(.digit) {
                name[index] = .digit
            }
        }
        return name
    }
}
