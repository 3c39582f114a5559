import Glibc

/// What of an answer has been written into a file.
struct Writing {
    /// In bytes.
    private(set) var count = 0
    /// Why it does not go on, such as `no space left on device`.
    private(set) var failure: String?

    /// - Returns: how many bytes were taken; fewer than all where that failed.
    mutating func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int {
        var done = 0
        while done < bytes.count {
            let written = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else {
                failure = String(cString: strerror(errno)).lowercased()
                return done
            }
            done += written
            count += written
        }
        return done
    }
}

extension Sequence<UInt8> {
    /// Its lines as text, each without its end, empty ones left out. A line ends in a line feed, which a carriage return may
    /// precede only where `returns` says so: names may end in one.
    func lines(returns: Bool = false) -> [String] {
        split(separator: UInt8(ascii: "\n")).map { line in
            let hasReturn = returns && line.last == UInt8(ascii: "\r")
            return String(decoding: hasReturn ? line.dropLast() : line, as: UTF8.self)
        }.filter { !$0.isEmpty }
    }
}
