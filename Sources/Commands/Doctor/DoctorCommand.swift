import ArgumentParser
import Destinations
import Engine
import Foundation
import Profiles
import Store
import TidegateModel

/// `tidegate doctor`
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract:
            "Check job files, sources, time zone data and the state's integrity, and connect to every destination."
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var report: ReportOptions

    func run() async throws {
        let spec = try options.spec()
        async let answers = DestinationChecks(spec, clock: SystemClock()).findings()
        var findings = [DoctorFinding("job files", ok: true, Words.count(spec.dataflows.count, "dataflow"))]
        findings.append(timeZones(spec))
        findings += try state()
        let check = DestinationCheck(clock: SystemClock())
        for source in spec.sources {
            if let answer = await check(source, beside: spec.sources) {
                findings.append(DoctorFinding("source \(source.name)", ok: answer.isYes, answer.sentence))
            } else {
                findings.append(look(at: source))
            }
        }
        let destinations = await answers
        findings += destinations
        if report.json {
            try printJSON(findings)
        } else {
            for finding in findings { print("\(finding.ok ? "ok  " : "FAIL") \(finding.subject): \(finding.detail)") }
        }
        if destinations.contains(where: { !$0.ok }) { throw ExitStatus.unreachable }
        if findings.contains(where: { !$0.ok }) { throw ExitStatus.runFailed }
    }

    private func timeZones(_ spec: JobSpec) -> DoctorFinding {
        let wanted = Set([spec.segmentation.timeZone] + spec.dataflows.map(\.schedule.timeZone))
        let missing = wanted.filter { Zone($0) == nil }.sorted()
        let detail = missing.isEmpty ? wanted.sorted() : ["no rules for \(missing.joined(separator: ", "))"]
        return DoctorFinding("time zone data", ok: missing.isEmpty, detail.joined(separator: ", "))
    }

    private func state() throws -> [DoctorFinding] {
        guard FileManager.default.fileExists(atPath: options.folder.storePath) else {
            return [DoctorFinding("state", ok: true, "none yet in '\(options.data)'")]
        }
        let problems = try options.guestStore().problems() + options.profileStore().problems()
        let detail = problems.isEmpty ? "databases are whole" : problems.joined(separator: "; ")
        return [DoctorFinding("state", ok: problems.isEmpty, detail)]
    }

    private func look(at source: Source) -> DoctorFinding {
        let subject = "source \(source.name)"
        do {
            let files = try source.resolved().foundFiles()
            guard let missing = files.first(where: { !FileManager.default.isReadableFile(atPath: $0) }) else {
                return DoctorFinding(subject, ok: true, files.count == 1 ? files[0] : "\(files.count) files")
            }
            return DoctorFinding(subject, ok: false, "file '\(missing)' cannot be read")
        } catch {
            return DoctorFinding(subject, ok: false, "\(error)")
        }
    }
}

/// One thing that the doctor looked at.
struct DoctorFinding: Encodable, Equatable {
    let subject: String
    let ok: Bool
    /// What was found, or what is wrong.
    let detail: String

    init(_ subject: String, ok: Bool, _ detail: String) {
        self.subject = subject
        self.ok = ok
        self.detail = detail
    }
}
