import Engine
import Foundation
import Reports
import TidegateModel

/// Draws what a process is doing on the terminal behind standard error, a line each, with rate and time left.
///
/// Draws nothing where standard error is no terminal: there the log lines tell.
final class ProgressBars: Sendable {
    private let board: ProgressBoard
    private let clock: any WallClock
    /// When each line was first drawn, and how far its work was then.
    private let started = Locked<[String: (at: Instant, done: Int)]>([:])

    init(_ board: ProgressBoard, clock: any WallClock) {
        self.board = board
        self.clock = clock
    }

    /// Draws while `body` runs, and leaves the terminal as it was.
    func during<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        guard Terminal.errorIsTerminal else { return try await body() }
        let drawing = Task {
            while !Task.isCancelled {
                draw()
                try? await clock.sleep(until: clock.now() + .milliseconds(200))
            }
        }
        defer {
            drawing.cancel()
            Terminal.drawProgress([])
        }
        return try await body()
    }

    private func draw() {
        let entries = board.current
        let now = clock.now()
        let starts = started.withLock { started in
            started = started.filter { title, _ in entries.contains { $0.title == title } }
            for entry in entries where started[entry.title] == nil { started[entry.title] = (now, entry.done) }
            return started
        }
        Terminal.drawProgress(entries.map { Self.line($0, since: starts[$0.title] ?? (now, $0.done), now: now) })
    }

    /// `vip-nightly / vip  [=======>      ]  52 %  412k rows/s  3.1 s left`, cut to the terminal's width.
    static func line(_ entry: WorkProgress, since start: (at: Instant, done: Int), now: Instant) -> String {
        let elapsed = max(1, (now - start.at).milliseconds)
        let rate = Double(entry.done - start.done) * 1000 / Double(elapsed)
        let speed = entry.unit == "bytes" ? "\(Figures.bytes(Int(rate)))/s" : "\(Words.count(rate)) \(entry.unit)/s"
        guard let total = entry.total, total > 0 else {
            return String("\(entry.title)  \(entry.done) \(entry.unit)  \(speed)".prefix(Terminal.width - 1))
        }
        let share = min(1, Double(entry.done) / Double(total))
        let width = 20
        let filled = Int(share * Double(width))
        let bar = String(repeating: "=", count: filled) + (filled < width ? ">" : "")
        let rest = String(repeating: " ", count: max(0, width - filled - 1))
        let left =
            rate > 0 ? Figures.span(.milliseconds(Int64(Double(total - entry.done) * 1000 / rate))) + " left" : ""
        return String(
            "\(entry.title)  [\(bar)\(rest)]  \(Int(share * 100)) %  \(speed)  \(left)".prefix(Terminal.width - 1)
        )
    }
}

extension Words {
    /// `950`, `412k`, `1.3M`.
    static func count(_ value: Double) -> String {
        switch value {
        case ..<1000: "\(Int(value))"
        case ..<1_000_000: "\(Int(value / 1000))k"
        default: "\(Int(value / 100_000) / 10).\(Int(value / 100_000) % 10)M"
        }
    }
}
