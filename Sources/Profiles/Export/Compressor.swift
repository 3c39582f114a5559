import TidegateModel

/// Compresses the blocks of one file after another.
///
/// The same blocks give the same bytes: no time, no name and no thread count is in them.
protocol Compressor: AnyObject {
    /// Begins a file.
    func begin() throws(ProfileError)
    func compress(_ block: UnsafeRawBufferPointer, into file: StagingFile) throws(ProfileError)
    /// Writes what is left of the file.
    func finish(into file: StagingFile) throws(ProfileError)
}

extension FileLayout {
    func makeCompressor() throws(ProfileError) -> any Compressor {
        switch (compression, level) {
        case (.none, _): Uncompressed()
        case (.gzip, .fast): GzipStream()
        case (.gzip, .small): try GzipMembers()
        case (.zstd, .fast): try ZstandardStream(level: 1)
        case (.zstd, .small): try ZstandardStream(level: 9)
        }
    }

    /// Bytes after which a block is full: gzip's independent members want two mebibytes, everything else the cache.
    var blockSize: Int {
        compression == .gzip && level == .small ? 1 << 21 : 1 << 18
    }
}

final class Uncompressed: Compressor {
    func begin() {}
    func finish(into file: StagingFile) {}

    func compress(_ block: UnsafeRawBufferPointer, into file: StagingFile) throws(ProfileError) {
        try file.write(block)
    }
}
