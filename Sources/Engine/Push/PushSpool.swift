import Destinations
import Foundation
import TidegateModel

/// The contacts of a run as encoded, batch by batch, in a file of the staging folder: no run is ever whole in memory.
final class PushSpool: Sendable {
    /// Where one batch lies.
    struct Region: Hashable, Sendable {
        var offset: Int
        var count: Int
        var contacts: Int
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

    func rows(in region: Region) throws(RunFault) -> Rows {
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
        return Rows(spooled: bytes, count: region.contacts)
    }
}

extension PushSpool {
    /// One contact of a batch that was read back.
    struct Row: Sendable {
        var profile: UInt32
        var key: ArraySlice<UInt8>
        var contact: PushBatch.Contact
    }

    /// Contacts of a batch that was read back.
    struct Rows: RandomAccessCollection, Sendable {
        private struct Head {
            var profile: UInt32
            /// Where the key begins, which ends where the identity begins.
            var key: Int
        }

        let contacts: PushBatch.Contacts
        private let heads: [Head]

        /// Reads what `append` wrote.
        fileprivate init(spooled bytes: [UInt8], count: Int) {
            var places: [PushBatch.Contacts.Place] = []
            var heads: [Head] = []
            places.reserveCapacity(count)
            heads.reserveCapacity(count)
            bytes.withUnsafeBytes { bytes in
                var offset = 0
                while offset < bytes.count {
                    let lengths = bytes.loadUnaligned(fromByteOffset: offset, as: Lengths.self)
                    let key = offset + MemoryLayout<Lengths>.size
                    let identity = key + Int(lengths.key)
                    let body = identity + Int(lengths.identity)
                    offset = body + Int(lengths.body)
                    heads.append(Head(profile: lengths.profile, key: key))
                    places.append(PushBatch.Contacts.Place(identity: identity, body: body, end: offset))
                }
            }
            contacts = PushBatch.Contacts(bytes: bytes, places: places)
            self.heads = heads
        }

        /// Those at `indices`, of the same buffer.
        init(_ rows: Rows, at indices: some Sequence<Int>) {
            let indices = Array(indices)
            contacts = PushBatch.Contacts(
                bytes: rows.contacts.bytes, places: indices.map { rows.contacts.places[$0] }
            )
            heads = indices.map { rows.heads[$0] }
        }

        var startIndex: Int { 0 }
        var endIndex: Int { heads.count }

        subscript(index: Int) -> Row {
            let head = heads[index]
            return Row(
                profile: head.profile, key: contacts.bytes[head.key..<contacts.places[index].identity],
                contact: contacts[index]
            )
        }

        /// What they would look like in the spool.
        var spooled: [UInt8] {
            var bytes: [UInt8] = []
            for row in self {
                PushSpool.append(
                    row.profile, row.key.span, row.contact.identity.span, row.contact.body.span, to: &bytes
                )
            }
            return bytes
        }
    }

    private struct Lengths {
        var key: UInt32
        var identity: UInt32
        var body: UInt32
        var profile: UInt32
    }

    /// Adds a contact behind its lengths: key, identity, body, and the profile's number.
    ///
    /// - Returns: where the key is in `bytes`.
    @inline(__always) @discardableResult
    static func append(
        _ profile: UInt32, _ key: Swift.Span<UInt8>, _ identity: Swift.Span<UInt8>, _ body: Swift.Span<UInt8>,
        to bytes: inout [UInt8]
    ) -> Range<Int> {
        let lengths = Lengths(
            key: UInt32(key.count), identity: UInt32(identity.count), body: UInt32(body.count), profile: profile
        )
        withUnsafeBytes(of: lengths) { bytes.append(contentsOf: $0) }
        let start = bytes.count
        key.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        identity.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        body.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        return start..<start + key.count
    }
}
