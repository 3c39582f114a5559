import CCurl
import Foundation

/// One request on its way: libcurl's handle and what its callbacks read and write.
///
/// Belongs to the client's thread, but for `cancel` and `isCancelled`.
final class Ride: @unchecked Sendable {
    let request: TransferRequest
    private(set) var ssh: SSHTalk?
    private(set) var ftp: FTPTalk?
    private let cancelled = Guarded(false)
    private var handle: UnsafeMutableRawPointer?
    private var lists: [UnsafeMutablePointer<curl_slist>] = []
    private var file: Int32 = -1
    private var sent = 0
    private var answer = TransferAnswer(status: 0)
    private var isTooLarge = false
    private var writing = Writing()
    private var isForbidden = false

    init(_ request: TransferRequest) {
        self.request = request
    }

    deinit {
        for list in lists { curl_slist_free_all(list) }
        if let handle { curl_easy_cleanup(handle) }
        if file >= 0 { close(file) }
    }

    func cancel() {
        cancelled.withLock { $0 = true }
    }

    var isCancelled: Bool { cancelled.withLock { $0 } }

    // MARK: Before

    func prepare() throws(TransferError) -> UnsafeMutableRawPointer {
        guard let handle = curl_easy_init() else { throw TransferError(.other, "no memory for a request") }
        self.handle = handle
        try openBody()
        let own = Unmanaged.passUnretained(self).toOpaque()
        ccurl_set_string(handle, CURLOPT_URL, request.url)
        ccurl_set_string(handle, CURLOPT_PROTOCOLS_STR, "http,https,ftp,ftps,sftp")
        ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, request.limits.connect)
        ccurl_set_long(handle, CURLOPT_LOW_SPEED_LIMIT, 1)
        ccurl_set_long(handle, CURLOPT_LOW_SPEED_TIME, request.limits.silence)
        ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, request.limits.total)
        ccurl_set_long(handle, CURLOPT_TCP_KEEPALIVE, 1)
        if let caFile = request.caFile { ccurl_set_string(handle, CURLOPT_CAINFO, caFile) }
        ccurl_set_io(handle, CURLOPT_WRITEFUNCTION, writeAnswer)
        ccurl_set_pointer(handle, CURLOPT_WRITEDATA, own)
        if request.target != .memory { ccurl_set_long(handle, CURLOPT_BUFFERSIZE, 512 << 10) }
        ccurl_set_io(handle, CURLOPT_READFUNCTION, readBody)
        ccurl_set_pointer(handle, CURLOPT_READDATA, own)
        ccurl_set_seek(handle, seekBody)
        ccurl_set_pointer(handle, CURLOPT_SEEKDATA, own)
        if request.addresses == .publicOnly {
            ccurl_set_open_socket(handle, openPublicSocket)
            ccurl_set_pointer(handle, CURLOPT_OPENSOCKETDATA, own)
            // A connection that a request without this restriction made may be used again: it opens no socket.
            ccurl_set_before_request(handle, checkAddress)
            ccurl_set_pointer(handle, CURLOPT_PREREQDATA, own)
        }
        if !request.mayGoThroughProxy { ccurl_set_string(handle, CURLOPT_PROXY, "") }
        if let session = request.session {
            prepare(session, handle)
            if let options = session.ftp { ftp = prepareFTP(options, handle, own) }
        } else {
            prepareHTTP(handle, own)
        }
        if request.isSFTP { ssh = try prepareSSH(handle, own) }
        return handle
    }

    private func openBody() throws(TransferError) {
        guard case .file(let path, _, _) = request.body else { return }
        file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw TransferError(.localFile, "file to send cannot be read") }
    }

    private func prepareHTTP(_ handle: UnsafeMutableRawPointer, _ own: UnsafeMutableRawPointer) {
        ccurl_set_io(handle, CURLOPT_HEADERFUNCTION, readHeader)
        ccurl_set_pointer(handle, CURLOPT_HEADERDATA, own)
        var headers = request.headers + ["Expect:"]
        if case .bytes = request.body, !headers.contains(where: { $0.lowercased().hasPrefix("content-type:") }) {
            // libcurl would call it a form.
            headers.append("Content-Type:")
        }
        ccurl_set_list(handle, CURLOPT_HTTPHEADER, list(headers))
        ccurl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0)
        // What was signed is what is sent: a path with `/./` in it too.
        ccurl_set_long(handle, CURLOPT_PATH_AS_IS, 1)
        ccurl_set_string(handle, CURLOPT_CUSTOMREQUEST, request.method)
        switch request.body {
        case .none where request.method == "HEAD":
            ccurl_set_long(handle, CURLOPT_NOBODY, 1)
        case .none where request.method == "PUT" || request.method == "POST":
            ccurl_set_long(handle, CURLOPT_UPLOAD, 1)
            ccurl_set_offset(handle, CURLOPT_INFILESIZE_LARGE, 0)
        case .none:
            break
        case .bytes(let bytes) where bytes.count < Self.leastStreamed:
            ccurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, bytes.count)
            // For no bytes at all there may be no address, and without one libcurl would ask for them.
            (bytes.isEmpty ? [0] : bytes).withUnsafeBytes { bytes in
                let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
                ccurl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, start)
            }
        case .bytes, .file:
            ccurl_set_long(handle, CURLOPT_UPLOAD, 1)
            ccurl_set_offset(handle, CURLOPT_INFILESIZE_LARGE, request.body.count)
            ccurl_set_long(handle, CURLOPT_UPLOAD_BUFFERSIZE, 512 << 10)
        }
    }

    /// Of a shorter body libcurl gets a copy, and sends it in one go with the headers.
    private static let leastStreamed = 64 << 10

    private func prepare(_ session: SessionOptions, _ handle: UnsafeMutableRawPointer) {
        ccurl_set_string(handle, CURLOPT_USERNAME, session.user)
        if let password = session.password { ccurl_set_string(handle, CURLOPT_PASSWORD, password) }
        if !session.before.isEmpty { ccurl_set_list(handle, CURLOPT_QUOTE, list(session.before)) }
        if !session.after.isEmpty { ccurl_set_list(handle, CURLOPT_POSTQUOTE, list(session.after)) }
        if session.makesFolders {
            ccurl_set_long(handle, CURLOPT_FTP_CREATE_MISSING_DIRS, Int(CURLFTP_CREATE_DIR_RETRY.rawValue))
        }
        switch session.action {
        case .commands:
            ccurl_set_long(handle, CURLOPT_NOBODY, 1)
        case .upload, .append:
            ccurl_set_long(handle, CURLOPT_UPLOAD, 1)
            ccurl_set_offset(handle, CURLOPT_INFILESIZE_LARGE, request.body.count)
            ccurl_set_long(handle, CURLOPT_UPLOAD_BUFFERSIZE, 512 << 10)
            if session.action == .append { ccurl_set_long(handle, CURLOPT_APPEND, 1) }
        case .download:
            ccurl_set_long(handle, CURLOPT_FILETIME, 1)
        case .list:
            ccurl_set_long(handle, CURLOPT_DIRLISTONLY, 1)
        case .describe:
            break
        }
    }

    private func list(_ lines: [String]) -> UnsafeMutablePointer<curl_slist>? {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines { list = curl_slist_append(list, line) }
        if let list { lists.append(list) }
        return list
    }

    // MARK: On the way

    func read(into buffer: UnsafeMutablePointer<CChar>, room: Int) -> Int {
        let count = min(room, request.body.count - sent)
        guard count > 0 else { return 0 }
        switch request.body {
        case .none:
            return 0
        case .bytes(let bytes):
            bytes[sent..<sent + count].withUnsafeBytes { part in
                UnsafeMutableRawBufferPointer(start: buffer, count: count).copyMemory(from: part)
            }
            sent += count
            return count
        case .file(_, let offset, _):
            let got = pread(file, buffer, count, offset + sent)
            guard got > 0 else { return Int(CURL_READFUNC_ABORT) }
            sent += got
            return got
        }
    }

    /// For a request that is sent again over a new connection.
    func seek(to offset: Int) {
        sent = offset
    }

    /// - Returns: how many bytes were taken; anything else than all ends the transfer.
    func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        if case .file(let descriptor, let most) = request.target, isWanted {
            guard writing.count + bytes.count <= most else {
                isTooLarge = true
                return 0
            }
            return writing.write(bytes, to: descriptor)
        }
        guard answer.body.count + bytes.count <= request.limits.answer else {
            isTooLarge = true
            return 0
        }
        answer.body.append(contentsOf: bytes)
        return bytes.count
    }

    /// What HTTP answers instead of a file is for whoever reads the answer.
    private var isWanted: Bool {
        guard request.session == nil, let handle else { return true }
        var status = 0
        ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        return (200..<300).contains(status)
    }

    func takeHeader(_ bytes: UnsafeRawBufferPointer) {
        // Of a `100 Continue` before the answer, only what comes after counts.
        if bytes.starts(with: "HTTP/".utf8) { answer.headers = [:] }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return }
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || 0x09...0x0D ~= $0 }
        let name = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
        let value = bytes[(colon + 1)...].drop(while: isSpace)
        let end = value.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? value.startIndex
        answer.headers[name] = String(decoding: value[..<end], as: UTF8.self)
    }

    func refuseAddress() {
        isForbidden = true
    }

    // MARK: After

    func finish(_ code: CURLcode) -> Result<TransferAnswer, TransferError> {
        guard let handle else { return .failure(TransferError(.other, "request was never made")) }
        guard code == CURLE_OK else { return .failure(error(code, handle)) }
        var status = 0
        ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        answer.status = status
        answer.received = writing.count
        var time = -1
        ccurl_get_offset(handle, CURLINFO_FILETIME_T, &time)
        if time >= 0 { answer.modifiedAt = time }
        if let ssh {
            answer.size = Self.size(handle)
            answer.hostKey = ssh.shown
        }
        if let ftp { answer.replies = ftp.replies }
        return .success(answer)
    }

    private func error(_ code: CURLcode, _ handle: UnsafeMutableRawPointer) -> TransferError {
        if isCancelled {
            return TransferError(.cancelled, "request was cancelled", mayHaveArrived: mayHaveArrived(handle))
        }
        if isForbidden { return TransferError(.forbiddenAddress, "its address is private or otherwise not public") }
        if isTooLarge { return TransferError(.tooLarge, "its answer is too large", mayHaveArrived: true) }
        if let failure = writing.failure {
            return TransferError(.localFile, "the file for it cannot be written, \(failure)", mayHaveArrived: true)
        }
        if let ssh { return ssh.error(code, mayHaveArrived: Self.isLoggedIn(handle)) }
        if let ftp { return ftp.error(code) }
        return TransferError(code, mayHaveArrived: mayHaveArrived(handle))
    }

    /// Whether the connection stood and the request was begun; over HTTP, whose server knows how long the body is, also
    /// whether all of it was given away.
    private func mayHaveArrived(_ handle: UnsafeMutableRawPointer) -> Bool {
        var begun = 0
        ccurl_get_offset(handle, CURLINFO_PRETRANSFER_TIME_T, &begun)
        var uploaded = 0
        ccurl_get_offset(handle, CURLINFO_SIZE_UPLOAD_T, &uploaded)
        return begun > 0 && (request.session != nil || max(sent, uploaded) >= request.body.count)
    }
}

// MARK: What libcurl calls

func ride(_ user: UnsafeMutableRawPointer?) -> Ride? {
    user.map { Unmanaged<Ride>.fromOpaque($0).takeUnretainedValue() }
}

private let readBody: ccurl_io_function = { buffer, size, count, user in
    guard let buffer, let ride = ride(user) else { return Int(CURL_READFUNC_ABORT) }
    return ride.read(into: buffer, room: size * count)
}

private let seekBody: ccurl_seek_function = { user, offset, origin in
    guard origin == SEEK_SET, let ride = ride(user) else { return CURL_SEEKFUNC_CANTSEEK }
    ride.seek(to: Int(offset))
    return CURL_SEEKFUNC_OK
}

private let writeAnswer: ccurl_io_function = { buffer, size, count, user in
    guard let ride = ride(user) else { return 0 }
    return ride.take(UnsafeRawBufferPointer(start: buffer, count: size * count))
}

private let readHeader: ccurl_io_function = { buffer, size, count, user in
    let bytes = UnsafeRawBufferPointer(start: buffer, count: size * count)
    ride(user)?.takeHeader(bytes)
    return size * count
}

private let openPublicSocket: ccurl_socket_function = { user, _, address in
    guard let address else { return curl_socket_t(-1) }
    let isPublic = withUnsafePointer(to: &address.pointee.addr) { PublicAddress.isPublic($0) }
    guard isPublic else {
        ride(user)?.refuseAddress()
        return curl_socket_t(-1)
    }
    return socket(address.pointee.family, address.pointee.socktype, address.pointee.protocol)
}

private let checkAddress: ccurl_before_request_function = { user, address, _, _, _ in
    if let address, PublicAddress.isPublic(String(cString: address)) { return CURL_PREREQFUNC_OK }
    ride(user)?.refuseAddress()
    return CURL_PREREQFUNC_ABORT
}
