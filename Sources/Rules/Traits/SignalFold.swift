/// Folds bytes of UTF-8 as `CaseMapping.folded` folds text, into room that every call uses anew.
///
/// Bytes that are not UTF-8 stay as they are.
final class SignalFold {
    private var buffer: UnsafeMutablePointer<UInt8>
    private var capacity = 512
    /// Kept alive by itself.
    private let table = SignalFold.table.start

    /// A scalar of up to three bytes folds to one of at least one byte.
    static let mostBytesPerByte = 3
    /// Up to here are the letters of nearly all text that has case.
    private static let tableSize: UInt32 = 0x0590
    nonisolated(unsafe) private static let table = PlainValues<UInt32>(
        (0..<tableSize).map { value in Unicode.Scalar(value).map { CaseMapping.folded($0).value } ?? value }
    )

    init() {
        buffer = .allocate(capacity: capacity)
    }

    deinit {
        buffer.deallocate()
    }

    /// Valid until the next call.
    func callAsFunction(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard let start = bytes.baseAddress, !bytes.isEmpty else {
            return UnsafeRawBufferPointer(start: buffer, count: 0)
        }
        // A scalar of two bytes may become one of three, and eight bytes are written at once.
        reserve(2 * bytes.count + 8)
        var at = start
        let end = start + bytes.count
        var output = buffer
        while at < end {
            if end - at >= 8 {
                let eight = at.loadUnaligned(as: UInt64.self)
                if eight & 0x8080_8080_8080_8080 == 0 {
                    UnsafeMutableRawPointer(output).storeBytes(of: Self.ascii(eight), as: UInt64.self)
                    (at, output) = (at + 8, output + 8)
                    continue
                }
            }
            let byte = at.load(as: UInt8.self)
            if byte < 0x80 {
                output.pointee = byte &- 0x41 < 26 ? byte | 0x20 : byte
                (at, output) = (at + 1, output + 1)
            } else {
                (at, output) = beyondASCII(at, end, output)
            }
        }
        return UnsafeRawBufferPointer(start: buffer, count: output - buffer)
    }

    private func reserve(_ needed: Int) {
        guard needed > capacity else { return }
        buffer.deallocate()
        capacity = 2 * needed
        buffer = .allocate(capacity: capacity)
    }

    /// Eight ASCII bytes at once: a letter differs from its other case by 0x20.
    @inline(__always)
    private static func ascii(_ eight: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let fromFirst = eight &+ ones &* (0x80 - 0x41)
        let afterLast = eight &+ ones &* (0x80 - 0x41 - 26)
        return eight | ((fromFirst & ~afterLast & (ones &* 0x80)) >> 2)
    }

    /// Returns the places after what was read and what was written.
    @inline(never)
    private func beyondASCII(
        _ start: UnsafeRawPointer,
        _ end: UnsafeRawPointer,
        _ output: UnsafeMutablePointer<UInt8>
    ) -> (UnsafeRawPointer, UnsafeMutablePointer<UInt8>) {
        let lead = start.load(as: UInt8.self)
        let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        var value = UInt32(lead) & (0x7F >> UInt32(length))
        for index in 1..<length where start + index < end {
            value = value << 6 | UInt32(start.load(fromByteOffset: index, as: UInt8.self) & 0x3F)
        }
        guard lead >= 0xC0, end - start >= length, let folded = folded(value) else {
            output.pointee = lead
            return (start + 1, output + 1)
        }
        var written = output
        for byte in UTF8.encode(folded) ?? UTF8.encodedReplacementCharacter {
            written.pointee = byte
            written += 1
        }
        return (start + length, written)
    }

    private func folded(_ value: UInt32) -> Unicode.Scalar? {
        if value < Self.tableSize { return Unicode.Scalar(table[Int(value)]) }
        return Unicode.Scalar(value).map { CaseMapping.folded($0) }
    }
}
