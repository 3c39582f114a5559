/// Finds again what was put in under some bytes and a tag, which sets apart the keys and the values of each key.
final class SignalTable {
    private struct Slot {
        var hash: UInt64 = 0
        var start = 0
        var count = 0
        var tag: Int32 = 0
        /// Negative in an empty slot.
        var content: Int32 = -1
    }

    private let slots: PlainValues<Slot>
    private let bytes: PlainValues<UInt8>
    private let mask: Int

    /// No two entries have the same bytes and the same tag; contents are not negative.
    init(_ entries: [(bytes: [UInt8], tag: Int32, content: Int32)]) {
        var size = 8
        while size < 2 * entries.count { size *= 2 }
        mask = size - 1
        var slots = [Slot](repeating: Slot(), count: size)
        var all: [UInt8] = []
        for entry in entries {
            let hash = entry.bytes.withUnsafeBytes { Self.hash($0, entry.tag) }
            var place = Int(truncatingIfNeeded: hash) & mask
            while slots[place].content >= 0 { place = (place + 1) & mask }
            slots[place] = Slot(
                hash: hash, start: all.count, count: entry.bytes.count, tag: entry.tag, content: entry.content)
            all += entry.bytes
        }
        self.slots = PlainValues(slots)
        bytes = PlainValues(all)
    }

    /// Nil where there is no such entry.
    @inline(__always)
    func content(_ wanted: UnsafeRawBufferPointer, _ tag: Int32) -> Int? {
        let hash = Self.hash(wanted, tag)
        var place = Int(truncatingIfNeeded: hash) & mask
        while true {
            let slot = slots.start + place
            guard slot.pointee.content >= 0 else { return nil }
            if slot.pointee.hash == hash, slot.pointee.tag == tag, isEqual(slot, wanted) {
                return Int(slot.pointee.content)
            }
            place = (place + 1) & mask
        }
    }

    @inline(__always)
    private func isEqual(_ slot: UnsafePointer<Slot>, _ wanted: UnsafeRawBufferPointer) -> Bool {
        guard slot.pointee.count == wanted.count else { return false }
        let own = bytes.start + slot.pointee.start
        for index in 0..<wanted.count where own[index] != wanted[index] { return false }
        return true
    }

    @inline(__always)
    private static func hash(_ bytes: UnsafeRawBufferPointer, _ tag: Int32) -> UInt64 {
        var hash = UInt64(truncatingIfNeeded: tag) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
        var index = 0
        while index + 8 <= bytes.count {
            hash = mixed(hash ^ bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            index += 8
        }
        var rest: UInt64 = 0
        while index < bytes.count {
            rest = rest << 8 | UInt64(bytes[index])
            index += 1
        }
        return mixed(hash ^ rest)
    }

    @inline(__always)
    private static func mixed(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0x9FB2_1C65_1E98_DF25)
        return product.high ^ product.low
    }
}
