import Destinations
import Testing
import TidegateModel
import TidegateTesting
import Transfer

@Suite struct RateSignalTests {
    static let now = ConnectorFixture.start
    static let epoch = Int(now.milliseconds / 1000)

    func wait(
        _ headers: [String: String], status: Int = 429, body: Double? = nil,
        clamp: ClosedRange<Span> = RateSignal.usualClamp
    ) -> Span? {
        RateSignal.wait(
            TransferAnswer(status: status, headers: headers), bodySeconds: body, now: Self.now, clamp: clamp)
    }

    @Test func `Retry-After comes before the reset, the reset before the body`() {
        #expect(wait(["retry-after": "7", "x-ratelimit-reset": "24"], body: 11) == .seconds(7))
        #expect(wait(["x-ratelimit-reset": "24"], body: 11) == .seconds(24))
        #expect(wait(["ratelimit-reset": "24"]) == .seconds(24))
        #expect(wait([:], body: 11) == .seconds(11))
        #expect(wait([:]) == nil)
    }

    @Test func `a value that cannot be read falls back to the next`() {
        #expect(wait(["retry-after": "soon", "x-ratelimit-reset": "24"]) == .seconds(24))
        #expect(wait(["retry-after": "", "x-ratelimit-reset": "nan"], body: 3) == .seconds(3))
        #expect(wait(["retry-after": "inf"]) == nil)
    }

    @Test func `a number is an epoch from a thousand million on`() {
        #expect(wait(["x-ratelimit-reset": "\(Self.epoch + 17)"]) == .seconds(17))
        #expect(wait(["retry-after": "\(Self.epoch + 17)"]) == .seconds(17))
        #expect(wait(["x-ratelimit-reset": "1000000000"]) == .seconds(1))
        #expect(wait(["x-ratelimit-reset": "999999999"]) == .seconds(120))
    }

    @Test func `parts of a second count`() {
        #expect(wait(["retry-after": "1.5"]) == .milliseconds(1500))
    }

    @Test(arguments: [
        "Mon, 02 Mar 2026 10:00:09 GMT", "Monday, 02-Mar-26 10:00:09 GMT", "Mon Mar  2 10:00:09 2026",
    ])
    func `a date has any of HTTP's three forms`(_ date: String) {
        #expect(wait(["retry-after": date]) == .seconds(9))
    }

    @Test(arguments: ["Mon, 31 Feb 2026 10:00:09 GMT", "02 Mar 2026", "10:00:09", "Mon, 02 Foo 2026 10:00:09 GMT"])
    func `a date that is none says nothing`(_ date: String) {
        #expect(wait(["retry-after": date]) == nil)
    }

    @Test func `a clock that is wrong here does not matter where the receiver tells its time`() {
        let theirs = "Mon, 02 Mar 2020 08:00:00 GMT"
        #expect(wait(["date": theirs, "retry-after": "Mon, 02 Mar 2020 08:00:31 GMT"]) == .seconds(31))
        #expect(wait(["date": theirs, "x-ratelimit-reset": "1583136012"]) == .seconds(12))
    }

    @Test func `a reset means something only where the limit was hit`() {
        #expect(wait(["x-ratelimit-reset": "24"], status: 503) == nil)
        #expect(wait(["retry-after": "24"], status: 503) == .seconds(24))
    }

    @Test(arguments: ["0", "-5", "1e300", "-1e300", "9999999999999999999999", "86400"])
    func `no value makes a wait outside of the clamp`(_ value: String) {
        for name in ["retry-after", "x-ratelimit-reset"] {
            let found = wait([name: value]) ?? .seconds(-1)
            #expect(RateSignal.usualClamp.contains(found), "\(value) gives \(found)")
        }
        #expect(wait(["retry-after": "0"], clamp: .seconds(0)...Span.hours(1)) == .seconds(0))
    }
}
