import Foundation
import Hummingbird
import Reports
import Store
import TidegateModel

/// The forms that change something.
struct ActionRoutes: Sendable {
    let desk: Desk
    let actions: Actions
    let found: Finding

    func add(to pages: RouterGroup<Call>) {
        pages.post("/dataflows/{name}/run") { request, call in
            let (dataflow, _) = try found.dataflow(call)
            return try await actions.take(wish(.runNow, .trigger, dataflow), request, call) { form, caller in
                try await run(dataflow, form, caller)
            }
        }
        pages.post("/dataflows/{name}/pause") { request, call in try await setPaused(true, request, call) }
        pages.post("/dataflows/{name}/resume") { request, call in try await setPaused(false, request, call) }
        pages.post("/runs/{id}/cancel") { request, call in
            let run = try found.run(call)
            return try await actions.take(wish(.cancel, .trigger, run), request, call) { _, caller in
                let state = try desk.store.requestCancel(of: run.id, at: desk.clock.now(), actor: caller.actor)
                return .done(RunPage.path(run.id.text), "The run is \(state.title).")
            }
        }
        pages.post("/runs/{id}/retry") { request, call in
            let run = try found.run(call)
            return try await actions.take(wish(.retry, .trigger, run), request, call) { _, caller in
                .done(RunPage.path(try await desk.controls.retry(run, caller.actor).id.text))
            }
        }
        pages.post("/cycle/start") { request, call in
            let wish = Actions.Wish(action: .startCycle, subject: "cycle", scope: .trigger, path: "/segments")
            return try await actions.take(wish, request, call) { _, _ in try await startCycle() }
        }
    }

    private func wish(_ action: AuditEntry.Action, _ scope: Scope, _ dataflow: Dataflow) -> Actions.Wish {
        Actions.Wish(
            action: action, subject: dataflow.name, scope: scope, path: DataflowPage.path(dataflow.name)
        )
    }

    private func wish(_ action: AuditEntry.Action, _ scope: Scope, _ run: Run) -> Actions.Wish {
        Actions.Wish(action: action, subject: run.id.text, scope: scope, path: RunPage.path(run.id.text))
    }

    private func run(_ dataflow: Dataflow, _ form: SentForm, _ caller: Caller) async throws -> FormOutcome {
        let names = form.all("segment")
        // The form has boxes only where there is a choice; an order without segments would mean all of them.
        if names.isEmpty, form["choice"] != nil { throw Refusal("no segment is chosen") }
        let spec = try found.spec()
        let segments = try names.map { name in
            guard let segment = spec.segment(named: name) else { throw Refusal("segment '\(name)' is not known") }
            return segment.id
        }
        let order = AdHocOrder(
            items: [AdHocOrder.Item(dataflow: dataflow.id, segments: segments)], isForced: form["force"] == "yes"
        )
        let runs = try await desk.controls.force(order, caller.actor)
        if runs.count == 1 { return .done(RunPage.path(runs[0].id.text)) }
        return .done(DataflowPage.path(dataflow.name), "\(Figures.count(runs.count, "run")) queued.")
    }

    private func setPaused(_ isPaused: Bool, _ request: Request, _ call: Call) async throws -> Response {
        let (dataflow, _) = try found.dataflow(call)
        return try await actions.take(wish(isPaused ? .pause : .resume, .admin, dataflow), request, call) {
            form, caller in
            let isSet = try desk.store.setPaused(
                isPaused, dataflow.id, seen: form["changes"].flatMap(Int.init), at: desk.clock.now(),
                actor: caller.actor
            )
            guard isSet else {
                throw Refusal("somebody else has paused or resumed it meanwhile; it stands as shown here")
            }
            return .done(DataflowPage.path(dataflow.name))
        }
    }

    private func startCycle() async throws -> FormOutcome {
        let (cycle, isNew) = try await desk.controls.startCycle()
        guard isNew else { throw Refusal("a cycle goes on already, since \(cycle.startedAt)") }
        return .done("/segments", "The cycle has begun.")
    }
}
