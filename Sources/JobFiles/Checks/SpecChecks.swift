import Foundation
import Rules
import TidegateModel

/// Holds the documents against each other.
struct SpecChecks {
    let drafts: Drafts
    let context: ReadingContext
    let declared: DeclaredNames
    /// Nil where there is no profile document.
    let profile: CheckedProfile?
    /// By name; also of destinations that are wrong otherwise.
    let destinationTypes: [String: DestinationType]
    /// The names of segments that have no `sid`.
    let numberlessSegments: Set<String>

    init(_ drafts: Drafts, _ context: ReadingContext) {
        self.drafts = drafts
        self.context = context
        declared = DeclaredNames(drafts.identities, context)
        profile = drafts.profiles.first.map { CheckedProfile($0, context) }
        let types = drafts.destinations.compactMap { draft in
            draft.type.flatMap { type in draft.identity.name.map { ($0.value, type) } }
        }
        let numberless = drafts.segments.filter { !$0.hasNumber }
        numberlessSegments = Set(numberless.compactMap { $0.identity.name?.value })
        destinationTypes = Dictionary(types) { first, _ in first }
    }

    var problems: Problems { context.problems }

    /// Reports everything that is wrong; the specification means something only where nothing was.
    func check() -> JobSpec? {
        refuseSecond(drafts.profiles.map(\.position), kind: .profile)
        refuseSecond(drafts.segmentations.map(\.position), kind: .segmentation)
        // A document that could not be read may well be it.
        if profile == nil, !drafts.hasUnknown { reportMissingProfile() }
        let segmentation = drafts.segmentations.first?.value ?? Segmentation()
        let sources = checkedSources()
        let dataSources = checkedDataSources()
        let traits = checkedTraits()
        let segments = checkedSegments()
        let destinations = drafts.destinations.compactMap(destination)
        let dataflows = drafts.dataflows.map { dataflow($0, timeZone: segmentation.timeZone) }
        var collisions = FileNameCollisions(drafts.dataflows, context)
        collisions.report(dataflows, destinations, segments, dataSources)
        guard let schema = profile?.schema else { return nil }
        return JobSpec(
            profile: schema, sources: sources, dataSources: dataSources, traits: traits, segmentation: segmentation,
            segments: segments, destinations: destinations, dataflows: dataflows.compactMap(\.self)
        )
    }

    private func refuseSecond(_ positions: [SourcePosition], kind: Kind) {
        guard let first = positions.first else { return }
        for position in positions.dropFirst() {
            problems.error("a second \(kind.rawValue), the first is at \(problems.name(of: first))", at: position)
        }
    }

    private func reportMissingProfile() {
        let needing = drafts.identities.first { $0.kind != .destination } ?? drafts.identities.first
        let subject = needing.map { $0.kind == .destination ? "" : ", which this \($0.kind.rawValue) needs" } ?? ""
        problems.error(
            "missing document of kind Profile\(subject)",
            at: needing?.position ?? drafts.segmentations.first?.position ?? SourcePosition(file: 0, line: 1, column: 1)
        )
    }

    private func destination(_ draft: DestinationDraft) -> Destination? {
        guard let name = draft.identity.name?.value, let id = draft.identity.id, let place = draft.place else {
            return nil
        }
        return Destination(
            id: id, name: name, displayName: draft.displayName, consent: draft.consent, place: place
        )
    }

    /// Says nothing where there is no profile: that was said already.
    func checkAttribute(_ name: Located<String>, besides others: [String] = []) {
        guard let profile, !profile.names.contains(name.value), !others.contains(name.value) else { return }
        let suggestion = context.suggestion(for: name.value, among: profile.schema.attributes.map(\.name) + others)
        problems.error("unknown attribute '\(name.value)'\(suggestion)", at: name.position)
    }

    /// Each name at most once; a later one is reported.
    func refuseRepeated(_ names: [Located<String>], what: String) {
        var seen: Set<String> = []
        for name in names where !seen.insert(name.value).inserted {
            problems.error("\(what) '\(name.value)' is listed twice", at: name.position)
        }
    }
}

extension Drafts {
    /// Of every object that has a name.
    var identities: [Identity] {
        let all =
            sources.map(\.identity) + dataSources.map(\.identity) + traits.map(\.identity) + segments.map(\.identity)
            + destinations.map(\.identity) + dataflows.map(\.identity)
        return all.sorted { $0.position < $1.position }
    }
}
