import CCurl
import Foundation

extension Ride {
    func prepareFTP(
        _ options: FTPOptions, _ handle: UnsafeMutableRawPointer, _ own: UnsafeMutableRawPointer
    ) -> FTPTalk {
        let talk = FTPTalk(makesFolders: request.session?.makesFolders ?? false)
        ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, UnsafeMutableRawPointer(talk.words))
        ccurl_set_io(handle, CURLOPT_HEADERFUNCTION, hearReply)
        ccurl_set_pointer(handle, CURLOPT_HEADERDATA, own)
        ccurl_set_long(handle, CURLOPT_NOPROGRESS, 0)
        ccurl_set_progress(handle, lookForEnd)
        ccurl_set_pointer(handle, CURLOPT_XFERINFODATA, own)
        ccurl_set_long(handle, CURLOPT_PATH_AS_IS, 1)
        // The address that PASV names may be one behind the server's firewall, or anybody's.
        ccurl_set_long(handle, CURLOPT_FTP_SKIP_PASV_IP, 1)
        if Self.losesEndsOfUploads {
            ccurl_set_long(handle, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2) | Int(CURL_SSLVERSION_MAX_TLSv1_2))
        }
        if options.security == .explicit { ccurl_set_long(handle, CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)) }
        // Servers want a data connection to use the TLS session of its own control connection, and since TLS 1.3 only the
        // first one finds it. And no connection waits idly where servers count them.
        ccurl_set_long(handle, CURLOPT_FRESH_CONNECT, 1)
        ccurl_set_long(handle, CURLOPT_FORBID_REUSE, 1)
        if let listing = options.listing { ccurl_set_string(handle, CURLOPT_CUSTOMREQUEST, listing) }
        return talk
    }

    /// Before 8.9 libcurl closes a data connection of TLS 1.3 with tickets in it that it never read, and the system then
    /// takes back what the server has not read yet.
    private static let losesEndsOfUploads =
        (curl_version_info(CURLVERSION_FIRST)?.pointee.version_num ?? 0) < 0x08_09_00
}

extension TransferClient {
    /// On a thread of its own: libcurl waits for FTP's last answers and for its farewell, and meanwhile does nothing else.
    func runAlone(_ request: TransferRequest) async throws(TransferError) -> TransferAnswer {
        let ride = Ride(request)
        return try await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                Thread.detachNewThread { continuation.resume(returning: Self.carryOut(ride)) }
            }
        } onCancel: {
            ride.cancel()
        }.get()
    }

    private static func carryOut(_ ride: Ride) -> Result<TransferAnswer, TransferError> {
        guard !ride.isCancelled else { return .failure(TransferError(.cancelled, "request was cancelled")) }
        do throws(TransferError) {
            return ride.finish(curl_easy_perform(try ride.prepare()))
        } catch {
            return .failure(error)
        }
    }
}

private let hearReply: ccurl_io_function = { buffer, size, count, user in
    let bytes = UnsafeRawBufferPointer(start: buffer, count: size * count)
    ride(user)?.ftp?.hear(String(decoding: bytes, as: UTF8.self))
    return size * count
}

private let lookForEnd: ccurl_progress_function = { user, _, _, _, _ in
    ride(user)?.isCancelled == true ? 1 : 0
}
