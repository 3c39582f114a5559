import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// What went wrong, as this family puts it.
struct SegmentationProblem: Encodable {
    struct Entry: Encodable {
        let code: String
        let message: String
    }

    let type: String
    let title: String
    let status: Int
    let requestId: String
    /// By status.
    let errors: [String: [Entry]]

    init(_ fault: Fault, request: RequestID) {
        status = fault.status.code
        let code = "TGATE-\(Self.number(fault))-\(status)"
        type = "https://ns.adobe.com/aep/errors/\(code)"
        title = fault.status.reasonPhrase
        requestId = request.text
        errors = ["\(status)": [Entry(code: code, message: fault.sentence)]]
    }

    func answer() throws -> Response {
        var headers: HTTPFields = [.requestID: requestId]
        if status == 429 || status == 503 { headers[.retryAfter] = "5" }
        return try .json(self, status: .init(code: status), headers: headers)
    }

    /// One for each kind of fault, in the middle of its code.
    private static func number(_ fault: Fault) -> Int {
        switch fault {
        case .badRequest: 1000
        case .noToken: 1001
        case .wrongToken: 1002
        case .wrongHeader: 1003
        case .notAllowed: 1004
        case .declared: 1005
        case .notFound: 1006
        case .notAcceptable: 1007
        case .conflict: 1008
        case .stale: 1009
        case .keyUsedOtherwise: 1010
        case .tooMany: 1011
        case .unavailable: 1012
        }
    }
}

/// Answers what went wrong with the request's id in it.
struct SegmentationFaults: RouterMiddleware {
    typealias Context = Call

    let logger: Logger

    func handle(
        _ request: Request, context: Call, next: (Request, Call) async throws -> Response
    ) async throws -> Response {
        let answers = FaultAnswers(logger: logger) {
            try SegmentationProblem($0, request: context.requestID).answer()
        }
        return try await answers.handle(request, context: context, next: next)
    }
}
