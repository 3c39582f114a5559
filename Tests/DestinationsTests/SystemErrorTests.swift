import Foundation
import Testing
import TidegateModel

@testable import Destinations

@Suite struct SystemErrorTests {
    @Test(arguments: [ENOSPC, EDQUOT]) func `a full disk is transient and said in plain words`(_ code: CInt) {
        #expect(DeliveryError.system(code, "x cannot y") == .transient("x cannot y, the disk is full"))
    }

    @Test(arguments: [EACCES, EPERM, EROFS, ENOTDIR, EISDIR, ELOOP, ENAMETOOLONG, EFBIG])
    func `what a person must change is rejected`(_ code: CInt) {
        guard case .rejected(let sentence) = DeliveryError.system(code, "x cannot y") else {
            Issue.record("\(code)")
            return
        }
        #expect(sentence.hasPrefix("x cannot y, "))
        #expect(sentence.dropFirst(12).first?.isLowercase == true)
    }

    @Test(arguments: [EIO, EMFILE, ENFILE, ESTALE, ENOENT, ENOMEM, EBUSY, ETIMEDOUT])
    func `everything else is worth another try`(_ code: CInt) {
        guard case .transient = DeliveryError.system(code, "x cannot y") else {
            Issue.record("\(code)")
            return
        }
    }

    @Test(.enabled("/dev/full") { access("/dev/full", W_OK) == 0 })
    func `a disk that fills while a file is copied stops the copy`() throws {
        let path = NSTemporaryDirectory() + "/tidegate-\(UUID().uuidString)"
        try Data(repeating: 1, count: 3_000_000).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let staged = try StagedBytes(StagedFile(path: path, name: "f.csv", rows: 1, size: 3_000_000, sha256: ""))
        let full = OpenFile(open("/dev/full", O_WRONLY))
        var thrown: DeliveryError?
        do throws(DeliveryError) {
            try staged.copy(to: full, "folder '/outbox' cannot take 'f.csv'", Cancellation())
        } catch {
            thrown = error
        }
        #expect(thrown == .transient("folder '/outbox' cannot take 'f.csv', the disk is full"))
    }

    @Test func `a copy that was cancelled stops`() throws {
        let path = NSTemporaryDirectory() + "/tidegate-\(UUID().uuidString)"
        try Data(repeating: 1, count: 10).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let staged = try StagedBytes(StagedFile(path: path, name: "f.csv", rows: 1, size: 10, sha256: ""))
        let cancellation = Cancellation()
        cancellation.cancel()
        var thrown: DeliveryError?
        do throws(DeliveryError) {
            try staged.copy(to: OpenFile(open("/dev/null", O_WRONLY)), "x", cancellation)
        } catch {
            thrown = error
        }
        #expect(thrown == .cancelled)
    }
}
