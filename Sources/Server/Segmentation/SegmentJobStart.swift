import Digests
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Store
import TidegateModel

/// Starts a cycle because a call asks for a segment job, or says why there is nothing to start or to cancel.
struct SegmentJobStart: Sendable {
    let desk: Desk

    /// The job that goes on then, also where it is not a new one: every job evaluates all segments.
    func answer(_ request: Request, _ context: Call) async throws -> Response {
        do {
            let caller = try context.allowed(.trigger)
            let cycle = try await cycle(for: try await known(request, context, caller), caller)
            return try Response.json(try SegmentJobs(desk: desk).one(cycle, Tenant(request)))
        } catch let fault as Fault {
            try note(.startCycle, "cycle", context.caller?.actor, refusal: fault.sentence)
            throw fault
        }
    }

    private func cycle(for request: ClientRequest, _ caller: Caller) async throws -> Cycle {
        do {
            let answer = try await desk.controls.startCycleFor(request)
            if answer.isNew { try note(.startCycle, "cycle", caller.actor, refusal: nil) }
            return answer.cycle
        } catch is KeyUsedOtherwise {
            throw Fault.keyUsedOtherwise
        } catch CycleRefusal.notNow {
            throw Fault.tooMany(CycleRefusal.notNow.description)
        } catch CycleRefusal.goingDown {
            throw Fault.unavailable(CycleRefusal.goingDown.description)
        }
    }

    /// The request as far as it takes to know it again. Throws where it makes no sense.
    private func known(_ request: Request, _ context: Call, _ caller: Caller) async throws -> ClientRequest {
        let key = try Self.key(of: request)
        let wanted = try await Self.wanted(request, context)
        try check(wanted)
        let asked = (["POST segment/jobs"] + wanted.map { $0.lowercased() }.sorted()).joined(separator: "\n")
        return ClientRequest(caller: caller.actor, key: key, digest: sha256(of: Data(asked.utf8)))
    }

    private static func key(of request: Request) throws(Fault) -> String? {
        guard let key = request.headers[.known("Idempotency-Key")] else { return nil }
        guard 1...255 ~= key.utf8.count, key.utf8.allSatisfy({ 0x20...0x7E ~= $0 }) else {
            throw .badRequest("Idempotency-Key must be of 1 to 255 ASCII characters")
        }
        return key
    }

    /// Refuses to cancel a job.
    func cancel(_ id: String, _ context: Call) throws -> Response {
        do {
            _ = try context.allowed(.trigger)
            guard let id = CycleID(id), let cycle = try desk.store.cycle(id.sequence) else { throw SegmentJobs.unknown }
            let reason = cycle.isOpen ? "a cycle publishes all segments or none, at its end" : "it has ended"
            throw Fault.conflict("segment job cannot be cancelled: \(reason)")
        } catch let fault as Fault {
            try note(.cancel, CycleID(id)?.description ?? "segment job", context.caller?.actor, refusal: fault.sentence)
            throw fault
        }
    }

    private struct Item: Decodable, Sendable {
        let segmentId: String
    }

    /// The ids in the body, each once.
    private static func wanted(_ request: Request, _ context: Call) async throws -> Set<String> {
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: context.maxUploadSize)
        } catch is NIOTooManyBytesError {
            throw Fault.badRequest("body is larger than \(context.maxUploadSize) bytes")
        }
        guard let items = try? JSONDecoder().decode([Item].self, from: Data(body.readableBytesView)), !items.isEmpty
        else {
            throw Fault.badRequest(#"body must be a JSON array of {"segmentId": …}, with the id of a segment or "*""#)
        }
        return Set(items.map(\.segmentId))
    }

    /// Throws where one of the ids is no segment's.
    private func check(_ wanted: Set<String>) throws {
        let named = wanted.subtracting(["*"])
        let ids = named.compactMap(UUID.init(uuidString:))
        let known = try desk.store.declaredSegments(among: Set(ids))
        guard ids.count == named.count, known.isSuperset(of: ids) else {
            throw Fault.notFound("body names a segment that is not known")
        }
    }

    private func note(_ action: AuditEntry.Action, _ subject: String, _ actor: String?, refusal: String?) throws {
        try desk.store.note(
            AuditEntry(
                at: desk.clock.now(), actor: actor ?? "api", action: action, subject: subject, refusal: refusal
            )
        )
    }
}
