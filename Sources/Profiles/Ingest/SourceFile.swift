import Digests
import Glibc
import TidegateModel

/// The bytes of one file of a source, decompressed, read once from the start to the end.
final class SourceFile {
    let path: String
    private let source: Source
    private let descriptor: Int32
    private let opened: stat
    private var digest: SHA256Stream? = SHA256Stream()
    private(set) var bytesRead: Int64 = 0

    /// Bytes as they are on disk that nobody has taken yet.
    private let raw: UnsafeMutableRawBufferPointer
    private var rawStart = 0
    private var rawEnd = 0
    private var decoder: Decoder = .plain

    private enum Decoder {
        case plain
        case gzip(GzipDecoder)
        case zstd(ZstdDecoder)
    }

    init(_ path: String, of source: Source, chunk: Int) throws(ProfileError) {
        self.path = path
        self.source = source
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        raw = .allocate(byteCount: max(chunk, 16), alignment: 64)
        var status = stat()
        let code = descriptor < 0 || fstat(descriptor, &status) != 0 ? errno : 0
        opened = status
        guard code == 0 else { throw SourceFiles.unreadable(source, path, code) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .rejected("source '\(source.name)' cannot read '\(path)': it is no regular file")
        }
        guard status.st_size > 0 else { throw .rejected("source '\(source.name)' finds '\(path)' empty") }
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
        try sniff()
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        raw.deallocate()
    }

    /// Fills `target` from its start with at least one byte; 0 at the end of the file.
    func read(into target: UnsafeMutableRawBufferPointer) throws(ProfileError) -> Int {
        switch decoder {
        case .plain: return try readPlain(into: target)
        case .gzip(let decoder): return try decoded(into: target, decoder.decode, isComplete: { decoder.isComplete })
        case .zstd(let decoder): return try decoded(into: target, decoder.decode, isComplete: { decoder.isComplete })
        }
    }

    /// The file's size and digest, after the end was read. Throws where the file changed meanwhile.
    func finish() throws(ProfileError) -> IngestReport.File {
        var now = stat()
        var named = stat()
        guard fstat(descriptor, &now) == 0, stat(path, &named) == 0, opened.isSame(as: now),
            opened.isSame(as: named),
            bytesRead == Int64(opened.st_size)
        else { throw .transient("source '\(source.name)' finds that '\(path)' changed while it was read") }
        return IngestReport.File(path: path, size: bytesRead, sha256: digest.take()?.finish() ?? "")
    }

    /// Decides by the first bytes, whatever the name.
    private func sniff() throws(ProfileError) {
        while rawEnd < 4 {
            let count = try readRaw(into: UnsafeMutableRawBufferPointer(rebasing: raw[rawEnd...]))
            if count == 0 { break }
            rawEnd += count
        }
        let magic = Array(raw[..<min(rawEnd, 4)])
        if magic.starts(with: [0x1F, 0x8B]) {
            decoder = .gzip(try GzipDecoder())
        } else if magic == [0x28, 0xB5, 0x2F, 0xFD]
            || (magic.count == 4 && magic[0] & 0xF0 == 0x50 && magic[1...] == [0x2A, 0x4D, 0x18])
        {
            decoder = .zstd(try ZstdDecoder())
        } else if magic.starts(with: [0xFF, 0xFE]) || magic.starts(with: [0xFE, 0xFF]) {
            throw .rejected("source '\(source.name)' cannot read '\(path)': it is UTF-16, UTF-8 is needed")
        }
    }

    private func readPlain(into target: UnsafeMutableRawBufferPointer) throws(ProfileError) -> Int {
        guard rawStart < rawEnd else { return try readRaw(into: target) }
        let count = min(target.count, rawEnd - rawStart)
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: raw[rawStart..<rawStart + count]))
        rawStart += count
        return count
    }

    private func decoded(
        into target: UnsafeMutableRawBufferPointer,
        _ decode: (UnsafeRawBufferPointer, UnsafeMutableRawBufferPointer) throws(DecodingFault) -> (
            read: Int, written: Int
        ),
        isComplete: () -> Bool
    ) throws(ProfileError) -> Int {
        while true {
            if rawStart == rawEnd {
                rawStart = 0
                rawEnd = try readRaw(into: raw)
            }
            let isAtEnd = rawStart == rawEnd
            let step: (read: Int, written: Int)
            do throws(DecodingFault) {
                step = try decode(UnsafeRawBufferPointer(rebasing: raw[rawStart..<rawEnd]), target)
            } catch {
                throw .rejected("source '\(source.name)' cannot read '\(path)': \(error.sentence)")
            }
            rawStart += step.read
            if step.written > 0 { return step.written }
            guard isAtEnd else {
                guard step.read > 0 else {
                    throw .rejected("source '\(source.name)' cannot read '\(path)': it is damaged")
                }
                continue
            }
            guard isComplete() else {
                throw .transient(
                    "source '\(source.name)' finds that '\(path)' ends in the middle of its compressed data; is it still being written?"
                )
            }
            return 0
        }
    }

    private func readRaw(into target: UnsafeMutableRawBufferPointer) throws(ProfileError) -> Int {
        while true {
            let count = Glibc.read(descriptor, target.baseAddress, target.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw SourceFiles.unreadable(source, path, errno)
            }
            digest?.update(UnsafeRawBufferPointer(rebasing: target[..<count]))
            bytesRead += Int64(count)
            return count
        }
    }
}

extension stat {
    /// Whether this is the same file with, as far as the system tells, the same bytes.
    func isSame(as other: stat) -> Bool {
        st_ino == other.st_ino && st_dev == other.st_dev && st_size == other.st_size
            && st_mtim.tv_sec == other.st_mtim.tv_sec && st_mtim.tv_nsec == other.st_mtim.tv_nsec
    }
}
