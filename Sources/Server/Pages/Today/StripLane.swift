import Foundation
import Store
import TidegateModel

/// One lane of the strip: what a dataflow did and is about to do.
struct StripLane: Sendable {
    /// Runs that stand so close together that they are one to the eye.
    struct Block: Hashable, Sendable {
        var start: Instant
        var end: Instant
        /// The one of them that matters most.
        var state: RunState
        var runs: [RunMark]
    }

    let name: String
    let path: String
    let blocks: [Block]
    /// Occurrences that have not come.
    let ghosts: [Instant]
    /// Occurrences that have come and that nobody decided about.
    let late: [Instant]
    /// How long a ghost will probably take.
    let typical: Span
    /// Whether a snapshot makes its occurrences.
    let followsSegmentation: Bool

    /// What is closer together than this, in time, is one block.
    static let closeness = Span.minutes(4)

    /// The runs as blocks, the oldest first.
    static func blocks(of runs: [RunMark], in window: TimeWindow) -> [Block] {
        let drawn = runs.map { run -> Block in
            let start = run.startedAt ?? run.queuedAt
            let end = run.finishedAt ?? (run.startedAt == nil ? start : window.now)
            return Block(start: start, end: max(start, end), state: run.state, runs: [run])
        }
        var blocks: [Block] = []
        for block in drawn.sorted(by: { $0.start < $1.start }) where block.end >= window.start {
            guard var last = blocks.last, block.start <= last.end + closeness else {
                blocks.append(block)
                continue
            }
            last.end = max(last.end, block.end)
            last.runs += block.runs
            if block.state.trouble > last.state.trouble { last.state = block.state }
            blocks[blocks.count - 1] = last
        }
        return blocks
    }

    /// The middle of what the runs took.
    static func typical(_ runs: [RunMark], at now: Instant) -> Span {
        let spans = runs.compactMap { $0.state.isTerminal ? $0.duration(at: now) : nil }.sorted()
        return spans.isEmpty ? .minutes(1) : spans[spans.count / 2]
    }

    /// Whether a snapshot made one of its runs.
    func isMade(by snapshot: UUID) -> Bool {
        blocks.contains { $0.runs.contains { $0.snapshot == snapshot && $0.trigger == .afterSegmentation } }
    }

    /// The more, the further up it stands.
    var trouble: Int {
        max(late.isEmpty ? 0 : RunState.failed.trouble - 1, blocks.map(\.state.trouble).max() ?? 0)
    }
}

extension RunState {
    /// How much a state wants to be looked at.
    var trouble: Int {
        switch self {
        case .completed: 0
        case .skipped, .cancelled: 1
        case .queued: 2
        case .cancelling, .processing: 3
        case .missed: 4
        case .partial: 5
        case .retrying: 6
        case .failed: 7
        }
    }
}
