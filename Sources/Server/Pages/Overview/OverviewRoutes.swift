import Hummingbird
import TidegateModel

/// The pages about everything: Today and the dataflows.
struct OverviewRoutes: Sendable {
    let desk: Desk
    private let overview: Overview

    init(desk: Desk) {
        self.desk = desk
        overview = Overview(desk)
    }

    func add(to router: some RouterMethods<Call>) {
        router.get("/") { _, call in
            let reading = try overview.current()
            let today = try Today(reading, at: desk)
            let layout = layout("Today", .today, call, reading)
            return Response.page(layout.page(TodayPage(today: today, times: layout.times).main))
        }
        router.get("/dataflows") { request, call in
            let reading = try overview.current()
            let filter = DataflowFilter { request.uri.queryParameters[Substring($0)].map(String.init) }
            var layout = layout("Dataflows", .dataflows, call, reading)
            layout.address = filter.address
            return Response.page(layout.page(DataflowsPage(reading, filter: filter, times: layout.times).main))
        }
    }

    private func layout(_ title: String, _ place: Layout.Place, _ call: Call, _ reading: Overview.Reading) -> Layout {
        var layout = Layout(title, in: place, of: call, at: desk, zone: reading.zone, asOf: reading.now)
        layout.isLive = true
        return layout
    }
}
