import Foundation
import TidegateModel

/// The two streams: reports go to standard output, everything else to standard error.
enum Terminal {
    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Columns of the terminal behind standard error; 80 where there is none.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// How many lines of progress stand below everything else.
    private static let progressLines = Locked(0)

    /// Writes a line above the progress that is drawn, if any is.
    static func complain(_ text: String) {
        let line = text.hasSuffix("\n") ? text : text + "\n"
        progressLines.withLock { lines in
            write(erasing(lines) + line)
            lines = 0
        }
    }

    /// Puts these lines in place of the progress that is drawn.
    static func drawProgress(_ text: [String]) {
        progressLines.withLock { lines in
            write(erasing(lines) + text.map { $0 + "\n" }.joined())
            lines = text.count
        }
    }

    private static func erasing(_ lines: Int) -> String {
        lines == 0 ? "" : "\u{1B}[\(lines)A\u{1B}[J"
    }

    private static func write(_ text: String) {
        guard !text.isEmpty else { return }
        FileHandle.standardError.write(Data(text.utf8))
    }
}
