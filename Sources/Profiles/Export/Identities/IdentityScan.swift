import GRDBSQLite
import TidegateModel

/// Walks the ids of a data source once, in the order of their bytes, and says what each of them tells.
struct IdentityScan {
    private let connection: Connection
    private let request: IdentityExportRequest
    private let selection: IdentitySelection
    private let selected: ProfileMarks
    /// Whether the ids come by links.
    private let isLinked: Bool
    /// The removed profiles that are, or were, in any of the segments.
    private let removed: ProfileMarks
    /// There where ids, or what rows tell of them, come by links.
    let reach: Reach?

    struct Outcome {
        let counts: RunCounts
        let exported: ProfileSet
    }

    init(_ request: IdentityExportRequest, on connection: Connection) throws(ProfileError) {
        self.connection = connection
        self.request = request
        selection = try IdentitySelection(request, on: connection)
        selected = ProfileMarks(selection.profiles)
        try connection.define("selected", selected)
        try connection.define("known", ProfileMarks(selection.known))
        try connection.defineWritten()
        removed = try connection.knownAndRemoved()
        isLinked = try connection.hasLinks(request.dataSource)
        reach =
            isLinked || !request.linkedDataSources.isEmpty
            ? try Reach(dataSources: request.dataSources, schema: request.schema, removed: removed, on: connection)
            : nil
    }

    /// Lends `visit` every id that has something to tell, which answers what became of it.
    ///
    /// `progress` counts selected profiles.
    func run(
        progress: (_ done: Int, _ total: Int) -> Void,
        visit: (IdentityGroup, IdentityTelling) throws(ProfileError) -> IdentityFate
    ) throws(ProfileError) -> Outcome {
        let telling = IdentityTelling(
            selection.memberships, isFull: request.isFull, tellsLeavers: request.tellsLeavers
        )
        let fates = IdentityFates(selected, areShared: isLinked)
        let total = selection.profiles.count
        var reported = 0
        let take = { (group: IdentityGroup) throws(ProfileError) in
            fates.note(telling.take(group) ? try visit(group, telling) : .unchanged, group, telling)
            if fates.seen - reported >= Self.profilesBetweenReports {
                reported = fates.seen
                progress(min(reported, total), total)
            }
        }
        try forEachIdentity(take)
        progress(total, total)
        return try outcome(fates)
    }

    private static let profilesBetweenReports = 8192

    private func forEachIdentity(
        _ take: (IdentityGroup) throws(ProfileError) -> Void
    ) throws(ProfileError) {
        if !isLinked, let attribute = request.dataSource.attribute {
            let identities = try AttributeIdentities(
                attribute, areAllSelected: selection.profiles.count == selection.known.count, schema: request.schema,
                on: connection
            )
            return try identities.forEach(take)
        }
        let group = IdentityGroup()
        try reach?.forEachID(of: request.dataSource.dpid) { (id, profiles) throws(ProfileError) in
            group.begin(id)
            for profile in profiles { group.add(profile, isRemoved: removed.contains(profile)) }
            try take(group)
        }
    }

    /// The selected profiles that are in the store.
    private func stored() throws(ProfileError) -> ProfileSet {
        let statement = try connection.prepare("SELECT id FROM profile WHERE selected(id)")
        let stored = ProfileMarks()
        while try statement.step() { stored.insert(UInt32(truncatingIfNeeded: statement.integer(at: 0))) }
        return stored.set()
    }

    private func outcome(_ fates: IdentityFates) throws(ProfileError) -> Outcome {
        let exported = fates.profiles(.told)
        var counts = RunCounts(selected: selection.profiles.count, exported: exported.count)
        var rest = selection.profiles.subtracting(exported)
        // Each profile under one heading; one with several ids under the first that holds for any of them.
        func skip(_ profiles: ProfileSet, _ code: String) {
            let found = rest.intersection(profiles)
            if !found.isEmpty { counts.skipped[code] = found.count }
            rest = rest.subtracting(found)
        }
        skip(fates.profiles(.unwritable), SkipCode.unwritableID)
        skip(fates.profiles(.invalid), SkipCode.invalidID)
        skip(fates.profiles(.unchanged), SkipCode.unchangedID)
        skip(fates.superseded(), SkipCode.superseded)
        if !rest.isEmpty { skip(try stored(), SkipCode.noID) }
        skip(rest, SkipCode.removed)
        guard counts.addUp else {
            throw .rejected("counts do not add up: \(counts.selected) selected, \(counts.accounted) accounted for")
        }
        return Outcome(counts: counts, exported: exported)
    }
}

extension Connection {
    /// As `known(id)` says.
    fileprivate func knownAndRemoved() throws(ProfileError) -> ProfileMarks {
        let statement = try prepare("SELECT id FROM removed_profile WHERE known(id)")
        let removed = ProfileMarks()
        while try statement.step() { removed.insert(UInt32(truncatingIfNeeded: statement.integer(at: 0))) }
        return removed
    }

    /// Whether profiles may have ids of a data source that are not their values of its attribute.
    ///
    /// Not where those are of people: whoever has one in the attribute is who is meant, and nobody whom a shared device
    /// leads to.
    fileprivate func hasLinks(_ source: DataSource) throws(ProfileError) -> Bool {
        guard source.attribute != nil else { return true }
        guard source.kind == .device else { return false }
        let links = try prepare(
            """
            SELECT 1 FROM identity JOIN identity_link ON identity = number
            WHERE environment = 0 AND source = ? LIMIT 1
            """
        )
        links.bind(source.dpid, at: 1)
        return try links.step()
    }
}

/// What became of an id.
enum IdentityFate: Int, CaseIterable {
    /// It has its row.
    case told
    /// Rows cannot hold it.
    case unwritable
    /// It does not look like an id of the data source.
    case invalid
    /// There is nothing to tell.
    case unchanged
}

/// What became of the selected profiles, by the ids that they have.
final class IdentityFates {
    /// How often a selected profile was met: once for each of its ids.
    private(set) var seen = 0
    private let selected: ProfileMarks
    private let areShared: Bool
    private let marks = IdentityFate.allCases.map { _ in ProfileMarks() }
    private let removedAndUnchanged = ProfileMarks()

    /// - Parameter areShared: whether an id may be of several customers.
    init(_ selected: ProfileMarks, areShared: Bool) {
        self.selected = selected
        self.areShared = areShared
    }

    func note(_ fate: IdentityFate, _ group: IdentityGroup, _ telling: IdentityTelling) {
        for profile in group.stored where selected.contains(profile) {
            seen += 1
            mark(profile, in: marks[fate.rawValue])
        }
        for profile in group.removed where selected.contains(profile) {
            seen += 1
            // Of somebody who was removed there is nothing to tell but having left.
            guard telling.hasLeft(profile) else { continue }
            mark(profile, in: fate == .unchanged && !areShared ? removedAndUnchanged : marks[fate.rawValue])
        }
    }

    func profiles(_ fate: IdentityFate) -> ProfileSet { marks[fate.rawValue].set() }

    /// Who left and was removed, and whose customer is in the segments under another number.
    func superseded() -> ProfileSet { removedAndUnchanged.set() }

    private func mark(_ profile: UInt32, in marks: ProfileMarks) {
        if !marks.contains(profile) { marks.insert(profile) }
    }
}
