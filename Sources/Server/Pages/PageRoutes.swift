import Hummingbird
import TidegateModel

/// The pages for people.
struct PageRoutes: Sendable {
    let desk: Desk
    let access: Access

    func add(to router: Router<Call>) {
        AssetRoutes().add(to: router)
        router.get("/") { _, call in
            let now = desk.clock.now()
            let layout = Layout("Today", in: .today, of: call, at: desk, zone: .utc, asOf: now)
            return Response.page(layout.page(""))
        }
    }
}
