import Foundation
import HTTPTypes
import Hummingbird

/// By which a request is found again in logs, its client's and ours.
struct RequestID: Hashable, Sendable {
    let text: String

    private init(_ text: String) {
        self.text = text
    }

    init() {
        self.init(UUID().uuidString.lowercased())
    }

    /// What the request calls itself; a new one where that is nothing that can be repeated safely.
    init(_ request: Request) {
        let given = request.headers[.requestID] ?? ""
        guard 1...128 ~= given.utf8.count, given.utf8.allSatisfy(Self.isPlain) else {
            self.init()
            return
        }
        self.init(given)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: ":"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}

extension HTTPField.Name {
    static let requestID = known("x-request-id")
}
