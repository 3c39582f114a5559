import Hummingbird

///
struct AdHocRoutes: Sendable {
    let desk: Desk

    static func answer(_ fault: Fault) throws -> Response {
        try .json(Problem(fault), status: fault.status)
    }

    func add(to router: RouterGroup<Call>) {
    }
}
