import AudienceManager
import Foundation
import Logging
import Profiles
import Testing
import TidegateModel
import TidegateTesting

@testable import Engine

/// A source `onboarding` over a drop-off in memory, and looks at it.
struct DropOffBench {
    let place = PretendDropOff()
    let log = RecordedLog()
    let clock: ManualClock
    private let fixture: EngineFixture
    private let workplace: Workplace
    var dropOff = DropOff(place: .directory(DirectoryPlace(path: "/drop")))
    var spec: JobSpec

    init() throws {
        fixture = try EngineFixture(customers: [])
        clock = fixture.clock
        workplace = try fixture.place(logger: log.logger, openingDropOff: { [place] _, _ in place })
        spec = fixture.spec()
        spec.dataSources = [
            DataSource(id: UUID(), name: "crm-ids", dpid: 478, kind: .crossDevice),
            DataSource(id: UUID(), name: "browsers", dpid: 567, kind: .device),
        ]
        spec.traits = [Trait(id: UUID(), name: "onboarded", sid: 25, dataSource: "crm-ids")]
    }

    static let name = "ftp_dpm_478_1366545717.sync"
    static let row = "c1\td_sid=25\n".utf8
    /// `row`, packed.
    static let packed = [UInt8](
        Data(base64Encoded: "H4sIAAAAAAACA0s25EyJL85MsTUy5QIAwIniRQwAAAA=") ?? Data())

    static let server = Destination.Place.sftp(SFTPPlace(host: "h", user: "u", path: "/drop"))

    func ago(_ span: Span) -> Instant { Instant(milliseconds: clock.now().milliseconds - span.milliseconds) }

    func drop(_ bytes: some Sequence<UInt8> = Self.row, as name: String = Self.name, age: Span? = .days(1)) {
        place.drop(bytes, name, at: age.map(ago))
    }

    /// One look, as a new process takes it: nothing but the stores is left of the one before.
    @discardableResult func look() async throws -> [FileReceipt] {
        try await ingest().run()
    }

    /// One look during which the clock moves as soon as somebody sleeps.
    func look(moving span: Span, _ body: () -> Void = {}) async throws -> [FileReceipt] {
        let ingest = try ingest()
        async let receipts = ingest.run()
        await clock.waitForSleepers(1)
        body()
        clock.advance(by: span)
        return try await receipts
    }

    private func ingest() throws -> DropOffIngest {
        let source = Source(
            id: UUID(kind: "Source", name: "onboarding"), name: "onboarding", from: "", format: .audienceManager,
            dropOff: dropOff)
        return try #require(DropOffIngest(source, in: workplace, spec: spec, stop: StopSignal()))
    }
}

/// Keeps what is logged.
final class RecordedLog: Sendable {
    private let kept = Locked<[String]>([])

    /// `info drop-off file: reason`, by what was said.
    func lines(_ message: String) -> [String] { kept.withLock { $0.filter { $0.contains(message) } } }

    var logger: Logger {
        Logger(label: "test") { _ in Handler(log: self) }
    }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let facts = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
            log.kept.withLock { $0.append("\(event.level) \(event.message)\(facts)") }
        }
    }
}

/// What can be compared of a look that ended early.
enum ProfileErrorWord: Error { case cancelled, other }

extension DropOffBench {
    func looking() async throws(ProfileErrorWord) {
        do {
            try await look()
        } catch let error as ProfileError {
            guard case .cancelled = error else { throw .other }
            throw .cancelled
        } catch {
            throw .other
        }
    }
}
