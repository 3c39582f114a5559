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
    /// Whether paths of places hold macros, so that percent signs that references bring must be told apart from them.
    var takesMacros = true

    /// `text` with its references filled in, in one pass: what they bring is not read again. Of a file, the line end at
    /// its end is left out.
    func resolve(_ text: String) throws(UnresolvedText) -> String {
        try resolve(text) { $0 }
    }

    /// A folder with its references filled in. What they bring holds no macros, and a slash too many at its ends does no
    /// harm.
    func folder(_ template: String) throws(UnresolvedText) -> String {
        guard template.contains("${") else { return template }
        let filled = try resolve(template) { takesMacros ? FolderPath.escaped($0) : $0 }
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

    /// Of a drop-off, with its place and its key filled in, too.
    ///
    /// - Throws: what names each reference that leads nowhere, and for a drop-off the source.
    func resolved(by environment: EnvironmentText) throws(UnresolvedText) -> Source {
        var source = self
        let owner = "source '\(name)'"
        guard let dropOff else {
            source.from = try environment.absolute(from, of: owner)
            return source
        }
        let filled = try environment.fillAll(of: owner) { (environment) throws(UnresolvedText) in
            try environment.resolve(dropOff, of: owner)
        }
        source.dropOff = filled
        source.from = filled.place.address ?? from
        return source
    }
}

extension EnvironmentText {
    /// What `fill` makes of the environment.
    ///
    /// - Throws: what names the owner and every reference that leads nowhere, not the first alone.
    func fillAll<Filled>(
        of owner: String, _ fill: (EnvironmentText) throws(UnresolvedText) -> Filled
    ) throws(UnresolvedText) -> Filled {
        var environment = self
        var missing: [String] = []
        while true {
            do throws(UnresolvedText) {
                let filled = try fill(environment)
                if missing.isEmpty { return filled }
            } catch {
                if let reference = error.reference, environment.passedOver.insert(reference).inserted {
                    missing.append(error.description)
                    continue
                }
                if missing.isEmpty { throw error }
            }
            throw UnresolvedText("\(owner): \(missing.joined(separator: ", "))")
        }
    }

    fileprivate func resolve(_ declared: DropOff, of owner: String) throws(UnresolvedText) -> DropOff {
        var environment = self
        environment.takesMacros = false
        var dropOff = declared
        dropOff.decryptionKey = try resolve(declared.decryptionKey)
        dropOff.passphrase = try resolve(declared.passphrase)
        // Last, as it is judged as a whole once it is filled in.
        dropOff.place = try environment.resolve(declared.place, of: owner)
        return dropOff
    }

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
