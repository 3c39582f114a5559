import Testing
import TidegateModel

func instant(_ text: String) throws -> Instant {
    try #require(Instant(iso: text), "\(text) is no instant")
}

func date(_ text: String) throws -> LocalDate {
    try #require(LocalDate(iso: text), "\(text) is no date")
}

func time(_ text: String) throws -> LocalTime {
    try #require(LocalTime(iso: text), "\(text) is no time")
}

func zone(_ name: String) throws -> Zone {
    try #require(Zone(name), "\(name) is no zone")
}

/// A scheduled schedule, written as a job file would.
func schedule(
    _ frequency: Frequency,
    at: String = "02:30",
    start: String? = nil,
    end: String? = nil,
    zone: String = "UTC",
    gap: GapPolicy = .firstValid,
    fold: FoldPolicy = .first
) throws -> Schedule {
    Schedule(
        frequency: frequency,
        trigger: .scheduled,
        at: try time(at),
        start: try start.map(date),
        end: try end.map(date),
        timeZone: zone,
        gap: gap,
        fold: fold
    )
}

extension Schedule {
    /// Every occurrence in a range, as ISO text.
    func instants(from: String, to: String) throws -> [String] {
        occurrences(in: try instant(from)..<instant(to)).map(\.scheduledFor.description)
    }
}
