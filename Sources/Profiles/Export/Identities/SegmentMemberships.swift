import Foundation

/// Which of an export's segments each profile is in, and was in before, as bits: segment 0 is the lowest bit of the
/// first byte.
///
/// All bits of a profile lie beside each other, so that what an id tells costs a few loads for each of its profiles,
/// however many segments there are.
final class SegmentMemberships {
    enum Side { case now, before }

    /// Bytes of one side.
    let width: Int
    private let pages: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>
    private static let pageCount = 1 << 16
    private static let profilesPerPage = 1 << 16

    init(segments: Int) {
        width = (segments + 7) / 8
        pages = .allocate(capacity: Self.pageCount)
        pages.initialize(repeating: nil, count: Self.pageCount)
    }

    deinit {
        for index in 0..<Self.pageCount { free(pages[index]) }
        pages.deallocate()
    }

    func insert(_ profiles: ProfileSet, segment: Int, _ side: Side) {
        let offset = segment / 8 + (side == .before ? width : 0)
        let bit = UInt8(1) << UInt8(segment % 8)
        profiles.forEachRun { ids in
            for id in ids { place(of: id)[offset] |= bit }
        }
    }

    /// `width` bytes of now, then as many of before; nil where the profile is, and was, in none of the segments.
    @inline(__always)
    func bits(of profile: UInt32) -> UnsafePointer<UInt8>? {
        guard let page = pages[Int(profile >> 16)] else { return nil }
        return UnsafePointer(page + Int(profile & 0xFFFF) * 2 * width)
    }

    @inline(__always)
    private func place(of profile: UInt32) -> UnsafeMutablePointer<UInt8> {
        let page = pages[Int(profile >> 16)] ?? made(page: Int(profile >> 16))
        return page + Int(profile & 0xFFFF) * 2 * width
    }

    @inline(never)
    private func made(page index: Int) -> UnsafeMutablePointer<UInt8> {
        // Zeroed memory takes no room until it is written.
        guard let zeroed = calloc(Self.profilesPerPage, 2 * width) else { fatalError("no memory for memberships") }
        let page = zeroed.bindMemory(to: UInt8.self, capacity: Self.profilesPerPage * 2 * width)
        pages[index] = page
        return page
    }
}

/// What one id tells: the segments that it is in and those that it has left, as bits.
///
/// An id is in a segment as long as any of its profiles is.
final class IdentityTelling {
    private let memberships: SegmentMemberships
    private let isFull: Bool
    private let tellsLeavers: Bool
    /// Five sides: what is listed and what has been left; of stored profiles now; of all of them now and before.
    private let bits: UnsafeMutablePointer<UInt8>
    private var width: Int { memberships.width }

    /// - Parameters:
    ///   - isFull: whether ids list all of their segments, and not only those that they have come into.
    ///   - tellsLeavers: whether ids tell which segments they have left.
    init(_ memberships: SegmentMemberships, isFull: Bool, tellsLeavers: Bool) {
        self.memberships = memberships
        self.isFull = isFull
        self.tellsLeavers = tellsLeavers
        bits = .allocate(capacity: 5 * memberships.width)
        bits.initialize(repeating: 0, count: 5 * memberships.width)
    }

    deinit {
        bits.deallocate()
    }

    /// Takes up the profiles of the next id: those in the store, and those that were removed from it. Who was removed
    /// is told to have left, and never to be in.
    ///
    /// - Returns: whether there is anything to tell.
    func take(_ group: IdentityGroup) -> Bool {
        (bits + 2 * width).update(repeating: 0, count: 3 * width)
        for profile in group.stored { merge(profile, isStored: true) }
        for profile in group.removed { merge(profile, isStored: false) }
        var told: UInt8 = 0
        for index in 0..<width {
            let (stored, now, before) = (bits[2 * width + index], bits[3 * width + index], bits[4 * width + index])
            bits[index] = isFull ? stored : stored & ~before
            bits[width + index] = tellsLeavers ? before & ~now : 0
            told |= bits[index] | bits[width + index]
        }
        return told != 0
    }

    func forEachListed(_ body: (Int) -> Void) { forEachBit(at: 0, body) }

    func forEachLeft(_ body: (Int) -> Void) { forEachBit(at: width, body) }

    /// Whether a profile has left a segment that it was in, and that is told.
    func hasLeft(_ profile: UInt32) -> Bool {
        guard tellsLeavers, let own = memberships.bits(of: profile) else { return false }
        return (0..<width).contains { own[width + $0] & ~own[$0] != 0 }
    }

    /// Whether a profile is in a segment, or has left one and that is told.
    func concerns(_ profile: UInt32) -> Bool {
        guard let own = memberships.bits(of: profile) else { return false }
        return hasLeft(profile) || (0..<width).contains { own[$0] != 0 }
    }

    @inline(__always)
    private func merge(_ profile: UInt32, isStored: Bool) {
        guard let own = memberships.bits(of: profile) else { return }
        for index in 0..<width {
            if isStored { bits[2 * width + index] |= own[index] }
            bits[3 * width + index] |= own[index]
            bits[4 * width + index] |= own[width + index]
        }
    }

    @inline(__always)
    private func forEachBit(at offset: Int, _ body: (Int) -> Void) {
        for index in 0..<width {
            var byte = bits[offset + index]
            while byte != 0 {
                body(index * 8 + byte.trailingZeroBitCount)
                byte &= byte - 1
            }
        }
    }
}
