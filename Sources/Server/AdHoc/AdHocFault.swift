import HTTPTypes
import Hummingbird
import Store
import TidegateModel

/// Why an ad-hoc call starts nothing.
struct AdHocFault: Error, Hashable, Sendable {
    let status: HTTPResponse.Status
    /// For programs, where several reasons share a sentence.
    let code: String
    let message: String
    /// The instant from which the same call would be allowed, in whole seconds: what documents cut off would be too early.
    var allowedFrom: Instant?

    func answer() throws -> Response {
        try .json(Document(code: code, message: message, allowedFrom: allowedFrom), status: status)
    }

    private struct Document: Encodable {
        let code: String
        let message: String
        let allowedFrom: Instant?
    }

    /// A request that cannot be read as one of this call.
    static func malformed(_ message: String) -> AdHocFault {
        AdHocFault(status: .badRequest, code: "malformed", message: message)
    }

    static let notAcceptable = AdHocFault(
        status: .notAcceptable, code: "unknown-version",
        message: "version is not known; '\(AdHocVersion.type); version=2' is, and version 1 without an Accept header"
    )

    static let tooLarge = malformed("request body is larger than 1 MB")

    static let keyUsedOtherwise = AdHocFault(
        status: .unprocessableContent, code: "key-used-otherwise",
        message: "Idempotency-Key was given to another request; a new request needs a new key"
    )

    static let unknownExportJob = AdHocFault(
        status: .badRequest, code: "unknown-export-job",
        message: "exportIds names an export job that is not known, has published nothing, or is not kept any more"
    )
}

extension AdHocFault {
    /// A refusal in the words of the API, which names things by their ids.
    init(_ refusal: AdHocRefusal) {
        switch refusal {
        case .tooManySegments: self.init(refusal, code: "too-many-segments")
        case .outOfScope(let segments, let scope):
            self.init(
                status: .badRequest, code: scope.rawValue,
                message:
                    "Segments \(segments.joined(separator: ", ")) are not part of this dataflow or out of schedule range!"
            )
        case .alreadyRunning(let segment, let dataflow, _, let run):
            self.init(
                status: .badRequest, code: "already-running",
                message: "Run already going on for segment \(segment.id.text) for order \(dataflow.text) "
                    + "with run id \(run.text)"
            )
        case .tooEarly(_, let until):
            self.init(refusal, code: "too-early", allowedFrom: (until + .milliseconds(999)).flooredToSecond)
        case .noSnapshot: self.init(refusal, code: "no-snapshot")
        case .segmentsNotInSnapshot: self.init(refusal, code: "not-in-snapshot")
        case .unknownDataflow: self.init(refusal, status: .notFound, code: "unknown-destination")
        case .unknownSegment: self.init(refusal, status: .notFound, code: "unknown-segment")
        case .unknownSnapshot: self = .unknownExportJob
        }
    }

    private init(
        _ refusal: AdHocRefusal, status: HTTPResponse.Status = .badRequest, code: String, allowedFrom: Instant? = nil
    ) {
        self.init(status: status, code: code, message: refusal.description, allowedFrom: allowedFrom)
    }
}
