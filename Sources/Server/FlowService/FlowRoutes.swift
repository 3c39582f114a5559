import Foundation
import HTTPTypes
import Hummingbird
import Store
import TidegateModel

/// Dataflows and their runs, as the vendor's flow service has them.
struct FlowRoutes: Sendable {
    private static let base = "/data/foundation/flowservice"

    let desk: Desk
    let owner: FlowOwner

    init(desk: Desk, access: Access) {
        self.desk = desk
        owner = FlowOwner(organization: access.organization, sandbox: access.sandbox)
    }

    /// What the gateway refuses has the gateway's shape also here.
    static func answer(_ fault: Fault) throws -> Response {
        switch fault {
        case .noToken, .wrongToken, .wrongHeader, .notAllowed: try .json(Problem(fault), status: fault.status)
        default:
            .json(
                ["errorMessage": .text(fault.sentence), "errorDetails": .text(fault.details)], status: fault.status
            )
        }
    }

    func add(to router: RouterGroup<Call>) {
        router.get("\(Self.base)/flows") { request, context in
            _ = try context.allowed(.read)
            return try FlowList(desk: desk, owner: owner).answer(request.uri.query ?? "")
        }
        router.get("\(Self.base)/flows/{id}") { _, context in
            _ = try context.allowed(.read)
            let item = try FlowList(desk: desk, owner: owner).item(try context.flowID())
            return Response.json(["items": [item]])
        }
        router.patch("\(Self.base)/flows/{id}") { request, context in try await patch(request, context) }
        router.post("\(Self.base)/flows/{id}/action") { request, context in try act(request, context) }
        router.get("\(Self.base)/runs") { request, context in
            _ = try context.allowed(.read)
            return try RunList(desk: desk, owner: owner).answer(request.uri.query ?? "")
        }
        router.get("\(Self.base)/runs/{id}") { request, context in try run(request, context) }
        router.post("\(Self.base)/runs/{id}/action") { request, context in try await retry(request, context) }
    }

    private func patch(_ request: Request, _ context: Call) async throws -> Response {
        let caller = try context.allowed(.read)
        let id = try context.flowID()
        let body = try await request.body.collect(upTo: context.maxUploadSize)
        let patch = try FlowPatch(body.readableBytesView)
        return try FlowChange(desk: desk, caller: caller)
            .set(id, enabled: patch.isEnabled, seen: request.headers[.ifMatch], .required)
    }

    private func act(_ request: Request, _ context: Call) throws -> Response {
        let caller = try context.allowed(.read)
        let id = try context.flowID()
        let isEnabled =
            switch QueryPairs(request.uri.query ?? "").last("op") {
            case "ENABLE": true
            case "DISABLE": false
            default: throw Fault.badRequest("op must be ENABLE or DISABLE; everything else is done by job files")
            }
        return try FlowChange(desk: desk, caller: caller)
            .set(id, enabled: isEnabled, seen: request.headers[.ifMatch], .optional)
    }

    private func run(_ request: Request, _ context: Call) throws -> Response {
        _ = try context.allowed(.read)
        let (json, etag) = try RunList(desk: desk, owner: owner).item(try context.flowID())
        let known = request.headers[.ifNoneMatch]?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        if known?.contains(etag) == true { return Response(status: .notModified, headers: [.eTag: etag]) }
        return Response.json(["items": [json]], headers: [.eTag: etag])
    }

    /// Queues a new run in place of one that did not deliver.
    private func retry(_ request: Request, _ context: Call) async throws -> Response {
        let caller = try context.allowed(.read)
        let id = try context.flowID()
        guard QueryPairs(request.uri.query ?? "").last("op") == "RE_TRIGGER" else {
            throw Fault.badRequest("op must be RE_TRIGGER")
        }
        guard let run = try desk.store.run(id) else { throw Fault.notFound(runs: id) }
        return try await desk.audited(.retry, id.text, by: caller, needing: .trigger) {
            do {
                let again = try await desk.controls.retry(run, caller.actor)
                let (_, etag) = try RunList(desk: desk, owner: owner).item(again.id)
                return Response.json(["id": .text(again.id.text), "etag": .text(etag)])
            } catch let refusal as RetryRefusal {
                throw Fault.badRequest("\(refusal)")
            } catch let refusal as AdHocRefusal {
                throw Fault.badRequest("\(refusal)")
            }
        }
    }
}

extension Call {
    /// The id in the path.
    fileprivate func flowID() throws(Fault) -> UUID {
        guard let id = parameters.get("id").flatMap(UUID.init(uuidString:)) else {
            throw .badRequest("id in the path must be a UUID")
        }
        return id
    }
}

extension Fault {
    static func notFound(flows id: UUID) -> Fault { .notFound("flows not found with id = [\(id.text)]") }
    static func notFound(runs id: UUID) -> Fault { .notFound("runs not found with id = [\(id.text)]") }

    /// What a client can do about it.
    fileprivate var details: String {
        switch self {
        case .notFound: "nothing with this id is declared by the job files or was ever run"
        case .stale: "read the flow again and send its etag, in double quotes, in the header If-Match"
        case .tooMany, .unavailable: "try again later"
        default: "request was not carried out"
        }
    }
}
