import Destinations
import Foundation
import TidegateModel

/// The contacts of a run as encoded, batch by batch, in a file of the staging folder: no run is ever whole in memory.
final class PushSpool: Sendable {
    /// Where one batch lies.
    struct Region: Hashable, Sendable {
        var offset: Int
        var count: Int
    }

    /// One contact of a batch that was read back.
    struct Row: Sendable {
        var profile: UInt32
        var key: ArraySlice<UInt8>
        var contact: PushBatch.Contact
    }

    private let descriptor: Int32

    /// Makes the file; it goes with the spool.
    init(folder: String) throws(RunFault) {
        let path = "\(folder)/push.spool"
        descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .passing("spool '\(path)' cannot be made", retryAfter: nil) }
        unlink(path)
    }

    deinit {
        close(descriptor)
    }

    func write(_ bytes: [UInt8], at offset: Int) throws(RunFault) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written, off_t(offset + written))
            }
            guard count > 0 else {
                throw .passing("spool cannot be written: \(String(cString: strerror(errno)))", retryAfter: nil)
            }
            written += count
        }
    }

    func rows(in region: Region) throws(RunFault) -> [Row] {
        let bytes = [UInt8](unsafeUninitializedCapacity: region.count) { buffer, count in
            count = 0
            while count < region.count {
                let got = pread(
                    descriptor, buffer.baseAddress.map { $0 + count }, region.count - count,
                    off_t(region.offset + count))
                guard got > 0 else { return }
                count += got
            }
        }
        guard bytes.count == region.count else { throw .passing("spool cannot be read", retryAfter: nil) }
        return Self.rows(of: bytes)
    }

    /// A contact behind its lengths: key, identity, body, and the profile's number.
    static func append(_ row: PushRow, _ contact: EncodedContact, to bytes: inout [UInt8]) {
        append(row.profile, row.key, contact.identity, contact.body, to: &bytes)
    }

    /// What a batch of these would look like in the spool.
    static func bytes(of rows: [Row]) -> [UInt8] {
        var bytes: [UInt8] = []
        for row in rows { append(row.profile, row.key, row.contact.identity, row.contact.body, to: &bytes) }
        return bytes
    }

    @inline(__always)
    private static func append(
        _ profile: UInt32, _ key: some Collection<UInt8>, _ identity: some Collection<UInt8>,
        _ body: some Collection<UInt8>, to bytes: inout [UInt8]
    ) {
        let numbers = (UInt32(key.count), UInt32(identity.count), UInt32(body.count), profile)
        withUnsafeBytes(of: numbers) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: key)
        bytes.append(contentsOf: identity)
        bytes.append(contentsOf: body)
    }

    private static func rows(of bytes: [UInt8]) -> [Row] {
        var rows: [Row] = []
        var offset = 0
        while offset < bytes.count {
            let numbers = bytes.withUnsafeBytes { bytes in
                bytes.loadUnaligned(fromByteOffset: offset, as: (UInt32, UInt32, UInt32, UInt32).self)
            }
            let key = offset + 16
            let identity = key + Int(numbers.0)
            let body = identity + Int(numbers.1)
            offset = body + Int(numbers.2)
            let contact = PushBatch.Contact(body: bytes[body..<offset], identity: bytes[identity..<body])
            rows.append(Row(profile: numbers.3, key: bytes[key..<identity], contact: contact))
        }
        return rows
    }
}
