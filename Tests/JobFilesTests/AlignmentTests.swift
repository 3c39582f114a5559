import Testing

@testable import JobFiles

/// Each text holds one `@`, and pointing at it in the parsed value must give its place in the source.
struct AlignmentTests {
    @Test(
        arguments: [
            "where: a @ b", "where: 'a ''b'' @'", #"where: "a \"b\" \t\x41\u00e9\U0001F319 @""#,
            "where: a\n  b\n  @", "where: a\n\n\n  b @", "where: 'a\n  b\n\n  c @'", "where: \"a \\\n  b\n  c @\"",
            "where: |\n  a\n    b\n\n  c @", "where: |2-\n    a\n   @",
            "where: >\n  a\n  b\n\n  c\n    d\n  e @", "where: >-\n\n  a @",
            "where: |+\n  東京 🌙 @\n\n", "{ x: 1, where: a @ }", "- - where: 'a @'",
            "where: # why\n  a\n  @", "where:\n\n  \"a\n  @\"",
        ]
    )
    func `a character of a value is found in its source`(text: String) throws {
        let problems = Problems(files: [JobFile(path: "a.yaml", folder: "/", text: text)])
        var composer = YAMLComposer(file: 0, lines: 0..<problems.sources[0].lineCount, problems: problems)
        let scalar = try #require(composer.compose().flatMap(scalar))
        let offset = try #require(scalar.text.unicodeScalars.enumerated().first { $0.element == "@" }?.offset)
        let found = ScalarAlignment(scalar, in: problems.sources[0]).position(ofScalar: offset)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let line = try #require(lines.firstIndex { $0.contains("@") })
        let column = try #require(lines[line].unicodeScalars.enumerated().first { $0.element == "@" }?.offset)
        #expect(found == SourcePosition(file: 0, line: line + 1, column: column + 1))
    }

    private func scalar(in tree: YAMLTree) -> YAMLScalar? {
        switch tree {
        case .scalar(let scalar): scalar.text.contains("@") ? scalar : nil
        case .list(let items, _): items.lazy.compactMap(scalar).first
        case .mapping(let mapping): mapping.entries.lazy.compactMap { scalar(in: $0.value) }.first
        }
    }
}
