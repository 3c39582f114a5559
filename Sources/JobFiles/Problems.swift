import TidegateModel

/// Everything wrong in the files being read, in the order it was noticed.
final class Problems {
    private struct Problem {
        var position: SourcePosition
        var severity: Diagnostic.Severity
        var message: String
    }

    private let files: [JobFile]
    let sources: [SourceText]
    private var problems: [Problem] = []
    private var secretLines: Set<SourcePosition> = []
    private(set) var errorCount = 0

    init(files: [JobFile]) {
        self.files = files
        sources = files.map { SourceText($0.text) }
    }

    func error(_ message: String, at position: SourcePosition) {
        problems.append(Problem(position: position, severity: .error, message: message))
        errorCount += 1
    }

    func warning(_ message: String, at position: SourcePosition) {
        problems.append(Problem(position: position, severity: .warning, message: message))
    }

    /// No excerpt shows any of these lines, whatever problem points there.
    func withhold(lines: ClosedRange<Int>, of file: Int) {
        for line in lines { secretLines.insert(SourcePosition(file: file, line: line, column: 1)) }
    }

    func folder(of position: SourcePosition) -> String { files[position.file].folder }

    /// `jobs/crm.yaml:12`, for a sentence about another place.
    func name(of position: SourcePosition) -> String {
        "\(files[position.file].path):\(sources[position.file].place(of: position).line)"
    }

    /// By path, line and column, each once.
    func findings() -> [Finding] {
        let order = files.indices.sorted { files[$0].path < files[$1].path }
        var rank = [Int](repeating: 0, count: files.count)
        for (place, index) in order.enumerated() { rank[index] = place }
        let sorted = problems.sorted {
            (rank[$0.position.file], $0.position.line, $0.position.column, $0.message)
                < (rank[$1.position.file], $1.position.line, $1.position.column, $1.message)
        }
        var findings: [Finding] = []
        for finding in sorted.map(finding) where finding != findings.last { findings.append(finding) }
        return findings
    }

    private func finding(_ problem: Problem) -> Finding {
        let position = problem.position
        let source = sources[position.file]
        let place = source.place(of: position)
        let diagnostic = Diagnostic(
            path: files[position.file].path, line: place.line, column: place.column, severity: problem.severity,
            message: problem.message
        )
        let isWithheld = secretLines.contains(SourcePosition(file: position.file, line: position.line, column: 1))
        let excerpt = isWithheld ? "" : Excerpt.of(line: source.shownLine(of: position), column: place.column)
        return Finding(diagnostic: diagnostic, excerpt: excerpt)
    }
}
