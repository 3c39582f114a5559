import Foundation

/// An answer to `GET /v3/marketing/contacts/imports/{id}`.
struct SendGridJob: Hashable, Sendable {
    enum Status: Hashable, Sendable {
        case pending
        /// Ended without errors.
        case completed
        /// Ended with some.
        case errored
        /// Ended with nothing done.
        case failed
    }

    /// Only this says whether a job has ended: counts are complete long before, and never add up where contacts did not
    /// change.
    var status: Status
    /// How many contacts are done as far as the counts tell; nil where there are none yet.
    var done: Int?
    var refused: Int?
    /// Where the refused contacts are listed, for a while.
    var errorsURL: String?
    var figures: [String: Int]

    init(_ answer: SendGridJSON) {
        // A word that is not known yet is no end. The job's type is not asked: descriptions and answers differ.
        status =
            switch answer["status"].text {
            case "completed": .completed
            case "errored": .errored
            case "failed": .failed
            default: .pending
            }
        let results = answer["results"]
        figures = [:]
        for (name, value) in results.members {
            guard let end = name.range(of: "_count", options: [.anchored, .backwards]), let number = value.number else {
                continue
            }
            figures[String(name[..<end.lowerBound])] = number
        }
        refused = figures["errored"]
        let counts = ["created", "updated", "unmodified", "deleted", "errored"].compactMap { figures[$0] }
        done = counts.isEmpty ? nil : counts.reduce(0, +)
        errorsURL = results["errors_url"].text.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// How the job stands; of an ended one with the contacts that its list of errors names.
    func outcome(_ rejections: [JobResult.Rejection] = []) -> JobOutcome {
        guard status != .pending else { return .pending(done: done) }
        // SendGrid says of a job that errored that some contacts did, so at least one is missing.
        let refused = self.refused ?? (status == .errored ? max(1, rejections.count) : rejections.count)
        return .ended(
            JobResult(
                rejections: rejections, unnamed: status == .failed ? 0 : max(0, refused - rejections.count),
                isRefused: status == .failed, figures: figures
            )
        )
    }
}
