import Destinations
import Foundation
import Testing
import TidegateModel
import TidegateTesting

/// Files in parts: how they are cut, and what becomes of an upload that was not finished.
@Suite struct S3PartsTests {
    let bucket: S3Bucket
    let staging: TemporaryFolder
    let uploads = UploadJournal.inMemory()
    let fence = Fence(run: UUID(), attempt: 1)
    static let part = 64 << 10

    init() throws {
        bucket = try S3Bucket()
        staging = try TemporaryFolder()
    }

    private func bytes(_ count: Int, seed: Int = 0) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: ($0 &* 31) ^ ($0 >> 8) ^ seed) }
    }

    private func stage(_ bytes: [UInt8], as name: String = "out.csv", sha256: String = "one") throws -> StagedFile {
        let path = try staging.write(bytes, to: "staged-\(UUID().uuidString)")
        return StagedFile(path: path, name: name, rows: 1, size: bytes.count, sha256: sha256)
    }

    @Test(arguments: [(1, 0), (part, 0), (part + 1, 2), (2 * part, 2), (2 * part + 1, 3), (10 * part, 10)])
    func `a file of one part goes by one request, a longer one by as few as there are parts`(
        _ size: Int, _ parts: Int
    ) async throws {
        let file = try stage(bytes(size))
        _ = try await bucket.destination(uploads: uploads).deliver(file, fence: fence)
        let isWhole = try bucket.object("exports/out.csv") == bytes(size)
        #expect(isWhole)
        let sent = try bucket.requests("UploadPart").compactMap { $0["part"].flatMap { Int($0) } }
        #expect(sent.sorted() == Array(parts == 0 ? 0..<0 : 1..<(parts + 1)))
        #expect(try bucket.requests("PutObject").count == (parts == 0 ? 1 : 0))
        #expect(try bucket.uploads().isEmpty)
        #expect(try uploads.names() == [])
    }

    @Test func `parts grow where there would be more than ten thousand`() {
        let mebibyte = 1 << 20
        #expect(S3UploadNote.partSize(of: 10_000 * 16 * mebibyte, atLeast: 16 * mebibyte) == 16 * mebibyte)
        #expect(S3UploadNote.partSize(of: 10_000 * 16 * mebibyte + 1, atLeast: 16 * mebibyte) == 17 * mebibyte)
        let size = 5 << 40
        let note = S3UploadNote(
            place: "", key: "", partSize: S3UploadNote.partSize(of: size, atLeast: 5 * mebibyte), size: size, sha256: ""
        )
        #expect(note.count <= 10_000 && note.partSize <= 5 << 30)
        #expect(note.piece(note.count, of: "").offset + note.piece(note.count, of: "").count == size)
    }

    /// What a process leaves that was killed after some parts.
    private func interrupted(after parts: Int, of file: StagedFile) async throws {
        try bucket.fail(.init(op: "UploadPart", skip: parts, times: 100))
        var place = bucket.place()
        place.connections = 1
        let error = await #expect(throws: DeliveryError.self) {
            try await bucket.destination(place, uploads: uploads).deliver(file, fence: fence)
        }
        guard case .transient = error else { Issue.record("\(String(describing: error))"); return }
        try bucket.fail()
        #expect(try bucket.uploads().map(\.parts) == [Array(1..<(parts + 1))])
    }

    @Test func `a fresh client goes on with the upload, and sends no part twice`() async throws {
        let content = bytes(5 * Self.part + 17)
        let file = try stage(content)
        try await interrupted(after: 3, of: file)
        let before = try bucket.requests("UploadPart").count
        _ = try await bucket.destination(uploads: uploads).deliver(file, fence: Fence(run: fence.run, attempt: 2))
        let after = try bucket.requests("UploadPart").dropFirst(before).compactMap { $0["part"] }
        #expect(after.sorted() == ["4", "5", "6"])
        #expect(try bucket.requests("CreateMultipartUpload").count == 1)
        let isWhole = try bucket.object("exports/out.csv") == content
        #expect(isWhole)
        #expect(try bucket.uploads().isEmpty && uploads.names() == [])
    }

    @Test func `sweeping before the next attempt leaves an upload to go on with`() async throws {
        let file = try stage(bytes(4 * Self.part))
        try await interrupted(after: 2, of: file)
        let next = Fence(run: fence.run, attempt: 2)
        let swept = try await bucket.destination(uploads: uploads).sweep(before: next)
        #expect(swept == 0)
        #expect(try bucket.uploads().count == 1)
    }

    @Test func `sweeping after the last attempt aborts uploads, but no other ones`() async throws {
        let file = try stage(bytes(4 * Self.part))
        try bucket.beginUpload(of: "exports/out.csv")
        try await interrupted2(file)
        let swept = try await bucket.destination(uploads: uploads).sweep(before: .end(of: fence.run))
        #expect(swept == 1)
        #expect(try bucket.uploads().count == 1)
        #expect(try uploads.names() == [])
        let again = try await bucket.destination(uploads: uploads).sweep(before: .end(of: fence.run))
        #expect(again == 0)
    }

    private func interrupted2(_ file: StagedFile) async throws {
        try bucket.fail(.init(op: "UploadPart", skip: 1, times: 100))
        await #expect(throws: DeliveryError.self) {
            try await bucket.destination(uploads: uploads).deliver(file, fence: fence)
        }
    }

    @Test func `a changed file aborts the old upload and begins anew`() async throws {
        try await interrupted(after: 2, of: try stage(bytes(4 * Self.part)))
        let content = bytes(4 * Self.part, seed: 7)
        let changed = try stage(content, sha256: "two")
        let before = try bucket.requests("UploadPart").count
        _ = try await bucket.destination(uploads: uploads).deliver(changed, fence: fence)
        #expect(try bucket.requests("UploadPart").count - before == 4)
        #expect(try bucket.requests("AbortMultipartUpload").count == 1)
        let isWhole = try bucket.object("exports/out.csv") == content
        #expect(isWhole)
        #expect(try bucket.uploads().isEmpty)
    }

    @Test func `a file that became small aborts the old upload too`() async throws {
        try await interrupted(after: 2, of: try stage(bytes(4 * Self.part)))
        _ = try await bucket.destination(uploads: uploads).deliver(try stage([1], sha256: "two"), fence: fence)
        #expect(try bucket.uploads().isEmpty && uploads.names() == [])
        #expect(try bucket.object("exports/out.csv") == [1])
    }

    @Test func `a part that is not the staged one any more is sent again, whatever the staged file says`() async throws
    {
        try await interrupted(after: 2, of: try stage(bytes(4 * Self.part)))
        let content = bytes(4 * Self.part, seed: 9)
        _ = try await bucket.destination(uploads: uploads).deliver(try stage(content), fence: fence)
        let isWhole = try bucket.object("exports/out.csv") == content
        #expect(isWhole)
    }

    @Test func `an upload that the store has dropped is begun anew`() async throws {
        let file = try stage(bytes(4 * Self.part))
        try await interrupted(after: 2, of: file)
        let id = try #require(try bucket.uploads().first?.id)
        let note = try #require(try uploads.noted("out.csv"))
        try uploads.note("out.csv", note.replacing(id, with: "gone" + id.dropFirst(4)))
        _ = try await bucket.destination(uploads: uploads).deliver(file, fence: fence)
        let isWhole = try bucket.object("exports/out.csv") == bytes(4 * Self.part)
        #expect(isWhole)
        #expect(try bucket.requests("CreateMultipartUpload").count == 2)
    }

    @Test func `an upload whose beginning was not answered is found and aborted`() async throws {
        let file = try stage(bytes(4 * Self.part))
        try bucket.fail(.init(op: "CreateMultipartUpload", do: "drop-after"))
        await #expect(throws: DeliveryError.self) {
            try await bucket.destination(uploads: uploads).deliver(file, fence: fence)
        }
        try bucket.beginUpload(of: "exports/out.csv.gz")
        #expect(try bucket.uploads().count == 2)
        let swept = try await bucket.destination(uploads: uploads).sweep(before: Fence(run: fence.run, attempt: 2))
        #expect(swept == 1)
        #expect(try bucket.uploads().map(\.key) == ["exports/out.csv.gz"])
    }

    /// What a process leaves that was told to stop while four parts were on their way, two having arrived.
    private func stopped(_ file: StagedFile) async throws {
        try bucket.fail(.init(op: "UploadPart", skip: 2, times: 100, do: "hold"))
        let delivery = Task { try await bucket.destination(uploads: uploads).deliver(file, fence: fence) }
        try await bucket.waitForHeld(4)
        delivery.cancel()
        await #expect(throws: DeliveryError.cancelled) { try await delivery.value }
        try bucket.release()
        try bucket.fail()
    }

    @Test func `a delivery that is cancelled between parts leaves what arrived to the next attempt`() async throws {
        let file = try stage(bytes(6 * Self.part))
        try await stopped(file)
        #expect(try bucket.keys() == [] && bucket.uploads().count == 1 && uploads.names() == ["out.csv"])
        #expect(try bucket.requests("AbortMultipartUpload").isEmpty)
        let before = try bucket.requests("UploadPart").count
        let next = Fence(run: fence.run, attempt: 2)
        _ = try await bucket.destination(uploads: uploads).sweep(before: next)
        _ = try await bucket.destination(uploads: uploads).deliver(file, fence: next)
        #expect(try bucket.requests("UploadPart").count - before == 4)
        #expect(try bucket.requests("CreateMultipartUpload").count == 1)
        let isWhole = try bucket.object("exports/out.csv") == bytes(6 * Self.part)
        #expect(isWhole)
        #expect(try bucket.uploads().isEmpty && uploads.names() == [])
    }

    @Test func `the upload of a delivery that was cancelled for good goes with the run's last sweep`() async throws {
        try await stopped(try stage(bytes(6 * Self.part)))
        let swept = try await bucket.destination(uploads: uploads).sweep(before: .end(of: fence.run))
        #expect(swept == 1)
        #expect(try bucket.uploads().isEmpty && bucket.keys() == [] && uploads.names() == [])
    }

    @Test func `a journal of another place is left alone and not gone on with`() async throws {
        let file = try stage(bytes(4 * Self.part))
        try await interrupted(after: 2, of: file)
        let other = try S3Bucket()
        _ = try await other.destination(uploads: uploads).deliver(file, fence: fence)
        let isWhole = try other.object("exports/out.csv") == bytes(4 * Self.part)
        #expect(isWhole)
        #expect(try bucket.uploads().count == 1 && other.requests("AbortMultipartUpload").isEmpty)
    }
}
