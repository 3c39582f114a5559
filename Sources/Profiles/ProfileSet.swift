import CRoaring

/// A set of profile ids, as a Roaring bitmap.
///
/// Not shared between threads while it changes.
package final class ProfileSet {
    private let bitmap: UnsafeMutablePointer<roaring_bitmap_t>

    package init() {
        bitmap = Self.made(roaring_bitmap_create())
    }

    private init(_ bitmap: UnsafeMutablePointer<roaring_bitmap_t>?) {
        self.bitmap = Self.made(bitmap)
    }

    deinit {
        roaring_bitmap_free(bitmap)
    }

    /// Reads what `serialized` wrote; nil where the bytes are no bitmap.
    package init?(serialized bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.bindMemory(to: CChar.self).baseAddress,
            let bitmap = roaring_bitmap_portable_deserialize_safe(start, bytes.count)
        else { return nil }
        self.bitmap = bitmap
    }

    /// The portable Roaring format, run containers included where they are smaller.
    package func serialized() -> [UInt8] {
        roaring_bitmap_run_optimize(bitmap)
        let size = roaring_bitmap_portable_size_in_bytes(bitmap)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            buffer.withMemoryRebound(to: CChar.self) {
                count = roaring_bitmap_portable_serialize(bitmap, $0.baseAddress)
            }
        }
    }

    package var count: Int { Int(roaring_bitmap_get_cardinality(bitmap)) }
    var isEmpty: Bool { roaring_bitmap_is_empty(bitmap) }

    func contains(_ profile: UInt32) -> Bool {
        roaring_bitmap_contains(bitmap, profile)
    }

    package func insert(_ profile: UInt32) {
        roaring_bitmap_add(bitmap, profile)
    }

    /// Ascending runs of ids go in several times faster at once.
    func insert(_ profiles: UnsafeBufferPointer<UInt32>) {
        guard let start = profiles.baseAddress, !profiles.isEmpty else { return }
        roaring_bitmap_add_many(bitmap, profiles.count, start)
    }

    package func subtracting(_ other: ProfileSet) -> ProfileSet {
        ProfileSet(roaring_bitmap_andnot(bitmap, other.bitmap))
    }

    func union(_ other: ProfileSet) -> ProfileSet {
        ProfileSet(roaring_bitmap_or(bitmap, other.bitmap))
    }

    func intersection(_ other: ProfileSet) -> ProfileSet {
        ProfileSet(roaring_bitmap_and(bitmap, other.bitmap))
    }

    /// How many ids `subtracting(other)` has.
    package func countSubtracting(_ other: ProfileSet) -> Int {
        Int(roaring_bitmap_andnot_cardinality(bitmap, other.bitmap))
    }

    /// Lends the ids in ascending order, some thousand at a time.
    func forEachRun(_ body: (UnsafeBufferPointer<UInt32>) -> Void) {
        var iterator = roaring_uint32_iterator_t()
        roaring_init_iterator(bitmap, &iterator)
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 4096) { ids in
            while true {
                let read = roaring_read_uint32_iterator(&iterator, ids.baseAddress, UInt32(ids.count))
                guard read > 0 else { return }
                body(UnsafeBufferPointer(rebasing: ids[..<Int(read)]))
            }
        }
    }

    func isEqual(to other: ProfileSet) -> Bool {
        roaring_bitmap_equals(bitmap, other.bitmap)
    }

    /// The C library answers nil only where memory has run out, after which nothing can go on.
    private static func made(_ bitmap: UnsafeMutablePointer<roaring_bitmap_t>?) -> UnsafeMutablePointer<
        roaring_bitmap_t
    > {
        guard let bitmap else { fatalError("no memory for a bitmap") }
        return bitmap
    }
}
