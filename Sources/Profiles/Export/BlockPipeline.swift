import Foundation
import TidegateModel

/// A second thread that compresses, digests and writes one block while the first reads and encodes the next.
///
/// One block is on its way at a time, so that memory stays flat. The first thread learns of a fault at its next
/// `put` or at `finish`.
final class BlockPipeline: @unchecked Sendable {
    private let condition = NSCondition()
    private let parts: PartFiles
    private var block: ByteBuffer
    /// Whether `block` waits for, or is with, the second thread.
    private var isTaken = false
    /// Of the part that ends with `block`.
    private var endOfPart: PartEnd?
    private var isClosed = false
    private var hasEnded = false
    private var failure: ProfileError?

    init(_ parts: PartFiles, blockSize: Int) {
        self.parts = parts
        block = ByteBuffer(capacity: blockSize)
        Thread(block: drain).start()
    }

    /// Hands over whole rows and gives an empty buffer for the next; `endOfPart` is what the part
    /// holds that ends here.
    func put(_ full: inout ByteBuffer, endOfPart: PartEnd? = nil) throws(ProfileError) {
        condition.lock()
        defer { condition.unlock() }
        while isTaken { condition.wait() }
        if let failure { throw failure }
        swap(&full, &block)
        full.removeAll()
        self.endOfPart = endOfPart
        isTaken = true
        condition.broadcast()
    }

    /// Waits for the last block; all files are whole then.
    func finish() throws(ProfileError) -> [StagedFile] {
        close()
        if let failure { throw failure }
        return parts.files
    }

    /// Waits for the block on its way and removes all files.
    func discard() {
        close()
        parts.discard()
    }

    private func close() {
        condition.lock()
        defer { condition.unlock() }
        isClosed = true
        condition.broadcast()
        while !hasEnded { condition.wait() }
    }

    @Sendable
    private func drain() {
        condition.lock()
        defer { condition.unlock() }
        while true {
            while !isTaken && !isClosed { condition.wait() }
            guard isTaken else { break }
            condition.unlock()
            let outcome = writeBlock()
            condition.lock()
            failure = failure ?? outcome
            isTaken = false
            condition.broadcast()
        }
        hasEnded = true
        condition.broadcast()
    }

    private func writeBlock() -> ProfileError? {
        do throws(ProfileError) {
            try parts.write(block.bytes)
            if let endOfPart { try parts.endPart(endOfPart) }
            return nil
        } catch {
            return error
        }
    }
}
