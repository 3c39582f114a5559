import Engine
import Foundation
import TidegateModel

/// Draws what a process is doing on the terminal behind standard error, a line each, with rate and time left.
///
/// Draws nothing where standard error is no terminal: there the log lines tell.
final class ProgressBars: Sendable {
    private struct State {
        var drawn = 0
        var started: [String: (at: Instant, done: Int)] = [:]
    }

    private let board: ProgressBoard
    private let clock: any WallClock
    private let state = Locked(State())

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
            erase()
        }
        return try await body()
    }

    private func draw() {
        let entries = board.current
        let now = clock.now()
        let lines = state.withLock { state in
            let titles = Set(entries.map(\.title))
            state.started = state.started.filter { titles.contains($0.key) }
            return entries.map { entry -> String in
                let start = state.started[entry.title] ?? (now, entry.done)
                state.started[entry.title] = start
                return Self.line(entry, since: start, now: now)
            }
        }
        erase()
        guard !lines.isEmpty else { return }
        Terminal.write(lines.map { $0 + "\n" }.joined())
        state.withLock { $0.drawn = lines.count }
    }

    private func erase() {
        let drawn = state.withLock { state in
            defer { state.drawn = 0 }
            return state.drawn
        }
        if drawn > 0 { Terminal.write("\u{1B}[\(drawn)A\u{1B}[J") }
    }

    /// `vip-nightly / vip  [=======>      ]  52 %  412k rows/s  3.1 s left`, cut to the terminal's width.
    static func line(_ entry: ProgressBoard.Entry, since start: (at: Instant, done: Int), now: Instant) -> String {
        let elapsed = max(1, (now - start.at).milliseconds)
        let rate = Double(entry.done - start.done) * 1000 / Double(elapsed)
        let speed = entry.unit == "bytes" ? "\(Words.bytes(Int(rate)))/s" : "\(Words.count(rate)) \(entry.unit)/s"
        guard let total = entry.total, total > 0 else {
            return String("\(entry.title)  \(entry.done) \(entry.unit)  \(speed)".prefix(Terminal.width - 1))
        }
        let share = min(1, Double(entry.done) / Double(total))
        let width = 20
        let filled = Int(share * Double(width))
        let bar = String(repeating: "=", count: filled) + (filled < width ? ">" : "")
        let rest = String(repeating: " ", count: max(0, width - filled - 1))
        let left = rate > 0 ? Words.span(.milliseconds(Int64(Double(total - entry.done) * 1000 / rate))) + " left" : ""
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
