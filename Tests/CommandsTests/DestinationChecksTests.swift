import Destinations
import Foundation
import Testing
import TidegateModel
import TidegateTesting

@testable import Commands

@Suite struct DestinationChecksTests {
    private let clock = ManualClock(Instant(milliseconds: 1_795_262_400_000))

    private static func mail(_ name: String) -> Destination {
        Destination(id: UUID(), name: name, place: .sendgrid(SendGridPlace(apiKey: Secret("key"))))
    }

    private static func dataflow(_ name: String, to destination: String, list: String?) -> Dataflow {
        Dataflow(
            id: UUID(), name: name, destination: destination, segments: [],
            schedule: Schedule(frequency: .daily, trigger: .afterSegmentation),
            mapping: [], push: PushOptions(list: list)
        )
    }

    private func spec(_ destinations: [Destination], _ dataflows: [Dataflow] = []) -> JobSpec {
        JobSpec(
            profile: ProfileSchema(key: "id", attributes: []), destinations: destinations, dataflows: dataflows
        )
    }

    private func findings(
        _ spec: JobSpec,
        _ answer:
            @escaping @Sendable (_ destination: String, _ list: String?) async throws(DeliveryError)
            -> String
    ) async -> [DoctorFinding] {
        let check = DestinationCheck(clock: clock) { destination in
            .connector(Receiver(name: destination.name, answer: answer))
        }
        return await DestinationChecks(spec, check).findings()
    }

    @Test func `every destination is checked, also one that no dataflow uses, in the order of the job files`() async {
        let found = await findings(spec([Self.mail("b"), Self.mail("a")])) { name, _ in "key of \(name) is good" }
        #expect(
            found == [
                DoctorFinding("destination b", ok: true, "key of b is good"),
                DoctorFinding("destination a", ok: true, "key of a is good"),
            ]
        )
    }

    @Test func `a connector is asked once for each list, and every dataflow hears of its own`() async {
        var off = Self.dataflow("off", to: "mail", list: "L2")
        off.isEnabled = false
        let dataflows = [
            Self.dataflow("one", to: "mail", list: "L1"), Self.dataflow("two", to: "mail", list: "L1"), off,
            Self.dataflow("none", to: "mail", list: nil), Self.dataflow("elsewhere", to: "drop", list: "L3"),
        ]
        let asked = Locked<[String?]>([])
        let found = await findings(spec([Self.mail("mail")], dataflows)) { _, list throws(DeliveryError) in
            asked.withLock { $0.append(list) }
            guard list == "L1" else { throw .rejected("no list of that id") }
            return "list has 7 contacts"
        }
        #expect(asked.withLock { $0.map { $0 ?? "-" }.sorted() } == ["L1", "L2"])
        #expect(
            found == [
                DoctorFinding("destination mail, list L1", ok: true, "list has 7 contacts"),
                DoctorFinding("dataflow one", ok: true, "list 'L1' exists"),
                DoctorFinding("dataflow two", ok: true, "list 'L1' exists"),
                DoctorFinding("destination mail, list L2", ok: false, "no list of that id"),
                DoctorFinding("dataflow off", ok: false, "list 'L2' is not confirmed: no list of that id"),
            ]
        )
    }

    @Test func `a secret that is not there is a finding, and the others are checked all the same`() async {
        let missing = Destination(
            id: UUID(), name: "mail", place: .sendgrid(SendGridPlace(apiKey: Secret("${env:TIDEGATE_NOT_SET}")))
        )
        let folder = FileManager.default.temporaryDirectory.appending(path: "checks-\(UUID())").path
        let drop = Destination(id: UUID(), name: "drop", place: .directory(DirectoryPlace(path: folder)))
        let found = await DestinationChecks(spec([missing, drop]), clock: clock).findings()
        #expect(found.map(\.ok) == [false, true])
        #expect(found[0].detail == "environment variable 'TIDEGATE_NOT_SET' is not set")
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test(arguments: [
        ("/out/%SEGMENT_NAME%/a", "/out"), ("/out/plain", "/out/plain"), ("/%RUN_ID%", "/"), ("%RUN_ID%", "."),
        ("in/100%%/x_%RUN_ID%", "in/100%"),
    ])
    func `a path is checked down to the folder above its first macro`(paths: (String, String)) throws {
        let declared = Destination(
            id: UUID(), name: "far", place: .sftp(SFTPPlace(host: "h", user: "u", path: paths.0))
        )
        #expect(try declared.placedAtFixedPart().path == paths.1)
    }

    @Test func `the root of a bucket is the empty path`() throws {
        let declared = Destination(id: UUID(), name: "far", place: .s3(S3Place(bucket: "b", path: "%RUN_ID%")))
        #expect(try declared.placedAtFixedPart().path == "")
    }

    @Test func `destinations are asked at once, and one that does not answer within 30 seconds is given up`() async {
        let hanging = Locked<[AsyncStream<Never>.Continuation]>([])
        let clock = clock
        async let found = findings(spec([Self.mail("slow"), Self.mail("dead")])) { _, _ in
            let (stream, continuation) = AsyncStream<Never>.makeStream()
            hanging.withLock { $0.append(continuation) }
            for await _ in stream {}
            return "answered"
        }
        // Each has somebody who sleeps until its time is over: both are asked before either is given up.
        await clock.waitForSleepers(2)
        clock.advance(by: .seconds(30))
        let gaveUp = "did not answer within 30 s"
        #expect(
            await found == [
                DoctorFinding("destination slow", ok: false, gaveUp),
                DoctorFinding("destination dead", ok: false, gaveUp),
            ]
        )
    }
}

/// Answers checks and does nothing else.
private struct Receiver: Connector {
    let name: String
    let answer: @Sendable (_ destination: String, _ list: String?) async throws(DeliveryError) -> String

    func check(list: String?) async throws(DeliveryError) -> String { try await answer(name, list) }

    func open(_ push: Push) async throws(DeliveryError) -> any PushSession { throw .rejected("only answers checks") }
}
