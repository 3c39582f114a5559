/// One problem of one job file, with the place it points at.
package struct Diagnostic: Hashable, Codable, Sendable {
    package enum Severity: String, Codable, Sendable { case error, warning }

    /// As the user named the jobs folder, followed by the path below it.
    package var path: String
    /// Counted from 1.
    package var line: Int
    /// Counted from 1, in Unicode scalars.
    package var column: Int
    package var severity: Severity
    package var message: String

    package init(path: String, line: Int, column: Int, severity: Severity = .error, message: String) {
        self.path = path
        self.line = line
        self.column = column
        self.severity = severity
        self.message = message
    }
}
