import Hummingbird

/// The pages for people.
struct PageRoutes: Sendable {
    let desk: Desk
    let access: Access

    func add(to router: Router<Call>) {
        AssetRoutes().add(to: router)
        OverviewRoutes(desk: desk).add(to: router)
        EventRoutes(feed: ChangeFeed(desk)).add(to: router)
    }
}
