import TidegateModel

/// Who is given and who loses a trait, for many traits, with bounded memory: changes wait in a file without a name,
/// ordered by trait.
///
/// Of one identity and trait there is at most one change.
final class TraitChanges {
    private let file: SpillFile
    private let limit: Int
    /// `trait << 33 | gives << 32 | identity`.
    private var pending: [UInt64] = []
    private var isAscending = true
    private var lastIdentity: UInt32 = 0
    /// Where in the file the identities of a trait's changes of one kind are, by `trait << 1 | gives`.
    private var pieces: [UInt32: [Range<Int>]] = [:]
    private var numbers: [UInt32] = []

    init(in folder: String, limit: Int) throws(ProfileError) {
        file = try SpillFile(in: folder)
        self.limit = max(limit, 1)
    }

    /// - Parameter change: the trait times two, plus one where it is given.
    @inline(__always)
    func append(_ change: UInt32, of identity: UInt32) throws(ProfileError) {
        if pending.count == limit { try spill() }
        pending.append(UInt64(change) << 32 | UInt64(identity))
        if identity < lastIdentity { isAscending = false }
        lastIdentity = identity
    }

    /// To be called after the last change and before any is asked for.
    func finish() throws(ProfileError) {
        try spill()
        pending = []
        numbers = []
    }

    func hasChanges(of trait: Int) -> Bool {
        pieces[UInt32(trait) << 1] != nil || pieces[UInt32(trait) << 1 | 1] != nil
    }

    /// The identities that are given the trait, or lose it.
    func identities(of trait: Int, given: Bool) throws(ProfileError) -> ProfileSet {
        let set = ProfileSet()
        for piece in pieces[UInt32(trait) << 1 | (given ? 1 : 0)] ?? [] {
            try add(piece, to: set)
        }
        return set
    }

    private static let step = 64 << 10

    private func add(_ piece: Range<Int>, to set: ProfileSet) throws(ProfileError) {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: min(piece.count, Self.step), alignment: 8)
        defer { room.deallocate() }
        var at = piece.lowerBound
        while at < piece.upperBound {
            let part = UnsafeMutableRawBufferPointer(rebasing: room[..<min(room.count, piece.upperBound - at)])
            try file.read(at: at, into: part)
            set.insert(UnsafeBufferPointer(part.bindMemory(to: UInt32.self)))
            at += part.count
        }
    }

    /// Ordered by identity within a trait, because bitmaps take ascending numbers many times faster.
    private func spill() throws(ProfileError) {
        guard !pending.isEmpty else { return }
        pending.withUnsafeMutableBufferPointer { pending in
            let shift: UInt64 = isAscending ? 32 : 0
            RadixSort.sort(pending) { $0 >> shift }
        }
        var start = 0
        while start < pending.count {
            let change = UInt32(pending[start] >> 32)
            numbers.removeAll(keepingCapacity: true)
            while start < pending.count, UInt32(pending[start] >> 32) == change {
                numbers.append(UInt32(truncatingIfNeeded: pending[start]))
                start += 1
            }
            try write(change)
        }
        try file.flush()
        pending.removeAll(keepingCapacity: true)
        isAscending = true
        lastIdentity = 0
    }

    private func write(_ change: UInt32) throws(ProfileError) {
        let begin = file.size
        let outcome: Result<Void, ProfileError> = numbers.withUnsafeBytes { bytes in
            do throws(ProfileError) {
                return .success(try file.append(bytes))
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
        pieces[change, default: []].append(begin..<file.size)
    }
}
