import Foundation

/// Writes the example's customers, and the rows of the benchmarks.
@main struct SampleData {
    static func main() {
        do {
            let request = try Request(CommandLine.arguments.dropFirst())
            try write(request)
        } catch let error as Request.Problem {
            FileHandle.standardError.write(Data("error: \(error.message)\n\(Request.usage)\n".utf8))
            exit(2)
        } catch {
            let sentence = "error: sample data cannot be written, \(error.localizedDescription)\n"
            FileHandle.standardError.write(Data(sentence.utf8))
            exit(1)
        }
    }

    private static func write(_ request: Request) throws {
        let file: FileHandle
        if let path = request.output {
            try Data().write(to: URL(filePath: path))
            file = try FileHandle(forWritingTo: URL(filePath: path))
        } else {
            file = .standardOutput
        }
        let sink = { (bytes: UnsafeRawBufferPointer) in try file.write(contentsOf: Data(bytes)) }
        if let ids = request.ids {
            try Signals(rows: request.rows, ids: max(ids, 1), seed: request.seed).write(to: sink)
        } else {
            try Customers(rows: request.rows, seed: request.seed, isShuffled: request.isShuffled).write(to: sink)
        }
    }
}

/// What the command line asks for.
struct Request {
    struct Problem: Error {
        var message: String
    }

    static let usage = "usage: sample-data [--rows N] [--seed S] [--shuffle | --signals IDS] [--output FILE]"

    /// The example's own.
    var rows = 20_000
    var seed: UInt64 = 20_261_121
    var isShuffled = false
    /// Of how many ids rows with signals are written; nil for customers.
    var ids: Int?
    /// Nil for standard output.
    var output: String?

    init(_ arguments: some Sequence<String>) throws(Problem) {
        var arguments = arguments.makeIterator()
        while let argument = arguments.next() {
            switch argument {
            case "--rows": rows = try Self.number(arguments.next(), after: argument)
            case "--seed": seed = try Self.number(arguments.next(), after: argument)
            case "--shuffle": isShuffled = true
            case "--signals": ids = try Self.number(arguments.next(), after: argument)
            case "--output":
                guard let path = arguments.next() else { throw Problem(message: "--output needs a file") }
                output = path
            default: throw Problem(message: "unknown argument '\(argument)'")
            }
        }
    }

    private static func number<Number: FixedWidthInteger>(
        _ text: String?, after option: String
    ) throws(Problem) -> Number {
        guard let text, let number = Number(text), number >= 0, number <= 99_999_999 else {
            throw Problem(message: "\(option) needs a number from 0 to 99999999")
        }
        return number
    }
}
