import Destinations
import Profiles
import Testing
import TidegateModel

@testable import Engine

@Suite struct ArrivalsTests {
    static let now = Instant(milliseconds: 1_795_262_400_000)

    static func file(_ name: String, size: Int64 = 10, age: Span? = .minutes(1), whole: Bool = false) -> DroppedFile {
        DroppedFile(name: name, size: size, modifiedAt: age.map { now - $0 }, isWhole: whole)
    }

    static func known(_ file: DroppedFile, settled: Bool = true) -> KnownFile {
        KnownFile(
            name: file.name, size: file.size, modifiedAt: file.modifiedAt, sha256: "", outcome: .taken,
            isSettled: settled
        )
    }

    static func arrivals(
        _ files: [DroppedFile], known: [KnownFile] = [], settle: Span = .seconds(10), isTimedHere: Bool = true
    )
        -> Arrivals
    {
        Arrivals(files, known: known, settling: Settling(span: settle, isTimedHere: isTimedHere), now: now)
    }

    @Test func `a file that has not changed for the settling time is ready`() {
        let arrivals = Self.arrivals([
            Self.file("old", age: .seconds(10)), Self.file("young", age: .milliseconds(9_999)),
        ])
        #expect(arrivals.ready.map(\.name) == ["old"])
        #expect(arrivals.unsettled.map(\.name) == ["young"])
    }

    @Test func `a place that shows only whole files needs no settling`() {
        #expect(Self.arrivals([Self.file("new", age: .seconds(0), whole: true)]).ready.count == 1)
    }

    @Test func `without settling time a file is ready at once`() {
        #expect(Self.arrivals([Self.file("new", age: .seconds(0))], settle: .seconds(0)).ready.count == 1)
    }

    @Test func `a time to come or none at all settles nothing`() {
        let arrivals = Self.arrivals([Self.file("future", age: .hours(-1)), Self.file("timeless", age: nil)])
        #expect(arrivals.ready.isEmpty)
        #expect(arrivals.unsettled.count == 2)
        #expect(arrivals.nextLook == Self.now + .seconds(10))
    }

    @Test func `the second look is as soon as the last of the files can have settled`() {
        let arrivals = Self.arrivals([
            Self.file("older", age: .seconds(7)), Self.file("younger", age: .seconds(4)), Self.file("ready"),
        ])
        #expect(arrivals.nextLook == Self.now + .seconds(6))
        #expect(Self.arrivals([Self.file("ready")]).nextLook == nil)
    }

    @Test func `nobody waits longer than a minute for a file whose time is known`() {
        let arrivals = Self.arrivals(
            [Self.file("soon", age: .minutes(59)), Self.file("late", age: .milliseconds(59 * 60_000 - 1))],
            settle: .hours(1))
        #expect(arrivals.unsettled.map(\.name) == ["soon"] && arrivals.young.map(\.name) == ["late"])
        #expect(arrivals.nextLook == Self.now + .minutes(1))
    }

    @Test func `a server's clock may be an hour behind`() {
        let arrivals = Self.arrivals(
            [
                Self.file("old", age: .milliseconds(3_610_000)), Self.file("lagging", age: .milliseconds(3_609_999)),
                Self.file("whole", age: .seconds(0), whole: true),
            ], isTimedHere: false)
        #expect(arrivals.ready.map(\.name) == ["old", "whole"])
        #expect(arrivals.unsettled.map(\.name) == ["lagging"])
        #expect(arrivals.nextLook == Self.now + .seconds(10))
    }

    @Test(arguments: [".part", ".tmp", ".filepart"])
    func `a file waits while its part name is there`(_ suffix: String) {
        let name = "ftp_dpm_1_1234567890.sync"
        let arrivals = Self.arrivals([Self.file(name), Self.file(name + suffix), Self.file("other")])
        #expect(arrivals.arriving.map(\.name) == [name, name + suffix])
        #expect(arrivals.ready.map(\.name) == ["other"])
    }

    @Test func `receipts are left alone`() {
        let arrivals = Self.arrivals([Self.file("a.receipt.json")])
        #expect(arrivals.ready.isEmpty && arrivals.unsettled.isEmpty && arrivals.arriving.isEmpty)
    }

    @Test func `a known file is not looked at again, and one that changed in size or time is`() {
        let file = Self.file("a")
        #expect(Self.arrivals([file], known: [Self.known(file)]).ready.isEmpty)
        #expect(Self.arrivals([Self.file("a", size: 11)], known: [Self.known(file)]).ready.count == 1)
        #expect(Self.arrivals([Self.file("a", age: .minutes(2))], known: [Self.known(file)]).ready.count == 1)
        #expect(Self.arrivals([Self.file("b")], known: [Self.known(file)]).ready.count == 1)
    }

    @Test func `where a place tells no time, a file of a known name is read to be told apart`() {
        let file = Self.file("a", age: nil, whole: true)
        #expect(Self.arrivals([file], known: [Self.known(file)]).ready.count == 1)
    }

    @Test func `on a second look only those that did not change have settled`() {
        let (still, growing, gone) = (
            Self.file("still", age: nil), Self.file("growing", age: nil), Self.file("gone", age: nil)
        )
        let arrivals = Self.arrivals([still, growing, gone])
        #expect(arrivals.settled(by: [still, Self.file("growing", size: 11, age: nil)]) == [still])
    }
}
