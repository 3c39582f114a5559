import Digests
import Foundation
import HTTPTypes
import Hummingbird
import Store
import TidegateModel

/// Starts a cycle because a call asks for a segment job, or says why there is nothing to start or to cancel.
struct SegmentJobStart: Sendable {
    let desk: Desk

    /// The job that goes on then, also where it is not a new one: every job evaluates all segments.
    func answer(_ request: Request, _ context: Call) async throws -> Response {
        do {
            let caller = try context.allowed(.trigger)
            try check(try await Self.wanted(request, context))
            let started = try await desk.controls.startCycle()
            if started.isNew { try note(.startCycle, "cycle", caller.actor, refusal: nil) }
            return try Response.json(try SegmentJobs(desk: desk).one(started.cycle, Tenant(request)))
        } catch let fault as Fault {
            try note(.startCycle, "cycle", context.caller?.actor, refusal: fault.sentence)
            throw fault
        }
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
        let body = try await request.body.collect(upTo: context.maxUploadSize)
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
