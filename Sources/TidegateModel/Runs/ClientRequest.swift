/// What a client asked for, as far as it takes to know the same request again.
package struct ClientRequest: Hashable, Sendable {
    /// Who asks. The key that another caller gave is another key.
    package var caller: String
    /// What the client calls its request; nil where it does not say.
    package var key: String?
    /// SHA-256 of what is asked.
    package var digest: String

    package init(caller: String, key: String?, digest: String) {
        self.caller = caller
        self.key = key
        self.digest = digest
    }
}
