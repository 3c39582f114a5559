import Foundation

/// The identities of a run's contacts, exactly, without a string for each: all bytes lie in one buffer.
struct IdentitySet: Sendable {
    private var bytes: [UInt8] = []
    /// Where each identity begins and ends in `bytes`.
    private var ends: [Int] = []
    /// Open addressing; 0 is free, else the identity's number counted from 1.
    private var slots: [UInt32]

    /// - Parameter capacity: how many there are about.
    init(capacity: Int = 0) {
        let needed = UInt(max(1 << 11, capacity)) * 2
        slots = [UInt32](repeating: 0, count: 1 << (UInt.bitWidth - (needed - 1).leadingZeroBitCount))
        ends.reserveCapacity(capacity)
        bytes.reserveCapacity(capacity * 24)
    }

    var count: Int { ends.count }

    /// - Returns: false where it was there already.
    mutating func insert(_ identity: [UInt8]) -> Bool {
        if ends.count * 2 > slots.count { grow() }
        let slot = identity.withUnsafeBufferPointer { self.slot(of: $0) }
        guard slots[slot] == 0 else { return false }
        bytes.append(contentsOf: identity)
        ends.append(bytes.count)
        slots[slot] = UInt32(ends.count)
        return true
    }

    func contains(_ identity: String) -> Bool {
        var identity = identity
        return identity.withUTF8 { slots[slot(of: $0)] != 0 }
    }

    /// Where the identity is, or would be.
    private func slot(of identity: UnsafeBufferPointer<UInt8>) -> Int {
        var slot = Self.hash(identity) & (slots.count - 1)
        while slots[slot] != 0, !isEqual(Int(slots[slot]) - 1, identity) { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    private func isEqual(_ number: Int, _ identity: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = number == 0 ? 0 : ends[number - 1]
        guard ends[number] - start == identity.count, let other = identity.baseAddress else {
            return ends[number] == start && identity.isEmpty
        }
        return bytes.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.map { memcmp($0 + start, other, identity.count) == 0 } ?? false
        }
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        for number in ends.indices {
            let start = number == 0 ? 0 : ends[number - 1]
            let place = bytes.withUnsafeBufferPointer { bytes in
                self.slot(of: UnsafeBufferPointer(rebasing: bytes[start..<ends[number]]))
            }
            slots[place] = UInt32(number + 1)
        }
    }

    /// Eight bytes at a time; only has to spread, since equality is looked at.
    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        let raw = UnsafeRawBufferPointer(bytes)
        var hash: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(raw.count)
        var offset = 0
        while offset + 8 <= raw.count {
            hash = (hash ^ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* 0xFF51_AFD7_ED55_8CCD
            hash ^= hash >> 32
            offset += 8
        }
        while offset < raw.count {
            hash = (hash ^ UInt64(raw[offset])) &* 0xFF51_AFD7_ED55_8CCD
            hash ^= hash >> 32
            offset += 1
        }
        return Int(truncatingIfNeeded: hash & 0x7FFF_FFFF_FFFF_FFFF)
    }
}
