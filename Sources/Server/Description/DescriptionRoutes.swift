import Hummingbird
import NIOCore

/// `/openapi.json`. Needs no token: it says what there is to be called, and nothing about customers or dataflows.
struct DescriptionRoutes: Sendable {
    static let path = "/openapi.json"
    private let bytes: [UInt8]

    init(desk: Desk) {
        bytes = Description.document(version: desk.version).bytes
    }

    func add(to router: Router<Call>) {
        router.get("/openapi.json") { [bytes] _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
            )
        }
    }
}
