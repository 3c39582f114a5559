import CCurl
import Digests
import Foundation

extension TransferRequest {
    var isSFTP: Bool { url.lowercased().hasPrefix("sftp:") }
}

extension Ride {
    /// Sets what SSH needs; refuses to begin where the server could not be told from another.
    func prepareSSH(
        _ handle: UnsafeMutableRawPointer, _ own: UnsafeMutableRawPointer
    ) throws(TransferError) -> SSHTalk {
        guard let session = request.session, let options = session.ssh else {
            throw TransferError(.untrusted, "there is neither a pinned host key nor a known one")
        }
        let talk = SSHTalk(options)
        ccurl_set_long(handle, CURLOPT_PATH_AS_IS, 1)
        ccurl_set_host_key(handle, judgeHostKey)
        ccurl_set_pointer(handle, CURLOPT_SSH_HOSTKEYDATA, own)
        if let type = options.hostKeyType { ccurl_set_string(handle, CURLOPT_SSH_KNOWNHOSTS, try talk.lure(for: type)) }
        if let key = options.key {
            ccurl_set_long(handle, CURLOPT_SSH_AUTH_TYPES, Int(CURLSSH_AUTH_PUBLICKEY))
            ccurl_set_string(handle, CURLOPT_SSH_PRIVATE_KEYFILE, try talk.keep(key.lines))
            ccurl_set_string(handle, CURLOPT_KEYPASSWD, key.passphrase ?? "")
        } else {
            ccurl_set_long(handle, CURLOPT_SSH_AUTH_TYPES, Int(CURLSSH_AUTH_PASSWORD | CURLSSH_AUTH_KEYBOARD))
        }
        // SSH knows no such thing, but libcurl shares a connection only where it is the same: so nobody rides on a
        // connection that was trusted, or logged in, by somebody else's leave.
        ccurl_set_string(handle, CURLOPT_SASL_AUTHZID, Self.identity(options))
        ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, talk.words)
        ccurl_set_debug(handle, hearSSH)
        ccurl_set_pointer(handle, CURLOPT_DEBUGDATA, own)
        ccurl_set_long(handle, CURLOPT_VERBOSE, 1)
        // While libcurl waits for a last answer it asks nobody else whether to go on.
        ccurl_set_progress(handle, heedCancellation)
        ccurl_set_pointer(handle, CURLOPT_XFERINFODATA, own)
        ccurl_set_long(handle, CURLOPT_NOPROGRESS, 0)
        ccurl_set_long(handle, CURLOPT_UPLOAD_BUFFERSIZE, SFTPAccount.onTheWay)
        prepareRange(options, session.action, handle)
        return talk
    }

    private func prepareRange(
        _ options: SSHOptions, _ action: SessionOptions.Action, _ handle: UnsafeMutableRawPointer
    ) {
        if options.asksStatus {
            ccurl_set_long(handle, CURLOPT_NOBODY, 1)
            ccurl_set_long(handle, CURLOPT_FILETIME, 1)
        } else if let count = options.count {
            ccurl_set_string(handle, CURLOPT_RANGE, "\(options.offset)-\(options.offset + count - 1)")
        } else if options.offset > 0 {
            ccurl_set_offset(handle, CURLOPT_RESUME_FROM_LARGE, options.offset)
        }
    }

    private static func identity(_ options: SSHOptions) -> String {
        let login = options.key.map { sha256(of: $0.lines) + sha256(of: ($0.passphrase ?? "").utf8) } ?? ""
        return sha256(of: (options.trust.identity + login).utf8)
    }

    static func size(_ handle: UnsafeMutableRawPointer) -> Int {
        var size = -1
        ccurl_get_offset(handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &size)
        return max(size, 0)
    }

    /// Whether commands can have reached the server: libcurl sends them before what it counts as the transfer's begin.
    static func isLoggedIn(_ handle: UnsafeMutableRawPointer) -> Bool {
        var (loggedIn, connections) = (0, 0)
        ccurl_get_offset(handle, CURLINFO_APPCONNECT_TIME_T, &loggedIn)
        ccurl_get_long(handle, CURLINFO_NUM_CONNECTS, &connections)
        return loggedIn > 0 || connections == 0
    }
}

private let judgeHostKey: ccurl_host_key_function = { user, _, key, length in
    guard let talk = ride(user)?.ssh, let key else { return Int32(CURLKHMATCH_MISMATCH.rawValue) }
    let bytes = Array(UnsafeRawBufferPointer(start: key, count: length))
    return Int32((talk.judge(bytes) ? CURLKHMATCH_OK : CURLKHMATCH_MISMATCH).rawValue)
}

private let heedCancellation: ccurl_progress_function = { user, _, _, _, _ in
    ride(user)?.isCancelled == true ? 1 : 0
}

private let hearSSH: ccurl_debug_function = { _, kind, text, length, user in
    guard kind == CURLINFO_TEXT, let text, let talk = ride(user)?.ssh else { return 0 }
    talk.hear(String(decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self))
    return 0
}
