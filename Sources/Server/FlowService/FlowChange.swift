import Foundation
import Hummingbird
import Store
import TidegateModel

/// Enables and disables flows, which is to resume and to pause them: everything else is declared by job files.
struct FlowChange {
    let desk: Desk
    let caller: Caller

    /// Whether the client must say which version of the flow it has seen.
    enum Precondition: Sendable { case required, optional }

    /// Answers with the flow's id and its etag from now on.
    ///
    /// - Parameter etag: the header `If-Match`.
    func set(_ id: UUID, enabled isEnabled: Bool, seen etag: String?, _ precondition: Precondition) throws -> Response {
        let flow = try flow(id)
        return try desk.audited(isEnabled ? .resume : .pause, flow.dataflow.name, by: caller, needing: .admin) {
            if etag == nil, precondition == .required { throw Fault.badRequest("1403-400 Header is missing: If-Match") }
            if let etag { try Self.check(etag, flow) }
            guard isEnabled != (flow.hindrance == nil) else { return Self.answer(flow) }
            if isEnabled, let refusal = flow.hindrance?.refusal { throw Fault.badRequest(refusal) }
            let isDone = try desk.store.setPaused(
                !isEnabled, id, seen: flow.pause?.changes ?? 0, at: desk.clock.now(), actor: caller.actor
            )
            guard isDone else { throw Fault.stale(flow.etag, flow) }
            return Self.answer(try self.flow(id))
        }
    }

    private func flow(_ id: UUID) throws -> Flow {
        guard let flow = Flow(id, try desk.declared.current(), pauses: try desk.store.pauseRecords()) else {
            throw Fault.notFound(flows: id)
        }
        return flow
    }

    /// An etag without its quotes is as wrong as an old one.
    private static func check(_ given: String, _ flow: Flow) throws(Fault) {
        let tags = given.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        guard tags.contains(flow.etag) else { throw .stale(given, flow) }
    }

    private static func answer(_ flow: Flow) -> Response {
        .json(["id": .text(flow.dataflow.id.text), "etag": .text(flow.etag)])
    }
}

extension Flow.Hindrance {
    /// Why the flow cannot be enabled; nil where it can.
    fileprivate var refusal: String? {
        switch self {
        case .detached: "flow is detached from its destination by its job file and cannot be enabled here"
        case .switchedOff: "flow is switched off by its job file ('enabled: false') and cannot be enabled here"
        case .paused: nil
        }
    }
}

extension Fault {
    fileprivate static func stale(_ given: String, _ flow: Flow) -> Fault {
        .stale(
            "Supplied version=[\(given.prefix(100))] does not match the current version on entity=[\(flow.dataflow.id.text)]"
        )
    }
}

/// A patch as RFC 6902 has it, of which this API takes one: the state.
struct FlowPatch: Hashable, Sendable {
    let isEnabled: Bool

    /// - Parameter body: JSON, as it came.
    init(_ body: some Collection<UInt8>) throws(Fault) {
        let json = try? JSONSerialization.jsonObject(with: Data(body))
        guard let instructions = json as? [[String: Any]], !instructions.isEmpty else {
            throw .badRequest("body must be a list of patch instructions, each with op, path and value")
        }
        var isEnabled = false
        for instruction in instructions { isEnabled = try Self.state(instruction) }
        self.isEnabled = isEnabled
    }

    private static func state(_ instruction: [String: Any]) throws(Fault) -> Bool {
        guard let op = instruction["op"] as? String, let path = instruction["path"] as? String else {
            throw .badRequest("patch instruction must have an op and a path")
        }
        guard path == "/state", ["replace", "add"].contains(op.lowercased()) else {
            throw .badRequest(
                "only '/state' can be replaced here; everything else of a flow is declared by its job file"
            )
        }
        switch instruction["value"] as? String {
        case "enabled": return true
        case "disabled": return false
        default: throw .badRequest("state must be 'enabled' or 'disabled'")
        }
    }
}
