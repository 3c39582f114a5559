import Foundation
import TidegateModel

/// Text of a job file that takes parts from the environment: `${env:NAME}` and `${file:/path}`.
///
/// Resolved when it is used and never stored, so that a changed secret needs no new job files.
struct EnvironmentText: Sendable {
    var variables = ProcessInfo.processInfo.environment
    var contents: @Sendable (_ path: String) -> Data? = { FileManager.default.contents(atPath: $0) }
    /// References that are known to lead nowhere, and are read past to find the next such one.
    var passedOver: Set<String> = []

    /// `text` with its references filled in, in one pass: what they bring is not read again. Of a file, the line end at
    /// its end is left out.
    func resolve(_ text: String) throws(UnresolvedText) -> String {
        try resolve(text) { $0 }
    }

    /// The template of a folder with its references filled in. What they bring holds no macros, and a slash too many at its
    /// ends does no harm.
    func folder(_ template: String) throws(UnresolvedText) -> String {
        guard template.contains("${") else { return template }
        let filled = try resolve(template, escape: FolderPath.escaped)
        return (filled.hasPrefix("/") ? "/" : "") + filled.split(separator: "/").joined(separator: "/")
    }

    private func resolve(_ text: String, escape: (String) -> String) throws(UnresolvedText) -> String {
        var resolved = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${"), let end = rest[start.upperBound...].firstIndex(of: "}") {
            resolved += rest[..<start.lowerBound]
            resolved += escape(try value(of: rest[start.upperBound..<end]))
            rest = rest[end...].dropFirst()
        }
        return resolved + rest
    }

    private func value(of reference: Substring) throws(UnresolvedText) -> String {
        // Anything that is no empty secret and no relative path.
        if passedOver.contains(String(reference)) { return "/" }
        if reference.hasPrefix("env:") {
            let name = String(reference.dropFirst(4))
            guard let value = variables[name] else {
                throw UnresolvedText("environment variable '\(name)' is not set", reference)
            }
            return value
        }
        let path = String(reference.dropFirst("file:".count))
        guard let data = contents(path), let text = String(validating: data, as: UTF8.self) else {
            throw UnresolvedText("file '\(path)' cannot be read as text", reference)
        }
        return text.hasSuffix("\r\n") || text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
}

/// A reference to the environment that leads nowhere.
package struct UnresolvedText: Error, Hashable, CustomStringConvertible {
    package let description: String
    /// Such as `env:NAME`; nil where the text that was filled in is what is wrong.
    let reference: String?

    init(_ description: String) {
        self.description = description
        reference = nil
    }

    init(_ description: String, _ reference: some StringProtocol) {
        self.description = description
        self.reference = String(reference)
    }
}

extension Source {
    package func resolved() throws(UnresolvedText) -> Source {
        try resolved(by: EnvironmentText())
    }

    func resolved(by environment: EnvironmentText) throws(UnresolvedText) -> Source {
        var source = self
        source.from = try environment.absolute(from, of: "source '\(name)'")
        return source
    }
}

extension EnvironmentText {
    /// A path that begins with a reference has no folder that it could be relative to.
    func absolute(_ text: String, of owner: String) throws(UnresolvedText) -> String {
        try absolute(path: resolve(text), of: owner)
    }

    /// As `folder`, on this machine.
    func absoluteFolder(_ template: String, of owner: String) throws(UnresolvedText) -> String {
        try absolute(path: folder(template), of: owner)
    }

    private func absolute(path: String, of owner: String) throws(UnresolvedText) -> String {
        guard path.hasPrefix("/") else {
            throw UnresolvedText("\(owner) has a path that is not absolute once it is filled in")
        }
        return path
    }
}
