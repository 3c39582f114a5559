import AudienceManager
import Glibc

/// The bytes of an arrived file, unpacked, read once from the start to the end.
final class ArrivedBytes {
    private let path: String
    private let mayGrow: Bool
    private let descriptor: Int32
    private var opened = stat()
    private let decoder: GzipDecoder?
    private let unpackedLimit: Int64
    private var unpacked: Int64 = 0
    /// Packed bytes that were not unpacked yet.
    private let raw: UnsafeMutableRawBufferPointer
    private var rawStart = 0
    private var rawEnd = 0
    /// Of the file as it lies there.
    private(set) var bytesRead: Int64 = 0

    /// - Parameter unpackedLimit: the bytes that a packed file may have once it is unpacked; a plain one is not measured.
    init(_ file: ArrivedFile, unpackedLimit: Int64, chunk: Int) throws(ArrivedFileFault) {
        path = file.path
        self.unpackedLimit = unpackedLimit
        mayGrow = file.mayGrow
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        let code = descriptor < 0 || fstat(descriptor, &opened) != 0 ? errno : 0
        raw = .allocate(byteCount: max(chunk, 16), alignment: 64)
        decoder = try file.name.packing == .gzip ? Self.gzipDecoder() : nil
        guard code == 0 else { throw Self.unreadable(code) }
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
        while rawEnd < 2 {
            let count = try readRaw(into: UnsafeMutableRawBufferPointer(rebasing: raw[rawEnd...]))
            if count == 0 { break }
            rawEnd += count
        }
        try compare(with: file.name.packing)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        raw.deallocate()
    }

    /// Fills `target` from its start with at least one byte; 0 at the end of the file.
    func read(into target: UnsafeMutableRawBufferPointer) throws(ArrivedFileFault) -> Int {
        guard let decoder else { return try readPlain(into: target) }
        while true {
            if rawStart == rawEnd {
                rawStart = 0
                rawEnd = try readRaw(into: raw)
            }
            let isAtEnd = rawStart == rawEnd
            let step: (read: Int, written: Int)
            do throws(DecodingFault) {
                step = try decoder.decode(UnsafeRawBufferPointer(rebasing: raw[rawStart..<rawEnd]), into: target)
            } catch {
                throw .rejected("file is damaged: \(error.sentence)")
            }
            rawStart += step.read
            if step.written > 0 { return try measured(step.written) }
            guard isAtEnd else {
                guard step.read > 0 else { throw .rejected("file is damaged: its gzip data cannot be read") }
                continue
            }
            guard decoder.isComplete else {
                if mayGrow { throw .waiting("file ends in the middle of its gzip data, more may come") }
                throw .rejected("file is damaged: it ends in the middle of its gzip data")
            }
            return 0
        }
    }

    /// Throws where the file changed while it was read; to be called after the end was.
    func finish() throws(ArrivedFileFault) {
        var now = stat()
        var named = stat()
        guard fstat(descriptor, &now) == 0, stat(path, &named) == 0, opened.isSame(as: now), opened.isSame(as: named),
            bytesRead == Int64(opened.st_size)
        else { throw .failed(.transient("file of a drop-off changed while it was read")) }
    }

    /// A few bytes of gzip can be gigabytes, which would fill the disk on which rows are sorted.
    private func measured(_ count: Int) throws(ArrivedFileFault) -> Int {
        unpacked += Int64(count)
        guard unpacked <= unpackedLimit else {
            throw .rejected("file has more than the \(unpackedLimit) bytes allowed once it is unpacked")
        }
        return count
    }

    private static func gzipDecoder() throws(ArrivedFileFault) -> GzipDecoder {
        do throws(ProfileError) {
            return try GzipDecoder()
        } catch {
            throw .failed(error)
        }
    }

    /// Name and bytes must say the same.
    private func compare(with packing: Packing) throws(ArrivedFileFault) {
        guard rawEnd > 0 else { throw .rejected("file is empty") }
        let isGzip = rawEnd >= 2 && raw[0] == 0x1F && raw[1] == 0x8B
        switch packing {
        case .gzip: if !isGzip { throw .rejected("file is no gzip, as its name says it is") }
        case .none: if isGzip { throw .rejected("file is gzip, and its name does not say so") }
        case .pgp, .gpg:
            if isGzip { throw .rejected("file is gzip inside its encryption, only one of the two is allowed") }
        }
    }

    private func readPlain(into target: UnsafeMutableRawBufferPointer) throws(ArrivedFileFault) -> Int {
        guard rawStart < rawEnd else { return try readRaw(into: target) }
        let count = min(target.count, rawEnd - rawStart)
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: raw[rawStart..<rawStart + count]))
        rawStart += count
        return count
    }

    private func readRaw(into target: UnsafeMutableRawBufferPointer) throws(ArrivedFileFault) -> Int {
        while true {
            let count = Glibc.read(descriptor, target.baseAddress, target.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw Self.unreadable(errno)
            }
            bytesRead += Int64(count)
            return count
        }
    }

    private static func unreadable(_ code: Int32) -> ArrivedFileFault {
        .failed(.transient("file of a drop-off cannot be read: \(reason(code))"))
    }
}
