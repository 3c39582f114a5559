import CCurl

extension TransferError {
    /// What libcurl said, sorted.
    init(_ code: CURLcode, mayHaveArrived: Bool) {
        let kind: Kind =
            switch code {
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT: .unreachable
            case CURLE_OPERATION_TIMEDOUT: .timedOut
            case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_HTTP2,
                CURLE_HTTP2_STREAM, CURLE_SSH, CURLE_WEIRD_SERVER_REPLY,
                // Also of a server that is about to go away and closes the connection while keys are agreed on.
                CURLE_SSL_CONNECT_ERROR:
                .broken
            case CURLE_PEER_FAILED_VERIFICATION, CURLE_USE_SSL_FAILED,
                CURLE_SSL_CACERT_BADFILE,
                CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_INVALIDCERTSTATUS:
                .untrusted
            case CURLE_LOGIN_DENIED: .loginRefused
            case CURLE_REMOTE_ACCESS_DENIED, CURLE_UPLOAD_FAILED: .denied
            case CURLE_REMOTE_FILE_NOT_FOUND, CURLE_FTP_COULDNT_RETR_FILE: .notFound
            case CURLE_REMOTE_DISK_FULL: .full
            case CURLE_QUOTE_ERROR: .commandFailed
            case CURLE_READ_ERROR: .localFile
            default: .other
            }
        self.init(kind, Self.words(code), mayHaveArrived: mayHaveArrived)
    }

    /// libcurl's own words for a code: no address and no data is in them.
    private static func words(_ code: CURLcode) -> String {
        if code == CURLE_COULDNT_RESOLVE_HOST { return unresolvedName }
        return String(cString: curl_easy_strerror(code)).lowercased()
    }

    private static let unresolvedName = "its name does not resolve"

    /// Nobody has an address for the host's name.
    package var isNameUnresolved: Bool { kind == .unreachable && reason == Self.unresolvedName }
}
