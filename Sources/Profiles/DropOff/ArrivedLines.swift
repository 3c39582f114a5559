import AudienceManager
import Glibc
import TidegateModel

/// Cuts an arrived file into lines.
///
/// Lines end with LF; a CR before it is left in, and counts for no limit. Nothing behind the last LF is no line. A byte
/// order mark of UTF-8 at the start is passed over; UTF-16 is refused.
final class ArrivedLines {
    private let bytes: ArrivedBytes
    private let limit: Int
    private let base: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    private var begin = 0
    private var end = 0
    private var isAtEnd = false
    /// Of the line lent last, from 1.
    private(set) var number: Int64 = 0
    /// Whether the line lent last has more bytes than it may; then it is lent cut short.
    private(set) var isTooLong = false

    /// - Parameter dropOff: says how long a line may be, without its end, and how large the file, once it is unpacked.
    init(_ file: ArrivedFile, of dropOff: DropOff, chunk: Int) throws(ArrivedFileFault) {
        bytes = try ArrivedBytes(file, unpackedLimit: dropOff.maxPlain, chunk: chunk)
        limit = dropOff.maxLineBytes
        // A line of just the allowed length, with its end, and what makes reading worth a call.
        capacity = limit + 2 + chunk
        base = .allocate(capacity: capacity)
        try fill()
        guard end > 0 else { throw .rejected("file is empty") }
        try skipByteOrderMark()
    }

    deinit {
        base.deallocate()
    }

    /// Of the file as it lies there.
    var bytesRead: Int64 { bytes.bytesRead }

    /// The next line without its LF, valid until the one after it is asked for; nil after the last one, where the file is
    /// still the one that was opened.
    func next() throws(ArrivedFileFault) -> UnsafeRawBufferPointer? {
        var scanned = begin
        while true {
            if let found = memchr(base + scanned, 0x0A, end - scanned) {
                let stop = UnsafeRawPointer(found) - UnsafeRawPointer(base)
                return lend(upTo: stop, next: stop + 1)
            }
            if isAtEnd {
                if begin < end { return lend(upTo: end, next: end) }
                try bytes.finish()
                return nil
            }
            if end - begin > limit + 1 { return try lendCutShort() }
            scanned = end - begin
            try fill()
        }
    }

    private func lend(upTo stop: Int, next: Int) -> UnsafeRawBufferPointer {
        let line = UnsafeRawBufferPointer(start: base + begin, count: stop - begin)
        let endsWithReturn = line.last == 0x0D
        isTooLong = line.count - (endsWithReturn ? 1 : 0) > limit
        begin = next
        number += 1
        return line
    }

    /// Goes past a line that does not fit into memory.
    private func lendCutShort() throws(ArrivedFileFault) -> UnsafeRawBufferPointer {
        isTooLong = true
        number += 1
        while true {
            begin = end
            try fill()
            if let found = memchr(base, 0x0A, end) {
                begin = UnsafeRawPointer(found) - UnsafeRawPointer(base) + 1
                break
            }
            if isAtEnd {
                begin = end
                break
            }
        }
        return UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// Moves what was not lent to the front, and reads behind it.
    private func fill() throws(ArrivedFileFault) {
        if begin > 0 {
            base.update(from: base + begin, count: end - begin)
            end -= begin
            begin = 0
        }
        while end < capacity {
            let count = try bytes.read(into: UnsafeMutableRawBufferPointer(start: base + end, count: capacity - end))
            end += count
            guard count > 0 else {
                isAtEnd = true
                return
            }
        }
    }

    private func skipByteOrderMark() throws(ArrivedFileFault) {
        let start = UnsafeBufferPointer(start: base, count: min(end, 3))
        if start.elementsEqual([0xEF, 0xBB, 0xBF]) { begin = 3 }
        if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) {
            throw .rejected("file is UTF-16, UTF-8 is needed")
        }
    }
}
