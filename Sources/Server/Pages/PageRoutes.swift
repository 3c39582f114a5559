import Hummingbird

/// The pages for people.
struct PageRoutes: Sendable {
    let desk: Desk
    let access: Access
    let feed: ChangeFeed
    private let sessions = Sessions()
    private let outcomes = FormOutcomes()

    init(desk: Desk, access: Access, feed: ChangeFeed) {
        self.desk = desk
        self.access = access
        self.feed = feed
    }

    func add(to router: Router<Call>) {
        AssetRoutes().add(to: router)
        let login = LoginRoutes(desk: desk, access: access, sessions: sessions)
        login.add(to: router.group().add(middleware: PageAnswers(desk: desk)))
        let pages = router.group()
            .add(middleware: SessionCheck(access: access, sessions: sessions, clock: desk.clock))
            .add(middleware: PageAnswers(desk: desk))
        login.addLogout(to: pages)
        let found = Finding(desk: desk)
        let actions = Actions(desk: desk, outcomes: outcomes)
        OverviewRoutes(desk: desk).add(to: pages)
        EventRoutes(feed: feed, sessions: sessions, clock: desk.clock).add(to: pages)
        DetailRoutes(desk: desk, actions: actions, found: found).add(to: pages)
        ActionRoutes(desk: desk, actions: actions, found: found).add(to: pages)
    }
}
