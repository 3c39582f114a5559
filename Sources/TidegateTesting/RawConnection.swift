import Foundation

/// A connection on which anything can be said, also what no client would say.
package final class RawConnection: Sendable {
    package struct Refused: Error {}

    private let descriptor: Int32

    /// - Parameters:
    ///   - address: `http://127.0.0.1:<port>`, or without the scheme.
    ///   - buffer: how much is taken before it is read, in bytes; less makes a slow reader felt sooner.
    package init(_ address: String, buffer: Int32 = 1 << 16) throws {
        guard let port = address.split(separator: ":").last.flatMap({ UInt16($0) }) else { throw Refused() }
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var size = buffer
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Refused() }
    }

    deinit {
        close(descriptor)
    }

    /// False where the other side takes nothing more.
    @discardableResult
    package func send(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Says that nothing more comes.
    package func finish() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Everything that comes until the other side closes. Blocks.
    package func readToEnd() -> String {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &piece, piece.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(contentsOf: piece.prefix(count))
        }
    }

    /// Waits, without reading anything, until the other side has dropped the connection; false where it never does.
    package func isBrokenOff() async -> Bool {
        await withCheckedContinuation { continuation in
            Thread { [self] in
                var watched = pollfd(fd: descriptor, events: 0, revents: 0)
                continuation.resume(returning: poll(&watched, 1, 300_000) == 1)
            }.start()
        }
    }

    /// The same as ``readToEnd()``, on a thread of its own.
    package func rest() async -> String {
        await withCheckedContinuation { continuation in
            Thread { [self] in continuation.resume(returning: readToEnd()) }.start()
        }
    }
}
