import Digests
import Foundation

/// Who may do what: the tokens, and what the vendor's headers have to say.
package struct Access: Sendable {
    private let tokens: [(digest: [UInt8], scope: Scope)]
    /// Nil where any will do.
    package var apiKey: String?
    package var organization: String?
    package var sandbox: String?

    package init(
        tokens: [(token: String, scope: Scope)], apiKey: String? = nil, organization: String? = nil,
        sandbox: String? = nil
    ) {
        self.tokens = tokens.map { (sha256Bytes(of: Array($0.token.utf8)), $0.scope) }
        self.apiKey = apiKey
        self.organization = organization
        self.sandbox = sandbox
    }

    /// What `token` allows; nil where it is none.
    ///
    /// Takes the same time for every wrong token: digests are compared, and all of them to the end.
    func scope(of token: some StringProtocol) -> Scope? {
        let digest = sha256Bytes(of: Array(token.utf8))
        var found: Scope?
        for known in tokens where isEqualInConstantTime(known.digest, digest) {
            found = max(found ?? known.scope, known.scope)
        }
        return found
    }
}

/// Compares every byte, whatever the ones before it were.
func isEqualInConstantTime(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    guard one.count == other.count else { return false }
    return zip(one, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
}
