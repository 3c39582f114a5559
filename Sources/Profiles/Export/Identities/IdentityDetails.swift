import AudienceManager
import Foundation
import TidegateModel

/// What rows may ask of an id besides its segments: ids of the same profiles, and traits. Collects nothing that the
/// template does not write.
final class IdentityDetails {
    private let reach: Reach?
    private let template: OutboundTemplate
    /// Whose ids the rows are of.
    private let own: Int64
    /// Whose ids are wanted, each once.
    private let linked: [DataSource]
    private let traits: IdentityTraits?

    /// - Parameter reach: there where the request has data sources whose ids rows list.
    init(_ request: IdentityExportRequest, _ reach: Reach?, on connection: Connection) throws(ProfileError) {
        self.reach = reach
        template = request.row
        own = request.dataSource.dpid
        linked = request.linkedDataSources
        traits = request.row.needs.contains(.traits) ? try IdentityTraits(request, on: connection) : nil
    }

    /// Adds to a row that was reset: of the profiles that the row tells of, and of nobody else who shares the id.
    func add(
        of group: IdentityGroup, _ telling: IdentityTelling, to row: inout OutboundRow
    ) throws(ProfileError) {
        if let traits { try traits.add(of: group.id, to: &row) }
        for source in linked {
            // By their bytes: texts are equal too where they only look the same.
            var seen: Set<[UInt8]> = []
            for id in try ids(of: group, telling, in: source) where seen.insert(Array(id.utf8)).inserted {
                Array(id.utf8).withUnsafeBytes { if canList($0, of: source) { row.addLinkedID($0, dpid: source.dpid) } }
            }
        }
    }

    /// Own ids first, those mapped last next; one id may come for several profiles.
    private func ids(
        of group: IdentityGroup, _ telling: IdentityTelling, in source: DataSource
    ) throws(ProfileError) -> [String] {
        guard let reach else { return [] }
        var found: [ReachedID] = []
        for profile in group.stored where telling.concerns(profile) {
            found += try reach.reachedIDs(of: profile, in: source.dpid)
        }
        return group.stored.count > 1 ? ReachedID.newestFirst(found) : found.map(\.id)
    }

    /// An id that could have no row of its own, because of how it looks, is in no other's either.
    private func canList(_ id: UnsafeRawBufferPointer, of source: DataSource) -> Bool {
        source.form.accepts(id) && (source.dpid != own || template.canHold(id))
    }
}

/// The declared traits that ids of one data source have.
private final class IdentityTraits {
    private let sets: [(trait: OutboundRow.Trait, identities: ProfileSet)]
    private let number: Statement

    init(_ request: IdentityExportRequest, on connection: Connection) throws(ProfileError) {
        let stored = TraitSets(in: .production, on: connection)
        let now = try connection.nominal(of: request.snapshot).milliseconds
        var sets: [(trait: OutboundRow.Trait, identities: ProfileSet)] = []
        for trait in request.traits.sorted(by: { $0.sid < $1.sid }) {
            let identities = try stored.identities(having: trait.sid)
            guard !identities.isEmpty else { continue }
            let told = OutboundRow.Trait(sid: trait.sid, isOnboarded: trait.rule == nil, lastRealized: now)
            sets.append((told, identities))
        }
        self.sets = sets
        number = try connection.prepare(
            "SELECT number FROM identity WHERE environment = ?1 AND source = ?2 AND id = ?3")
        number.bind(DropOff.Environment.production.number, at: 1)
        number.bind(request.dataSource.dpid, at: 2)
    }

    func add(of id: UnsafeRawBufferPointer, to row: inout OutboundRow) throws(ProfileError) {
        number.bind(String(decoding: id, as: UTF8.self), at: 3)
        guard try number.step() else { return }
        let identity = UInt32(truncatingIfNeeded: number.integer(at: 0))
        while try number.step() {}
        for (trait, identities) in sets where identities.contains(identity) { row.traits.append(trait) }
    }
}

extension IdentityExportRequest {
    /// The data sources whose ids rows write besides their own; of one that nobody declares there are none.
    var linkedDataSources: [DataSource] {
        let catalogue = DropOffCatalogue(dataSources: dataSources, traits: [])
        let dpids = row.needs.compactMap { need -> Int64? in
            switch need {
            case .ownIDs: dataSource.dpid
            case .linkedIDs(let dpid): dpid
            default: nil
            }
        }
        return Set(dpids).sorted().compactMap { catalogue.dataSource($0) }
    }
}

extension Connection {
    /// The nominal instant of a snapshot that is still kept.
    func nominal(of snapshot: UUID) throws(ProfileError) -> Instant {
        let statement = try prepare("SELECT nominal FROM snapshot WHERE id = ?")
        statement.bind(snapshot.stored, at: 1)
        guard try statement.step() else { throw .rejected("snapshot \(snapshot.stored) is not kept any more") }
        return Instant(milliseconds: statement.integer(at: 0))
    }
}
