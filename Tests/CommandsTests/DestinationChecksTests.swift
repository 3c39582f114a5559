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
            -> String,
        opening: @escaping @Sendable (Push) async throws(DeliveryError) -> Void = { _ throws(DeliveryError) in }
    ) async -> [DoctorFinding] {
        let check = DestinationCheck(clock: clock) { destination in
            .connector(Receiver(name: destination.name, answer: answer, opening: opening))
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
            guard list != "L2" else { throw .rejected("no list of that id") }
            return "list has 7 contacts"
        }
        #expect(asked.withLock { $0.map { $0 ?? "-" }.sorted() } == ["-", "L1", "L2"])
        #expect(
            found == [
                DoctorFinding("destination mail, list L1", ok: true, "list has 7 contacts"),
                DoctorFinding("dataflow one", ok: true, "list 'L1' exists, and the mapping fits"),
                DoctorFinding("dataflow two", ok: true, "list 'L1' exists, and the mapping fits"),
                DoctorFinding("destination mail, list L2", ok: false, "no list of that id"),
                DoctorFinding("dataflow off", ok: false, "list 'L2' is not confirmed: no list of that id"),
                DoctorFinding("destination mail", ok: true, "list has 7 contacts"),
                DoctorFinding("dataflow none", ok: true, "mapping fits"),
            ]
        )
    }

    @Test func `a field that the receiver does not have is a finding of the one dataflow that names it`() async {
        var wrong = Self.dataflow("wrong", to: "mail", list: "L1")
        wrong.mapping = [MappedColumn(.attribute("orders"), header: "ordres")]
        let dataflows = [
            wrong, Self.dataflow("right", to: "mail", list: "L1"), Self.dataflow("gone", to: "mail", list: "L2"),
        ]
        let opened = Locked<[String?]>([])
        let found = await findings(spec([Self.mail("mail")], dataflows)) { _, list throws(DeliveryError) in
            guard list == "L1" else { throw .rejected("no list of that id") }
            return "list has 7 contacts"
        } opening: { push throws(DeliveryError) in
            opened.withLock { $0.append(push.options.list) }
            guard push.columns.allSatisfy({ $0.field != "ordres" }) else { throw .rejected("no field 'ordres'") }
        }
        // Each once, and none whose list is not there.
        #expect(opened.withLock { $0 } == ["L1", "L1"])
        #expect(
            found.filter { !$0.ok }.map(\.subject) == ["dataflow wrong", "destination mail, list L2", "dataflow gone"])
        #expect(found.first { $0.subject == "dataflow wrong" }?.detail == "no field 'ordres'")
    }

    @Test func `a check and the lookups after it share the 30 seconds`() async {
        let (stream, hanging) = AsyncStream<Never>.makeStream()
        let (opened, opening) = AsyncStream<Void>.makeStream()
        let clock = clock
        async let found = findings(spec([Self.mail("mail")], [Self.dataflow("slow", to: "mail", list: "L1")])) { _, _ in
            "list has 7 contacts"
        } opening: { _ in
            opening.yield()
            for await _ in stream {}
        }
        for await _ in opened { break }
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(30))
        #expect(await found.last == DoctorFinding("dataflow slow", ok: false, "did not answer within 30 s"))
        hanging.finish()
    }

    @Test func `a secret that is not there is a finding, and the others are checked all the same`() async {
        let missing = Destination(
            id: UUID(), name: "mail", place: .sendgrid(SendGridPlace(apiKey: Secret("${env:TIDEGATE_NOT_SET}")))
        )
        let folder = FileManager.default.temporaryDirectory.appending(path: "checks-\(UUID())").path
        let drop = Destination(id: UUID(), name: "drop", place: .directory(DirectoryPlace(path: folder)))
        let found = await DestinationChecks(spec([missing, drop]), clock: clock).findings()
        #expect(found.map(\.ok) == [false, true])
        #expect(found[0].detail == "destination 'mail': environment variable 'TIDEGATE_NOT_SET' is not set")
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test func `a receiver that asks to wait is a refusal with the time, any other failed check is the destination's`()
    {
        let now = clock.now()
        let paused = DestinationCheck.Answer(
            isYes: false, sentence: "asked for a pause (429)", wait: .milliseconds(30_500))
        let failure = paused.failure(of: "mail", at: now)
        #expect(failure?.status == .refused)
        let sentence = "destination 'mail' did not pass its check: asked for a pause (429); try again after "
        #expect(failure?.description == sentence + "\(now + .seconds(31))")
        let broken = DestinationCheck.Answer(isYes: false, sentence: "no list of that id").failure(of: "mail", at: now)
        #expect(broken?.status == .unreachable)
        #expect(broken?.description == "destination 'mail' did not pass its check: no list of that id")
        #expect(DestinationCheck.Answer(isYes: true, sentence: "fine").failure(of: "mail", at: now) == nil)
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

/// Answers checks, and opens or refuses to.
private struct Receiver: Connector {
    let name: String
    let answer: @Sendable (_ destination: String, _ list: String?) async throws(DeliveryError) -> String
    let opening: @Sendable (Push) async throws(DeliveryError) -> Void

    func check(list: String?) async throws(DeliveryError) -> String { try await answer(name, list) }

    func open(_ push: Push) async throws(DeliveryError) -> any PushSession {
        try await opening(push)
        return Opened()
    }
}

/// Says that it is open and does nothing else.
private struct Opened: PushSession {
    let limits = BatchLimits(contacts: 1, bytes: 1, envelope: 0)

    func encode(_ row: PushRow, into contact: inout EncodedContact) -> PushVerdict { .contact }

    func send(_ batch: PushBatch) async throws(DeliveryError) -> BatchAnswer { throw .rejected("only opens") }

    func outcome(of job: String) async throws(DeliveryError) -> JobOutcome { throw .rejected("only opens") }

    func remove(_ members: [ListMember]) async throws(DeliveryError) -> BatchAnswer { throw .rejected("only opens") }
}
