import Foundation

/// A growing run of bytes that is filled and emptied over and over, so that writing a row allocates nothing.
struct ByteBuffer: ~Copyable {
    /// Bytes beyond the end that may be read, and written, without asking: whole words go in at once.
    static let slack = 32

    private(set) var start: UnsafeMutablePointer<UInt8>
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int = 4096) {
        self.capacity = capacity
        start = .allocate(capacity: capacity + Self.slack)
        // The slack is looked at before it is written.
        start.initialize(repeating: 0, count: capacity + Self.slack)
    }

    deinit {
        start.deallocate()
    }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    /// Keeps the memory.
    mutating func removeAll() {
        count = 0
    }

    /// Room for `size` more bytes, which `advance` then takes; valid until the next call.
    @inline(__always)
    mutating func reserve(_ size: Int) -> UnsafeMutablePointer<UInt8> {
        if count + size > capacity { grow(by: size) }
        return start + count
    }

    /// Takes bytes that were written into what `reserve` gave.
    @inline(__always)
    mutating func advance(_ size: Int) {
        count += size
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        reserve(1).pointee = byte
        count += 1
    }

    @inline(__always)
    mutating func append(_ bytes: UnsafePointer<UInt8>, count size: Int) {
        memcpy(reserve(size), bytes, size)
        count += size
    }

    mutating func append(_ text: StaticString) {
        append(text.utf8Start, count: text.utf8CodeUnitCount)
    }

    /// For headers and other rare text: a `String` per value is the slow way.
    mutating func append(_ text: String) {
        for byte in text.utf8 { append(byte) }
    }

    @inline(never)
    private mutating func grow(by size: Int) {
        capacity = max(capacity * 2, count + size)
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + Self.slack)
        grown.initialize(repeating: 0, count: capacity + Self.slack)
        memcpy(grown, start, count)
        start.deallocate()
        start = grown
    }
}
