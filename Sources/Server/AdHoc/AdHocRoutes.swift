import HTTPTypes
import Hummingbird
import Store
import TidegateModel

/// Ad-hoc activation: full exports now, in the shapes of the vendor's call.
struct AdHocRoutes: Sendable {
    let desk: Desk

    static func answer(_ fault: Fault) throws -> Response {
        switch fault {
        case .noToken, .wrongToken, .wrongHeader, .notAllowed: try .json(Problem(fault), status: fault.status)
        default: try .json(Message(message: fault.sentence), status: fault.status)
        }
    }

    func add(to router: RouterGroup<Call>) {
        router.post("/data/core/activation/disflowprovider/adhocrun") { request, context in
            do {
                return try await run(request, context)
            } catch let fault as AdHocFault {
                return try fault.answer()
            }
        }
    }

    private struct Message: Encodable {
        let message: String
    }

    private func run(_ request: Request, _ context: Call) async throws -> Response {
        let caller = try allowed(context)
        let version = try AdHocVersion(accept: request.headers[.accept])
        let body = try await AdHocBody(request, version)
        guard let address = CalledAddress(request) else { throw AdHocFault.malformed("Host header is malformed") }
        let known = ClientRequest(
            caller: caller.actor, key: try Self.key(request.headers[.idempotencyKey]), digest: body.digest
        )
        let start = AdHocStart(desk: desk, caller: caller, body: body, request: known)
        let started = try await start()
        return try .json(
            Orders(started.runs, body, address), headers: started.isReplay ? [.idempotencyReplayed: "true"] : [:]
        )
    }

    private func allowed(_ context: Call) throws -> Caller {
        do {
            return try context.allowed(.trigger)
        } catch {
            let actor = context.caller?.actor ?? "api"
            try desk.store.note(
                AuditEntry(
                    at: desk.clock.now(), actor: actor, action: .runNow, subject: AdHocStart.unknownJob,
                    refusal: error.sentence
                )
            )
            throw error
        }
    }

    private static func key(_ given: String?) throws(AdHocFault) -> String? {
        guard let given else { return nil }
        guard 1...255 ~= given.utf8.count, given.utf8.allSatisfy({ 0x20...0x7E ~= $0 }) else {
            throw .malformed("Idempotency-Key must be of 1 to 255 ASCII characters")
        }
        return given
    }
}

extension HTTPField.Name {
    fileprivate static let idempotencyKey = known("Idempotency-Key")
    fileprivate static let idempotencyReplayed = known("Idempotency-Replayed")
}

/// One record for each destination and segment that was asked for. Several may have one run, which may export more: files
/// of ids have all segments of their dataflow.
private struct Orders: Encodable {
    struct Record: Encodable {
        let segment: String
        let order: String
        let statusURL: String
    }

    let order: [Record]

    init(_ runs: [Run], _ body: AdHocBody, _ address: CalledAddress) {
        let asked = Dictionary(body.items.map { ($0.dataflow, Set($0.segments)) }) { $0.union($1) }
        order = runs.flatMap { run in
            run.segments.filter { asked[run.dataflow]?.contains($0.id) == true }.map { segment in
                Record(
                    segment: segment.id.text, order: run.dataflow.text,
                    statusURL: "\(address)/data/foundation/flowservice/runs/\(run.id.text)"
                )
            }
        }
    }
}
