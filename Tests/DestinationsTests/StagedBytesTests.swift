import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Destinations

@Suite struct StagedBytesTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Why copying so many bytes to an output stopped, or nil where it did not.
    private func copy(_ count: Int, to output: consuming OpenFile, _ cancellation: Cancellation) throws
        -> DeliveryError?
    {
        let path = try folder.write(repeatElement(1, count: count), to: UUID().uuidString)
        let staged = try StagedBytes(StagedFile(path: path, name: "f.csv", rows: 1, size: count, sha256: ""))
        do throws(DeliveryError) {
            try staged.copy(to: output, "folder '/outbox' cannot take 'f.csv'", cancellation)
            return nil
        } catch {
            return error
        }
    }

    @Test(.enabled("/dev/full") { access("/dev/full", W_OK) == 0 })
    func `a disk that fills while a file is copied stops the copy`() throws {
        let error = try copy(3_000_000, to: OpenFile(open("/dev/full", O_WRONLY)), Cancellation())
        #expect(error == .transient("folder '/outbox' cannot take 'f.csv', the disk is full"))
    }

    @Test func `a copy that was cancelled before it began writes nothing`() throws {
        let path = try folder.write("", to: "output")
        let cancellation = Cancellation()
        cancellation.cancel()
        #expect(try copy(10, to: OpenFile(open(path, O_WRONLY)), cancellation) == .cancelled)
        #expect(try folder.read("output") == [])
    }

    @Test func `a copy that is cancelled on the way stops after the piece it is writing`() async throws {
        var ends: [CInt] = [0, 0]
        try #require(pipe(&ends) == 0)
        let (reader, writer) = (FileHandle(fileDescriptor: ends[0], closeOnDealloc: true), ends[1])
        let cancellation = Cancellation()
        let (received, receive) = AsyncStream.makeStream(of: Int.self)
        // A thread of its own: both ends block, and tests may have to share one.
        Thread.detachNewThread {
            defer { receive.finish() }
            // A pipe holds less than a piece: with the first byte read, the copy is in the middle of it.
            guard var count = try? reader.read(upToCount: 1)?.count else { return }
            cancellation.cancel()
            while let bytes = try? reader.read(upToCount: 1 << 16), !bytes.isEmpty { count += bytes.count }
            receive.yield(count)
        }
        #expect(try copy(3_000_000, to: OpenFile(writer), cancellation) == .cancelled)
        let counts = await received.reduce(into: []) { $0.append($1) }
        #expect(counts == [1 << 20])
    }
}
