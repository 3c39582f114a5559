import CScan

/// Room for the texts of one row that are not in the file as they are meant.
final class Scratch {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var used = 0

    init() {
        capacity = 4096
        base = Self.allocate(capacity)
    }

    deinit {
        base.deallocate()
    }

    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<UInt8> {
        let base = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + Int(SCAN_PADDING))
        base.initialize(repeating: 0, count: capacity + Int(SCAN_PADDING))
        return base
    }

    /// Forgets the last row; nothing moves until this is called again.
    @inline(__always)
    func begin(atLeast count: Int) {
        used = 0
        guard count > capacity else { return }
        base.deallocate()
        capacity = count * 2
        base = Self.allocate(capacity)
    }

    /// Room for `count` bytes, which together may not be more than the row was said to have.
    func take(atMost count: Int) -> UnsafeMutablePointer<UInt8> {
        precondition(used + count <= capacity)
        return base + used
    }

    func took(_ count: Int) {
        used += count
    }
}
