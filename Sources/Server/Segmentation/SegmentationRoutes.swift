import HTTPTypes
import Hummingbird
import Store
import TidegateModel

/// Segmentation: what the job files declare, and the cycles as the vendor's segment jobs and export jobs.
struct SegmentationRoutes: Sendable {
    let desk: Desk

    /// Where a call does not get as far as the family, the gateway answers.
    static func answer(_ fault: Fault) throws -> Response {
        switch fault {
        case .noToken, .wrongToken, .wrongHeader: try .json(Problem(fault), status: fault.status)
        default: try SegmentationProblem(fault, request: RequestID()).answer()
        }
    }

    func add(to router: RouterGroup<Call>) {
        let calls = router.group("/data/core/ups").add(middleware: SegmentationFaults(logger: desk.logger))
        addDefinitions(to: calls)
        addSegmentJobs(to: calls)
        addExportJobs(to: calls)
        addSchedules(to: calls)
    }

    private func addDefinitions(to calls: RouterGroup<Call>) {
        let definitions = SegmentDefinitions(store: desk.store)
        calls.get("segment/definitions") { request, _ in
            try Response.json(try definitions.page(Query(request), Tenant(request)))
        }
        calls.get("segment/definitions/:id") { request, context in
            try Response.json(try definitions.one(try context.parameters.require("id"), Tenant(request)))
        }
        let refusal = JobFileRefusal(desk: desk, what: "segments")
        calls.post("segment/definitions", use: refusal.answer)
        calls.delete("segment/definitions/:id", use: refusal.answer)
        calls.patch("segment/definitions/:id", use: refusal.answer)
    }

    private func addSegmentJobs(to calls: RouterGroup<Call>) {
        let jobs = SegmentJobs(desk: desk)
        calls.get("segment/jobs") { request, _ in
            try Response.json(try jobs.page(Query(request), Tenant(request)))
        }
        calls.get("segment/jobs/:id") { request, context in
            try Response.json(try jobs.one(try context.parameters.require("id"), Tenant(request)))
        }
        calls.post("segment/jobs") { request, context in
            try await SegmentJobStart(desk: desk).answer(request, context)
        }
        calls.delete("segment/jobs/:id") { _, context in
            try SegmentJobStart(desk: desk).cancel(try context.parameters.require("id"), context)
        }
    }

    private func addExportJobs(to calls: RouterGroup<Call>) {
        let jobs = ExportJobs(store: desk.store)
        calls.get("export/jobs") { request, _ in
            try Response.json(try jobs.page(Query(request), Tenant(request)))
        }
        calls.get("export/jobs/:id") { request, context in
            try Response.json(try jobs.one(try context.parameters.require("id"), Tenant(request)))
        }
        let refusal = JobFileRefusal(desk: desk, what: "exports")
        calls.post("export/jobs", use: refusal.answer)
        calls.delete("export/jobs/:id", use: refusal.answer)
    }

    private func addSchedules(to calls: RouterGroup<Call>) {
        let schedules = Schedules(desk: desk)
        calls.get("config/schedules") { request, _ in
            try Response.json(try schedules.page(Query(request), Tenant(request)))
        }
        calls.get("config/schedules/:id") { request, context in
            try Response.json(try schedules.one(try context.parameters.require("id"), Tenant(request)))
        }
        let refusal = JobFileRefusal(desk: desk, what: "schedules")
        calls.post("config/schedules", use: refusal.answer)
        calls.patch("config/schedules/:id", use: refusal.answer)
        calls.delete("config/schedules/:id", use: refusal.answer)
    }
}

/// Refuses what only the job files can do.
struct JobFileRefusal: Sendable {
    let desk: Desk
    let what: String

    var sentence: String {
        "\(what) are declared by the job files, which are kept in Git: change them there"
    }

    @Sendable func answer(_ request: Request, _ context: Call) throws -> Response {
        try desk.store.note(
            AuditEntry(
                at: desk.clock.now(), actor: context.caller?.actor ?? "api", action: .change, subject: what,
                refusal: sentence
            )
        )
        throw Fault.declared(sentence)
    }
}
