import CCodecs

/// Why compressed bytes cannot be read.
struct DecodingFault: Error {
    let sentence: String
}

/// Reads gzip: one member or several, padded with zero bytes or not.
final class GzipDecoder {
    private let state: UnsafeMutablePointer<inflate_state>
    private enum Place { case betweenMembers, inMember, inPadding }
    private var place = Place.betweenMembers

    init() throws(ProfileError) {
        state = .allocate(capacity: 1)
        begin()
    }

    deinit {
        state.deallocate()
    }

    /// Whether the bytes so far end with a whole member.
    var isComplete: Bool { place != .inMember }

    func decode(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(DecodingFault) -> (read: Int, written: Int) {
        var read = 0
        if place == .inPadding { return (try padding(input), 0) }
        if place == .betweenMembers {
            guard let first = input.first else { return (0, 0) }
            if first == 0 {
                place = .inPadding
                return (try padding(input), 0)
            }
            guard first == 0x1F else {
                throw DecodingFault(sentence: "something that is no gzip follows its gzip data")
            }
            begin()
            place = .inMember
        }
        // The library only reads through this pointer.
        state.pointee.next_in = UnsafeMutableRawPointer(mutating: input.baseAddress)?.assumingMemoryBound(
            to: UInt8.self
        )
        state.pointee.avail_in = UInt32(input.count)
        state.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        state.pointee.avail_out = UInt32(output.count)
        let code = isal_inflate(state)
        guard code == ISAL_DECOMP_OK || code == ISAL_END_INPUT else {
            throw DecodingFault(
                sentence: code == ISAL_INCORRECT_CHECKSUM
                    ? "its gzip checksum is wrong" : "its gzip data is damaged (code \(code))"
            )
        }
        read = input.count - Int(state.pointee.avail_in)
        if state.pointee.block_state == ISAL_BLOCK_FINISH { place = .betweenMembers }
        return (read, output.count - Int(state.pointee.avail_out))
    }

    private func begin() {
        isal_inflate_init(state)
        state.pointee.crc_flag = UInt32(ISAL_GZIP)
    }

    private func padding(_ input: UnsafeRawBufferPointer) throws(DecodingFault) -> Int {
        guard input.allSatisfy({ $0 == 0 }) else {
            throw DecodingFault(sentence: "something that is no gzip follows its gzip data")
        }
        return input.count
    }
}

/// Reads zstd: one frame or several.
final class ZstdDecoder {
    private let stream: OpaquePointer
    private(set) var isComplete = false

    init() throws(ProfileError) {
        guard let stream = ZSTD_createDStream() else { throw .transient("zstd decoder cannot start: no memory") }
        self.stream = stream
    }

    deinit {
        ZSTD_freeDStream(stream)
    }

    func decode(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(DecodingFault) -> (read: Int, written: Int) {
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let wanted = ZSTD_decompressStream(stream, &target, &source)
        guard ZSTD_isError(wanted) == 0 else {
            throw DecodingFault(sentence: "its zstd data is damaged: \(String(cString: ZSTD_getErrorName(wanted)))")
        }
        // Asked again without input at the end of a frame, the library begins to want the next one.
        if source.pos > 0 || target.pos > 0 { isComplete = wanted == 0 }
        return (source.pos, target.pos)
    }
}
