import Foundation

extension DeliveryError {
    /// What a failed system call means for a delivery.
    ///
    /// - Parameter complaint: who could not do what, without the reason.
    static func system(_ code: CInt, _ complaint: String) -> DeliveryError {
        switch code {
        case ENOSPC, EDQUOT:
            return .transient("\(complaint), the disk is full")
        case EACCES, EPERM, EROFS, ENOTDIR, EISDIR, ENOTEMPTY, EEXIST, ELOOP, ENAMETOOLONG, EINVAL, EFBIG:
            return .rejected("\(complaint), \(reason(code))")
        default:
            return .transient("\(complaint), \(reason(code))")
        }
    }

    /// `permission denied`.
    static func reason(_ code: CInt) -> String {
        let text = String(cString: strerror(code))
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}

/// Calls a system function until no signal interrupts it, and turns its failure into an error.
@discardableResult
func system<Answer: SignedInteger>(
    _ complaint: @autoclosure () -> String,
    _ call: () -> Answer
) throws(DeliveryError) -> Answer {
    while true {
        let answer = call()
        if answer >= 0 { return answer }
        let code = errno
        if code != EINTR { throw .system(code, complaint()) }
    }
}
