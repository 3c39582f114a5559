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
}
