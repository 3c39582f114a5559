import Foundation
import Testing
import TidegateModel

/// Nothing may depend on where the machine stands: one test moves the machine, the other reads the sources.
@Suite struct HostZoneTests {
    private func answers() throws -> [String] {
        try ["Europe/Berlin", "America/New_York", "UTC"].flatMap { name -> [String] in
            let range = try instant("2026-01-01T00:00:00Z")..<instant("2027-01-01T00:00:00Z")
            return try schedule(.daily, zone: name, fold: .both).occurrences(in: range).map {
                "\($0) \(Zone(name)?.text(at: $0.scheduledFor) ?? "")"
            }
        }
    }

    @Test func `the machine's own zone changes no answer`() throws {
        let own = (environment: ProcessInfo.processInfo.environment["TZ"], standard: NSTimeZone.default)
        defer {
            if let zone = own.environment { setenv("TZ", zone, 1) } else { unsetenv("TZ") }
            NSTimeZone.resetSystemTimeZone()
            NSTimeZone.default = own.standard
        }
        let expected = try answers()
        for name in ["Pacific/Kiritimati", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"] {
            setenv("TZ", name, 1)
            NSTimeZone.resetSystemTimeZone()
            NSTimeZone.default = try #require(TimeZone(identifier: name))
            #expect(TimeZone.current.identifier == name, "the machine has not moved")
            #expect(Calendar.current.timeZone.identifier == name, "the machine has not moved")
            #expect(try answers() == expected, "\(name)")
        }
    }

    @Test func `no source of the model asks for the machine's zone, calendar or time`() throws {
        let model = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/TidegateModel")
        let files = try #require(FileManager.default.enumerator(at: model, includingPropertiesForKeys: nil))
            .compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
        #expect(files.count > 10)
        let forbidden = [
            "TimeZone.current", "autoupdatingCurrent", "NSTimeZone", "Calendar(", "Calendar.", "DateFormatter",
            "Date()", "Date.now",
            "localtime", "ContinuousClock", "clock_gettime", "getenv", "ProcessInfo",
        ]
        for file in files {
            // The 24-hour cycle has a calendar of its own.
            let text = try String(contentsOf: file, encoding: .utf8).replacing("CycleCalendar(", with: "")
            for word in forbidden {
                #expect(!text.contains(word), "\(file.lastPathComponent) says \(word)")
            }
        }
    }
}
