import Hummingbird

/// The pages for people.
struct PageRoutes: Sendable {
    let desk: Desk
    let access: Access

    func add(to router: Router<Call>) {
        router.get("/") { _, _ in Response.page("<!doctype html><title>Tidegate</title>") }
    }
}
