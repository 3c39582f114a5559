import Glibc
import TidegateModel

/// A growing array in a file without a name, so that the system may take its memory back at any time.
final class ReachArray<Element: BitwiseCopyable> {
    private let descriptor: Int32
    private let folder: String
    private var base: UnsafeMutablePointer<Element>?
    private var capacity = 0
    private(set) var count = 0

    init(in folder: String) throws(ProfileError) {
        self.folder = folder
        var template = Array((folder + "/.reaching-XXXXXX").utf8CString)
        descriptor = template.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkstemp($0) } ?? -1 }
        guard descriptor >= 0 else { throw failure(errno) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        template.withUnsafeBufferPointer { _ = $0.baseAddress.map(unlink) }
    }

    deinit {
        if let base { munmap(base, capacity * MemoryLayout<Element>.stride) }
        if descriptor >= 0 { close(descriptor) }
    }

    @inline(__always)
    subscript(_ index: Int) -> Element {
        get { base.unsafelyUnwrapped[index] }
        set { base.unsafelyUnwrapped[index] = newValue }
    }

    @inline(__always)
    func append(_ element: Element) throws(ProfileError) {
        if count == capacity { try reserve(max(capacity * 2, 1 << 14)) }
        base.unsafelyUnwrapped[count] = element
        count += 1
    }

    /// Makes it `count` elements long; new ones are zero.
    func grow(to count: Int) throws(ProfileError) {
        guard count > self.count else { return }
        if count > capacity { try reserve(max(count, 1 << 14)) }
        self.count = count
    }

    /// Lends the elements, to be sorted, say.
    var elements: UnsafeMutableBufferPointer<Element> {
        UnsafeMutableBufferPointer(start: base, count: count)
    }

    /// Takes room on the disk first: a write to memory that the disk has no room for would end the process.
    private func reserve(_ wanted: Int) throws(ProfileError) {
        let stride = MemoryLayout<Element>.stride
        let code = posix_fallocate(descriptor, 0, off_t(wanted * stride))
        guard code == 0 else { throw failure(code) }
        let mapped = mmap(nil, wanted * stride, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        guard let mapped, mapped != MAP_FAILED else { throw failure(errno) }
        if let base { munmap(base, capacity * stride) }
        base = mapped.bindMemory(to: Element.self, capacity: wanted)
        capacity = wanted
    }

    private func failure(_ code: Int32) -> ProfileError {
        let sentence = "profile store cannot gather links in '\(folder)': \(reason(code))"
        return code == EACCES || code == EROFS || code == ENOENT ? .rejected(sentence) : .transient(sentence)
    }
}

/// A set of small numbers, as bits.
struct ReachBits {
    private var words: [UInt64]
    private let limit: Int

    /// For numbers below `limit`; greater ones are never in it.
    init(limit: Int) {
        self.limit = limit
        words = Array(repeating: 0, count: (limit + 63) / 64)
    }

    @inline(__always)
    func contains(_ number: UInt32) -> Bool {
        Int(number) < limit && words[Int(number >> 6)] >> UInt64(number & 63) & 1 == 1
    }

    /// False where it is in it already.
    @inline(__always)
    mutating func insert(_ number: UInt32) -> Bool {
        let bit: UInt64 = 1 << UInt64(number & 63)
        guard words[Int(number >> 6)] & bit == 0 else { return false }
        words[Int(number >> 6)] |= bit
        return true
    }

    @inline(__always)
    mutating func remove(_ number: UInt32) {
        words[Int(number >> 6)] &= ~(1 << UInt64(number & 63))
    }

    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    @inline(__always)
    func forEach(_ body: (UInt32) -> Void) {
        for index in words.indices {
            var word = words[index]
            while word != 0 {
                body(UInt32(index) << 6 | UInt32(word.trailingZeroBitCount))
                word &= word - 1
            }
        }
    }
}
