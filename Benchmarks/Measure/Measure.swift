import Foundation

/// Measures inside one process what a command cannot show: `Measure deltas`, `Measure occurrences` and
/// `Measure identities`; and does by itself what a run or an ingest does among other things: `Measure deliver-s3`,
/// `Measure deliver-sftp` and `Measure drop-off`.
///
/// Prints one JSON document.
@main enum Measure {
    static func main() async throws {
        let figures: [String: Double]
        switch CommandLine.arguments.dropFirst().first {
        case "deltas": figures = Deltas.measured()
        case "identities": figures = try IdentityFiles.measured(Array(CommandLine.arguments.dropFirst(2)))
        case "occurrences": figures = try CalendarWalk.measured()
        case "deliver-s3": figures = try await Deliveries.s3(Array(CommandLine.arguments.dropFirst(2)))
        case "deliver-sftp": figures = try await Deliveries.sftp(Array(CommandLine.arguments.dropFirst(2)))
        case "drop-off": figures = try DropOffs.taken(Array(CommandLine.arguments.dropFirst(2)))
        default:
            FileHandle.standardError.write(
                Data(
                    "usage: Measure deltas | occurrences | identities … | deliver-s3 … | deliver-sftp … | drop-off …\n"
                        .utf8)
            )
            exit(2)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        print(String(decoding: try encoder.encode(figures), as: UTF8.self))
    }

    /// Processor seconds of this thread, the median of `rounds`.
    static func seconds(rounds: Int, _ body: () -> Void) -> Double {
        var taken: [Double] = []
        for _ in 0..<rounds {
            let begun = processorTime()
            body()
            taken.append(processorTime() - begun)
        }
        return taken.sorted()[rounds / 2]
    }

    static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// A generator with one number for its state.
struct Dice {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// True in `share` of all cases.
    mutating func chance(_ share: Double) -> Bool { Double(next() >> 11) / Double(1 << 53) < share }
}
