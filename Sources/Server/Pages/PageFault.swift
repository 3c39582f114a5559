import HTTPTypes
import Hummingbird
import Logging
import TidegateModel

/// Why there is no page of the wanted kind, for people.
struct PageFault: Error {
    var status: HTTPResponse.Status
    var title: String
    var sentence: String
    /// Where to go instead.
    var links: [(title: String, path: String)] = []

    static func notFound(_ kind: String, _ name: String, near: [(title: String, path: String)]) -> PageFault {
        PageFault(status: .notFound, title: "Not found", sentence: "There is no \(kind) '\(name)'.", links: near)
    }

    static func refused(_ sentence: String, backTo path: String) -> PageFault {
        PageFault(status: .conflict, title: "Refused", sentence: sentence, links: [("Back", path)])
    }

    init(status: HTTPResponse.Status, title: String, sentence: String, links: [(title: String, path: String)] = []) {
        self.status = status
        self.title = title
        self.sentence = sentence
        self.links = links
    }

    init(_ fault: Fault) {
        let title =
            switch fault {
            case .notFound: "Not found"
            case .notAllowed, .noToken, .wrongToken, .wrongHeader: "Not allowed"
            case .unavailable: "Not available"
            default: "Not possible"
            }
        let sentence = fault.sentence.prefix(1).uppercased() + fault.sentence.dropFirst()
        self.init(status: fault.status, title: title, sentence: sentence.hasSuffix(".") ? sentence : sentence + ".")
    }

    var main: HTML {
        let items: [HTML] = links.map { "<li><a href=\"\($0.path)\">\($0.title)</a></li>" }
        let list: HTML = items.isEmpty ? "<p><a href=\"/\">Today</a></p>" : "<ul>\(items)</ul>"
        return "<p>\(sentence)</p>\n\(list)"
    }
}

/// Answers requests for pages that failed with a page.
struct PageAnswers: RouterMiddleware {
    typealias Context = Call

    let desk: Desk

    func handle(
        _ request: Request, context: Call, next: (Request, Call) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let fault as PageFault {
            return answer(fault, request, context)
        } catch let error where error.leavesNobodyToAnswer {
            throw error
        } catch {
            if let fault = Fault(of: error) { return answer(PageFault(fault), request, context) }
            desk.logger.error("page failed", metadata: ["path": "\(request.uri.path)", "reason": "\(error)"])
            return answer(PageFault(.unavailable("this page is not available now, the log says why")), request, context)
        }
    }

    private func answer(_ fault: PageFault, _ request: Request, _ call: Call) -> Response {
        let path = request.uri.path
        let place = Layout.Place.allCases.first { $0 != .today && path.hasPrefix($0.path) }
        let layout = Layout(
            fault.title, in: place ?? (path.hasPrefix("/runs") ? .dataflows : .today), of: call, at: desk, zone: .utc,
            asOf: desk.clock.now())
        return .page(layout.page(fault.main), status: fault.status)
    }
}
