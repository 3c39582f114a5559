/// Sorts by a 64-bit number in time that grows with the count alone; equal numbers keep their order.
enum RadixSort {
    /// Bytes that are the same in all numbers cost one look.
    @inline(__always)
    static func sort<Element: BitwiseCopyable>(
        _ elements: UnsafeMutableBufferPointer<Element>, by number: (Element) -> UInt64
    ) {
        let count = elements.count
        guard count > 1, let start = elements.baseAddress else { return }
        let room = UnsafeMutablePointer<Element>.allocate(capacity: count)
        defer { room.deallocate() }
        var (from, to) = (start, room)
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 8 * 256) { counts in
            counts.initialize(repeating: 0)
            for index in 0..<count {
                var rest = number(from[index])
                for byte in 0..<8 {
                    counts[byte << 8 | Int(rest & 0xFF)] += 1
                    rest >>= 8
                }
            }
            for byte in 0..<8 {
                let places = UnsafeMutableBufferPointer(rebasing: counts[byte << 8..<(byte + 1) << 8])
                let shift = UInt64(8 * byte)
                guard places[Int(number(from[0]) >> shift & 0xFF)] < count else { continue }
                var place = 0
                for digit in 0..<256 { (places[digit], place) = (place, place + places[digit]) }
                for index in 0..<count {
                    let digit = Int(number(from[index]) >> shift & 0xFF)
                    (to + places[digit]).initialize(to: from[index])
                    places[digit] += 1
                }
                swap(&from, &to)
            }
        }
        if from != start { start.update(from: from, count: count) }
    }
}
