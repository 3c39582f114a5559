/// Words encoded as CSV fields once, to be copied from then on.
struct CSVWords {
    private var bytes: [UInt8] = []
    private var ends: [Int] = [0]

    init(_ words: [String]) {
        for word in words {
            bytes += Self.field(word)
            ends.append(bytes.count)
        }
    }

    var count: Int { ends.count - 1 }

    func append(_ index: Int, to buffer: inout RowBuffer) {
        bytes.withUnsafeBytes { buffer.append(UnsafeRawBufferPointer(rebasing: $0[ends[index]..<ends[index + 1]])) }
    }

    /// As RFC 4180 has it: quoted where it must be, and where it is empty, so that it is told from no value.
    static func field(_ word: String) -> [UInt8] {
        let quote = UInt8(ascii: "\"")
        let needsQuotes = word.isEmpty || word.utf8.contains { [quote, 0x2C, 0x0A, 0x0D].contains($0) }
        guard needsQuotes else { return Array(word.utf8) }
        return [quote] + word.utf8.flatMap { $0 == quote ? [quote, quote] : [$0] } + [quote]
    }
}

/// Bytes on their way to a file. The caller sees to it that a row fits.
struct RowBuffer: ~Copyable {
    private let storage: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(capacity: Int) {
        storage = .allocate(byteCount: capacity, alignment: 1)
    }

    deinit {
        storage.deallocate()
    }

    var room: Int { storage.count - count }

    mutating func append(_ byte: UInt8) {
        storage[count] = byte
        count += 1
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(rebasing: storage[count..<count + bytes.count]).copyMemory(from: bytes)
        count += bytes.count
    }

    mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Decimal digits, with zeros in front up to `width`.
    mutating func append(_ number: Int, width: Int = 1) {
        var digits = 1
        var power = 10
        while digits < width || power <= number {
            digits += 1
            power *= 10
        }
        var rest = number
        for place in stride(from: count + digits - 1, through: count, by: -1) {
            storage[place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
        count += digits
    }

    mutating func flush(_ write: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        try write(UnsafeRawBufferPointer(rebasing: storage[..<count]))
        count = 0
    }
}
