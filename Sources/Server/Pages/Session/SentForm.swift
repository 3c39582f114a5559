import Foundation
import HTTPTypes
import Hummingbird

/// The fields of a form that a browser sent.
struct SentForm: Sendable {
    private let fields: [(name: String, value: String)]

    /// Reads `application/x-www-form-urlencoded`.
    init(_ body: some Sequence<UInt8>) {
        fields = body.split(separator: UInt8(ascii: "&")).map { pair in
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.text(parts[0]), parts.count == 2 ? Self.text(parts[1]) : "")
        }
    }

    /// The body of a request, at most 64 KiB.
    init(_ request: Request) async throws {
        self.init(try await request.body.collect(upTo: 1 << 16).readableBytesView)
    }

    subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    private static func text(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        var rest = Array(bytes)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): text.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2
                else {
                    text.append(byte)
                    continue
                }
                text.append(value)
                rest = rest.dropFirst(2)
            default: text.append(byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension Request {
    /// Whether the browser says that a page of this server sent the request. One that says nothing is no browser, or is
    /// so old that only the form's token can tell.
    var isFromOwnPage: Bool {
        let site = headers[.known("Sec-Fetch-Site")]
        if let site, site != "same-origin", site != "none" { return false }
        guard let origin = headers[.origin] else { return true }
        // What a browser sends that was told to name no referrer.
        if origin == "null" { return site == "same-origin" }
        guard let scheme = origin.range(of: "://") else { return false }
        let host = origin[scheme.upperBound...].lowercased()
        return [head.authority, headers[.known("X-Forwarded-Host")]].contains { $0?.lowercased() == host }
    }
}

extension SentForm {
    /// Whether the form was made for this session. A call that brings its token needs none: no browser adds that by
    /// itself.
    func belongs(to call: Call) -> Bool {
        guard let session = call.session else { return call.caller != nil }
        return isEqualInConstantTime(Array((self[FormFields.token] ?? "").utf8), Array(session.formToken.utf8))
    }
}

/// The hidden fields of every form that changes something.
enum FormFields {
    static let token = "form-token"
    /// Of this form alone, so that a double click is told from a second wish.
    static let once = "once"

    static func hidden(_ call: Call) -> HTML {
        """
        <input type="hidden" name="\(token)" value="\(call.session?.formToken ?? "")">\
        <input type="hidden" name="\(once)" value="\(unguessableText())">
        """
    }
}
