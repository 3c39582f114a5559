import CCodecs

/// gzip in one member, which every reader takes, at the least cost: ISA-L's level 1.
final class GzipStream: Compressor {
    private let stream: UnsafeMutablePointer<isal_zstream>
    private let levelBuffer: UnsafeMutableRawBufferPointer
    private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)

    init() {
        stream = .allocate(capacity: 1)
        levelBuffer = .allocate(byteCount: Int(tidegate_isal_level1_buffer_size), alignment: 64)
        levelBuffer.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit {
        stream.deallocate()
        levelBuffer.deallocate()
        output.deallocate()
    }

    func begin() {
        isal_deflate_init(stream)
        stream.pointee.level = 1
        stream.pointee.level_buf = levelBuffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.level_buf_size = UInt32(levelBuffer.count)
        stream.pointee.gzip_flag = UInt16(IGZIP_GZIP)
    }

    func compress(_ block: UnsafeRawBufferPointer, into file: StagingFile) throws(ProfileError) {
        try deflate(block, isLast: false, into: file)
    }

    func finish(into file: StagingFile) throws(ProfileError) {
        try deflate(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true, into: file)
    }

    private func deflate(_ block: UnsafeRawBufferPointer, isLast: Bool, into file: StagingFile) throws(ProfileError) {
        // The library reads the input and never writes it.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: block.bindMemory(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = UInt32(block.count)
        stream.pointee.end_of_stream = isLast ? 1 : 0
        repeat {
            stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
            stream.pointee.avail_out = UInt32(output.count)
            guard isal_deflate(stream) == COMP_OK else {
                throw .rejected("compression of '\(file.name)' failed")
            }
            try file.write(UnsafeRawBufferPointer(output).prefixed(output.count - Int(stream.pointee.avail_out)))
        } while stream.pointee.avail_out == 0
    }
}

extension UnsafeRawBufferPointer {
    func prefixed(_ size: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[..<size])
    }
}
