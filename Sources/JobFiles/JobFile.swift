import TidegateModel

/// One job file as its reader found it.
package struct JobFile: Hashable, Sendable {
    /// As shown to the user.
    package var path: String
    /// The absolute folder that relative paths in the file start from.
    package var folder: String
    /// UTF-8 already decoded; a byte order mark may still be in front.
    package var text: String

    package init(path: String, folder: String, text: String) {
        self.path = path
        self.folder = folder
        self.text = text
    }
}

/// A problem with the line it is in.
package struct Finding: Hashable, Sendable {
    package var diagnostic: Diagnostic
    /// The source line and, below it, a caret under the column. Empty where the line must not be shown.
    package var excerpt: String

    package init(diagnostic: Diagnostic, excerpt: String) {
        self.diagnostic = diagnostic
        self.excerpt = excerpt
    }
}

extension Finding: CustomStringConvertible {
    /// `path:line:column: error: message`, then the excerpt, without a line break at the end.
    package var description: String {
        let place = "\(diagnostic.path):\(diagnostic.line):\(diagnostic.column)"
        let sentence = "\(place): \(diagnostic.severity.rawValue): \(diagnostic.message)"
        return excerpt.isEmpty ? sentence : sentence + "\n" + excerpt
    }
}

/// What reading the job files came to.
package struct JobFileReading: Sendable {
    /// Nil where any finding is an error.
    package var spec: JobSpec?
    /// Errors and warnings of all files, by path, line and column.
    package var findings: [Finding]
    /// By the name of a destination that no document declares, the names of the dataflows that are to use it, in order;
    /// detached ones do without.
    package var unresolvedDestinations: [String: [String]] = [:]

    package var errors: [Finding] { findings.filter { $0.diagnostic.severity == .error } }
}
