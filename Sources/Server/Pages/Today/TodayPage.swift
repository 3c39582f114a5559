import TidegateModel

/// The first page: the day around now, and what wants to be known at once.
struct TodayPage {
    let today: Today
    let times: Times

    var main: HTML {
        guard today.reading.spec?.dataflows.isEmpty == false else {
            return
                "<div data-live=\"cards\">\(DataflowsPage.nothingDeclared)\(TodayCards(today: today, times: times).part)</div>"
        }
        return """
            <div data-live="strip">\(Strip(today, times: times).part)</div>
            <div data-live="cards">\(TodayCards(today: today, times: times).part)</div>
            """
    }
}
