import Destinations
import Digests
import Foundation
import Profiles
import Store
import TidegateModel

/// Cuts the profiles of a run into batches, by contacts and by encoded bytes, while they stream by.
///
/// Where an earlier attempt cut, it cuts again, so that a batch whose answer was lost is sent again as the same batch: same
/// contacts, same page, same key.
struct PushCutter: ~Copyable {
    private let session: any PushSession
    private let limits: BatchLimits
    private let spool: PushSpool
    private let state: PushState
    /// Refused by the receiver before; they are counted already.
    private let refused: Set<UInt32>

    private var contact = EncodedContact()
    private var region: [UInt8] = []
    private var offset = 0
    private var contacts = 0
    private var bytes = 0
    /// Of the last contact, in `region`.
    private var lastKey = 0..<0
    /// Up to the last contact of the batch that is open.
    private var skipped: [String: Int] = [:]
    /// Since the last contact.
    private var loose: [String: Int] = [:]
    private var batches: [PushPlan.Cut] = []
    /// Which of the earlier attempts' ends comes next.
    private var nextEnd = 0
    private var lastPage: Int
    private var identities: IdentitySet
    private var profiles: [UInt32] = []

    /// - Parameter profiles: how many there are about; room is made for them at once.
    init(_ session: any PushSession, spool: PushSpool, state: PushState, refused: Set<UInt32>, profiles count: Int) {
        self.session = session
        self.spool = spool
        self.state = state
        self.refused = refused
        limits = session.limits
        bytes = limits.envelope
        lastPage = max(state.lastPage, state.ends.map(\.page).max() ?? 0)
        identities = IdentitySet(capacity: count)
        profiles.reserveCapacity(count)
    }

    mutating func take(_ row: PushRow, skip: String?) throws(RunFault) {
        guard refused.isEmpty || !refused.contains(row.profile) else {
            // Still a member, and whoever has the same identity further on is still a duplicate.
            if skip == nil { _ = encode(row) }
            return
        }
        let isCarried = state.through.map { !$0.lexicographicallyPrecedes(row.key) } ?? false
        if let code = skip ?? encode(row) {
            if !isCarried { loose[code, default: 0] += 1 }
            return
        }
        profiles.append(row.profile)
        guard !isCarried else { return }
        while nextEnd < state.ends.count, state.ends[nextEnd].through.lexicographicallyPrecedes(row.key) {
            try close()
            nextEnd += 1
        }
        let needed = contact.body.count + (contacts == 0 ? 0 : 1)
        if contacts == limits.contacts || bytes + needed > limits.bytes { try close() }
        add(row)
    }

    /// - Returns: why the profile is not sent; nil where it is, and `contact` has it.
    private mutating func encode(_ row: PushRow) -> String? {
        contact.removeAll()
        if case .withheld(let code) = session.encode(row, into: &contact) { return code }
        guard limits.envelope + contact.body.count <= limits.bytes else { return SkipCode.tooLarge }
        guard contact.identity.isEmpty || identities.insert(contact.identity) else { return SkipCode.duplicate }
        return nil
    }

    private mutating func add(_ row: PushRow) {
        bytes += contact.body.count + (contacts == 0 ? 0 : 1)
        contacts += 1
        let contact = contact
        lastKey = PushSpool.append(row.profile, row.key.span, contact.identity.span, contact.body.span, to: &region)
        guard !loose.isEmpty else { return }
        skipped.merge(loose, uniquingKeysWith: +)
        loose.removeAll()
    }

    private mutating func close() throws(RunFault) {
        guard contacts > 0 else { return }
        let planned = PlannedBatch(
            number: state.lastNumber + batches.count + 1, page: page(), through: Array(region[lastKey]),
            contacts: contacts,
            bytes: bytes, digest: sha256(of: region), skipped: skipped
        )
        try spool.write(region, at: offset)
        batches.append(
            PushPlan.Cut(planned: planned, region: .init(offset: offset, count: region.count, contacts: contacts)))
        offset += region.count
        region.removeAll(keepingCapacity: true)
        skipped.removeAll()
        contacts = 0
        bytes = limits.envelope
    }

    /// Of the batch that is closed: as in the earlier attempt, else the next.
    private mutating func page() -> Int {
        guard nextEnd == state.ends.count else { return state.ends[nextEnd].page }
        lastPage += 1
        return lastPage
    }

    consuming func finish(_ request: PushRequest) throws(RunFault) -> PushPlan {
        try close()
        return PushPlan(
            request: request, spool: spool, batches: batches, tail: loose, identities: identities, profiles: profiles,
            pages: lastPage
        )
    }
}

/// What is to be sent, cut and spooled.
struct PushPlan: Sendable {
    struct Cut: Sendable {
        var planned: PlannedBatch
        var region: PushSpool.Region
    }

    let request: PushRequest
    let spool: PushSpool
    let batches: [Cut]
    /// Skipped behind the last batch, by reason.
    let tail: [String: Int]
    /// Of everyone who is pushed, also what earlier attempts carried.
    let identities: IdentitySet
    /// Numbers of the same in the profile store.
    let profiles: [UInt32]
    let pages: Int

    var contacts: Int { batches.reduce(0) { $0 + $1.planned.contacts } }

    /// All members of the segments, also where only those who joined are pushed.
    var everyone: PushRequest {
        var everyone = request
        everyone.baselines = nil
        return everyone
    }
}
