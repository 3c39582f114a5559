import Foundation
import Reports
import Testing
import TidegateModel

@testable import Server

@Suite struct LayoutTests {
    private let times = Times(zone: Zone("Europe/Stockholm") ?? .utc, now: PageSamples.noon)

    private func page(_ layout: Layout) -> String {
        String(decoding: layout.page("<p>inside</p>").bytes, as: UTF8.self)
    }

    private func layout(_ title: String, _ place: Layout.Place?) -> Layout {
        Layout(title: title, place: place, times: times, asOf: PageSamples.noon, version: "test")
    }

    @Test func `the frame is well formed with everything in it`() {
        var layout = layout(PageSamples.hostile, .dataflows)
        layout.trail = [(PageSamples.hostile, "/dataflows")]
        layout.message = .refused(PageSamples.hostile)
        layout.isLive = true
        layout.address = "/dataflows?name=a&b"
        let markup = Markup(page(layout))
        #expect(markup.faults == [])
        #expect(markup.headings == [1])
    }

    @Test func `the first link leads over the navigation to the content`() {
        #expect(Markup(page(layout("Today", .today))).links.first == "#main")
    }

    @Test(arguments: Layout.Place.allCases) func `the navigation says where the reader is`(_ place: Layout.Place) {
        let page = page(layout("x", place))
        #expect(page.contains("<a href=\"\(place.path)\" aria-current=\"page\">"))
        #expect(page.components(separatedBy: "aria-current").count == 2)
    }

    @Test func `a page for strangers has no navigation and no script`() {
        let page = page(layout("Sign in", nil))
        #expect(Markup(page).faults == [])
        #expect(!page.contains("<nav") && !page.contains("<script"))
    }
}

@Suite struct TimesTests {
    private let zone = Zone("Europe/Stockholm") ?? .utc
    private let now = PageSamples.noon

    @Test func `an instant has its local time, its offset and UTC`() throws {
        let times = Times(zone: zone, now: now)
        let late = try #require(Instant(iso: "2026-11-21T23:30:00Z"))
        #expect(times.bothText(late) == "2026-11-22 00:30 +01:00 (2026-11-21 23:30 UTC)")
        #expect(times.bothText(late - .hours(2)) == "2026-11-21 22:30 +01:00 (21:30 UTC)")
        #expect(Times(zone: .utc, now: now).bothText(late) == "2026-11-21 23:30 UTC")
    }

    @Test func `only other days have their date and only other years their year`() throws {
        let times = Times(zone: zone, now: try #require(Instant(iso: "2026-11-21T12:00:00Z")))
        #expect(times.shortText(try #require(Instant(iso: "2026-11-21T02:00:00Z"))) == "03:00")
        #expect(times.shortText(try #require(Instant(iso: "2026-11-20T02:00:00Z"))) == "20 Nov 03:00")
        #expect(times.shortText(try #require(Instant(iso: "2025-12-20T02:00:00Z"))) == "20 Dec 2025 03:00")
    }

    @Test func `numbers are read at a glance`() {
        #expect(Figures.count(1_234_567) == "1,234,567")
        #expect(Figures.count(123) == "123")
        #expect(Figures.count(1, "run") == "1 run")
        #expect(Figures.bytes(41_600_000) == "41.6 MB")
        #expect(Figures.bytes(999_999) == "1.0 MB")
        #expect(Figures.share(1, of: 100_000) == "0.1 %")
        #expect(Figures.share(99_999, of: 100_000) == "99.9 %")
        #expect(Figures.share(5, of: 5) == "100 %")
        #expect(Figures.span(.seconds(200)) == "3 min 20 s")
    }
}

@Suite struct StyleTests {
    /// After WCAG 2, of two colours as `#rrggbb`.
    private func contrast(_ one: String, _ other: String) -> Double {
        func luminance(_ colour: String) -> Double {
            let number = Int(colour.dropFirst(), radix: 16) ?? 0
            let channels = [number >> 16 & 255, number >> 8 & 255, number & 255].map { channel -> Double in
                let share = Double(channel) / 255
                return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
            }
            return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
        }
        let (light, dark) = (max(luminance(one), luminance(other)), min(luminance(one), luminance(other)))
        return (light + 0.05) / (dark + 0.05)
    }

    @Test(arguments: [Style.light, Style.dark]) func `all text stands out from what it stands on`(
        _ colours: [String: String]
    ) throws {
        let words = ["ink", "soft", "link"] + RunState.allCases.map(\.rawValue)
        for word in words {
            for ground in ["paper", "card", "wash"] {
                let contrast = contrast(try #require(colours[word]), try #require(colours[ground]))
                #expect(contrast >= 4.5, "\(word) on \(ground): \(contrast)")
            }
        }
        for (word, ground) in [
            ("on-strong", "link"), ("ink", "bad-wash"), ("ink", "good-wash"), ("ink", "warn-wash"),
            ("failed", "bad-wash"), ("completed", "good-wash"), ("partial", "warn-wash"),
        ] {
            let contrast = contrast(try #require(colours[word]), try #require(colours[ground]))
            #expect(contrast >= 4.5, "\(word) on \(ground): \(contrast)")
        }
        #expect(contrast(try #require(colours["water"]), try #require(colours["card"])) >= 3)
        #expect(contrast(try #require(colours["focus"]), try #require(colours["paper"])) >= 3)
    }

    @Test func `light and dark have the same colours and every one that is used`() {
        #expect(Set(Style.light.keys) == Set(Style.dark.keys))
        let used = Style.text.matches(of: /var\(--([a-z-]+)\)/).map { String($0.1) }
        #expect(Set(used).subtracting(["state"]).subtracting(Style.light.keys) == [])
    }

    @Test func `every brace of the stylesheet is closed and nothing comes from elsewhere`() {
        #expect(Style.text.count { $0 == "{" } == Style.text.count { $0 == "}" })
        #expect(!Style.text.contains("url(") && !Style.text.contains("@import"))
    }
}
