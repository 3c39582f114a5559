import ArgumentParser
import Destinations
import Engine
import Foundation
import Profiles
import Store
import TidegateModel

/// `tidegate backup`
struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Write a consistent copy of the state to a file, and read it back."
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The file to make; never overwritten.")
    var file: String

    func run() throws {
        try options.guestStore().backup(to: file)
        print("state is in '\(file)'; profiles are not, they come from the sources again")
    }
}

/// `tidegate health`
struct HealthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Exit 0 while a scheduler works in the data folder; for container health checks."
    )

    @OptionGroup var options: GlobalOptions

    /// Three times the interval at which a scheduler signs.
    private static let patience = Span.seconds(60)

    func run() throws {
        let store = try options.guestStore()
        guard options.folder.currentHolder() != nil, let instance = try store.instance(), instance.stoppedAt == nil,
            instance.duty.hasPrefix("tidegate run")
        else {
            throw Failure(.runFailed, "no scheduler works in '\(options.data)'")
        }
        let silence = SystemClock().now() - instance.heartbeatAt
        guard silence <= Self.patience else {
            throw Failure(.runFailed, "scheduler gave no sign of life for \(Words.span(silence))")
        }
        print("scheduler is alive, last sign of life \(Words.span(silence)) ago")
    }
}

/// `tidegate doctor`
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check job files, sources, destinations, time zone data and the state's integrity."
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var report: ReportOptions

    private struct Finding: Encodable {
        let subject: String
        let ok: Bool
        let detail: String
    }

    func run() async throws {
        let spec = try options.spec()
        var findings = [Finding(subject: "job files", ok: true, detail: "\(spec.dataflows.count) dataflows")]
        findings.append(timeZones(spec))
        findings += try state()
        findings += spec.sources.map(look(at:))
        let destinations = await reach(spec.destinations)
        findings += destinations
        if report.json {
            try printJSON(findings)
        } else {
            for finding in findings { print("\(finding.ok ? "ok  " : "FAIL") \(finding.subject): \(finding.detail)") }
        }
        if destinations.contains(where: { !$0.ok }) { throw ExitStatus.unreachable }
        if findings.contains(where: { !$0.ok }) { throw ExitStatus.runFailed }
    }

    private func timeZones(_ spec: JobSpec) -> Finding {
        let wanted = Set([spec.segmentation.timeZone] + spec.dataflows.map(\.schedule.timeZone))
        let missing = wanted.filter { Zone($0) == nil }.sorted()
        return Finding(
            subject: "time zone data", ok: missing.isEmpty,
            detail: missing.isEmpty
                ? wanted.sorted().joined(separator: ", ") : "no rules for \(missing.joined(separator: ", "))"
        )
    }

    private func state() throws -> [Finding] {
        guard FileManager.default.fileExists(atPath: options.folder.storePath) else {
            return [Finding(subject: "state", ok: true, detail: "none yet in '\(options.data)'")]
        }
        let problems = try options.guestStore().problems() + options.profileStore().problems()
        return [
            Finding(
                subject: "state", ok: problems.isEmpty,
                detail: problems.isEmpty ? "databases are whole" : problems.joined(separator: "; ")
            )
        ]
    }

    private func look(at source: Source) -> Finding {
        let subject = "source \(source.name)"
        do {
            let files = try source.resolved().foundFiles()
            guard let missing = files.first(where: { !FileManager.default.isReadableFile(atPath: $0) }) else {
                return Finding(subject: subject, ok: true, detail: files.count == 1 ? files[0] : "\(files.count) files")
            }
            return Finding(subject: subject, ok: false, detail: "file '\(missing)' cannot be read")
        } catch {
            return Finding(subject: subject, ok: false, detail: "\(error)")
        }
    }

    private func reach(_ destinations: [Destination]) async -> [Finding] {
        var findings: [Finding] = []
        for destination in destinations {
            let subject = "destination \(destination.name)"
            do {
                findings.append(
                    Finding(
                        subject: subject, ok: true,
                        detail: try await destination.resolved().open(DeliveryMeans(clock: SystemClock())).check()))
            } catch let error as DeliveryError {
                findings.append(Finding(subject: subject, ok: false, detail: error.sentence))
            } catch {
                findings.append(Finding(subject: subject, ok: false, detail: "\(error)"))
            }
        }
        return findings
    }
}
