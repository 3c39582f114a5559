import CCodecs

/// gzip in fewer bytes: each block is an independent member (RFC 1952, section 2.2) of libdeflate's level 7.
final class GzipMembers: Compressor {
    private let compressor: OpaquePointer
    private var output = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 21, alignment: 16)
    private var isEmpty = true

    init() throws(ProfileError) {
        guard let compressor = libdeflate_alloc_compressor(7) else {
            throw .transient("no memory for a compressor")
        }
        self.compressor = compressor
    }

    deinit {
        libdeflate_free_compressor(compressor)
        output.deallocate()
    }

    func begin() {
        isEmpty = true
    }

    func compress(_ block: UnsafeRawBufferPointer, into file: StagingFile) throws(ProfileError) {
        let bound = libdeflate_gzip_compress_bound(compressor, block.count)
        if bound > output.count {
            output.deallocate()
            output = .allocate(byteCount: bound, alignment: 16)
        }
        let size = libdeflate_gzip_compress(
            compressor,
            block.baseAddress,
            block.count,
            output.baseAddress,
            output.count
        )
        guard size > 0 else { throw .rejected("compression of '\(file.name)' failed") }
        isEmpty = false
        try file.write(UnsafeRawBufferPointer(output).prefixed(size))
    }

    /// A file of no members is no gzip file: it gets one that holds nothing.
    func finish(into file: StagingFile) throws(ProfileError) {
        guard isEmpty else { return }
        try compress(UnsafeRawBufferPointer(start: nil, count: 0), into: file)
    }
}
