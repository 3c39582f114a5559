import CCodecs

/// Zstandard in one frame, with the content's checksum.
final class ZstandardStream: Compressor {
    private let context: OpaquePointer
    private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)

    init(level: Int32) throws(ProfileError) {
        guard let context = ZSTD_createCCtx() else { throw .transient("no memory for a compressor") }
        self.context = context
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    }

    deinit {
        ZSTD_freeCCtx(context)
        output.deallocate()
    }

    func begin() {
        ZSTD_CCtx_reset(context, ZSTD_reset_session_only)
    }

    func compress(_ block: UnsafeRawBufferPointer, into file: StagingFile) throws(ProfileError) {
        try compress(block, ZSTD_e_continue, into: file)
    }

    func finish(into file: StagingFile) throws(ProfileError) {
        try compress(UnsafeRawBufferPointer(start: nil, count: 0), ZSTD_e_end, into: file)
    }

    private func compress(
        _ block: UnsafeRawBufferPointer,
        _ operation: ZSTD_EndDirective,
        into file: StagingFile
    ) throws(ProfileError) {
        var input = ZSTD_inBuffer(src: block.baseAddress, size: block.count, pos: 0)
        while true {
            var produced = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
            let left = ZSTD_compressStream2(context, &produced, &input, operation)
            guard ZSTD_isError(left) == 0 else {
                throw .rejected("compression of '\(file.name)' failed: \(String(cString: ZSTD_getErrorName(left)))")
            }
            try file.write(UnsafeRawBufferPointer(output).prefixed(produced.pos))
            if operation == ZSTD_e_end ? left == 0 : input.pos == input.size { return }
        }
    }
}
