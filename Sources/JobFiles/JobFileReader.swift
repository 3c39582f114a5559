import TidegateModel

/// Job files to one `JobSpec`, or every reason why not.
package enum JobFileReader {
    /// Reads all files together: names in one may refer to objects in another.
    ///
    /// `jobsPath` is the jobs folder as the user named it, for the one problem that no file has: that there is none.
    package static func read(_ files: [JobFile], jobsPath: String = "jobs") -> JobFileReading {
        guard !files.isEmpty else { return nothing(in: jobsPath) }
        let problems = Problems(files: files)
        let context = ReadingContext(problems: problems)
        var drafts = Drafts()
        for file in files.indices.sorted(by: { files[$0].path < files[$1].path }) {
            for lines in DocumentSplitter.documents(of: problems.sources[file]) {
                let errorsBefore = problems.errorCount
                var composer = YAMLComposer(file: file, lines: lines, problems: problems)
                if let tree = composer.compose() {
                    drafts.read(tree, context)
                } else if problems.errorCount > errorsBefore {
                    drafts.hasUnknown = true
                }
            }
        }
        let checks = SpecChecks(drafts, context)
        let spec = checks.check()
        return JobFileReading(
            spec: problems.errorCount > 0 ? nil : spec, findings: problems.findings(),
            unresolvedDestinations: checks.unresolvedDestinations()
        )
    }

    private static func nothing(in jobsPath: String) -> JobFileReading {
        let diagnostic = Diagnostic(
            path: jobsPath, line: 1, column: 1, message: "no job files (*.yaml or *.yml) in this folder"
        )
        return JobFileReading(spec: nil, findings: [Finding(diagnostic: diagnostic, excerpt: "")])
    }
}

/// What the documents say, each read by itself.
struct Drafts {
    var profiles: [ProfileDraft] = []
    var sources: [SourceDraft] = []
    var dataSources: [DataSourceDraft] = []
    var traits: [TraitDraft] = []
    var segmentations: [Located<Segmentation>] = []
    var segments: [SegmentDraft] = []
    var destinations: [DestinationDraft] = []
    var dataflows: [DataflowDraft] = []
    /// Some document could not be told to be of any kind.
    var hasUnknown = false

    /// Takes a document in, or reports what it should be.
    mutating func read(_ tree: YAMLTree, _ context: ReadingContext) {
        guard case .mapping(let mapping) = tree else {
            context.problems.error("a document must be a mapping with a 'kind', not \(shown(tree))", at: tree.position)
            hasUnknown = true
            return
        }
        guard let kind = Self.kind(of: mapping, context) else {
            hasUnknown = true
            return
        }
        switch kind {
        case .profile: profiles.append(ProfileKind.read(ObjectReader(mapping, as: ProfileKind.shape, in: context)))
        case .source: sources.append(SourceKind.read(mapping, context))
        case .dataSource:
            dataSources.append(DataSourceKind.read(ObjectReader(mapping, as: DataSourceKind.shape, in: context)))
        case .trait: traits.append(TraitKind.read(ObjectReader(mapping, as: TraitKind.shape, in: context)))
        case .segmentation:
            let reader = ObjectReader(mapping, as: SegmentationKind.shape, in: context)
            segmentations.append(Located(SegmentationKind.read(reader), at: mapping.position))
        case .segment: segments.append(SegmentKind.read(ObjectReader(mapping, as: SegmentKind.shape, in: context)))
        case .destination: destinations.append(DestinationKind.read(mapping, context))
        case .dataflow: dataflows.append(DataflowKind.read(ObjectReader(mapping, as: DataflowKind.shape, in: context)))
        }
    }

    private static func kind(of mapping: YAMLMapping, _ context: ReadingContext) -> Kind? {
        let words = Kind.allCases.map(\.rawValue)
        guard let entry = mapping.entries.first(where: { $0.key == Kind.key }) else {
            let near = context.nearest(to: Kind.key, among: mapping.entries.map(\.key))
            let place = mapping.entries.first { $0.key == near }?.keyPosition
            context.problems.error(
                "missing key 'kind', one of \(alternatives(words))", at: place ?? mapping.position
            )
            return nil
        }
        let expected = alternatives(words)
        guard let scalar = ValueKind<String>.scalar(of: entry.value, named: Kind.key, expected: expected, context)
        else {
            return nil
        }
        if let kind = Kind(rawValue: scalar.text) { return kind }
        let suggestion = context.suggestion(for: scalar.text, among: words)
        let hint = suggestion.isEmpty ? ", it must be \(expected)" : suggestion
        context.problems.error("unknown kind \(shown(entry.value))\(hint)", at: scalar.position)
        return nil
    }
}
